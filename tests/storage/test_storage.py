"""The storage as its users open it."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from worker_core.storage import ArtifactError, Storage, StorageError

SCRIPT = """
import sys
import worker_core.storage
heavy = {"sqlalchemy", "alembic", "fsspec", "psycopg", "sqlite3", "mako"} & set(sys.modules)
assert not heavy, heavy
"""


def test_importing_it_loads_no_database_library() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], check=True)


def test_a_document_goes_in_and_its_file_and_record_come_back(
    empty_url: str, tmp_path: Path
) -> None:
    filing = tmp_path / "8-K.txt"
    filing.write_text("Item 8.01 Other Events.")
    with Storage.open(empty_url, str(tmp_path / "artifacts")) as storage:
        artifact = storage.artifacts.put_file(filing, 1000)
        record = storage.documents.register(
            artifact.sha256, filing.name, artifact.bytes, "text/plain", "task-1"
        )
    with Storage.open(empty_url, str(tmp_path / "artifacts")) as storage:
        assert storage.documents.by_sha(artifact.sha256) == record
        with storage.artifacts.local_path(record.sha256) as path:
            assert path.read_text() == "Item 8.01 Other Events."


def test_a_closed_storage_opens_again_at_its_next_use(database_url: str) -> None:
    storage = Storage.open(database_url, "unused")
    storage.close()
    assert storage.documents.counts()["pending"] == 0
    storage.close()


def test_opening_does_not_touch_the_store_of_files(database_url: str, tmp_path: Path) -> None:
    Storage.open(database_url, str(tmp_path / "artifacts")).close()
    assert not (tmp_path / "artifacts").exists()


@pytest.mark.parametrize("kind", [StorageError, ArtifactError])
def test_an_error_reaches_another_process_whole(kind: type[StorageError]) -> None:
    error = pickle.loads(pickle.dumps(kind("busy", "It is busy.", "Wait.", transient=True)))  # noqa: S301 - made here
    assert type(error) is kind
    assert (error.code, error.message, error.remedy, error.transient) == (
        "busy",
        "It is busy.",
        "Wait.",
        True,
    )
    assert str(error) == "It is busy. Wait."
