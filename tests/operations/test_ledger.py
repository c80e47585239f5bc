"""The database as a process holds it."""

from pathlib import Path

from worker_core.operations.ledger import opened
from worker_core.settings import Settings


def test_the_files_of_a_storage_are_those_that_the_settings_name(tmp_path: Path) -> None:
    first = Settings(data_dir=tmp_path, artifacts=str(tmp_path / "one"))
    second = first.model_copy(update={"artifacts": str(tmp_path / "two")})
    kept = opened(first).artifacts.put_bytes(b"of the first")
    assert not opened(second).artifacts.exists(kept.sha256)
    assert opened(first).artifacts.exists(kept.sha256)
