"""``afi backups``: a copy is made, listed, and put back, the newest or the one that is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from worker_core import settings
from worker_core.cli import cli
from worker_core.storage import Storage

FIRST, SECOND = "1" * 64, "2" * 64


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder whose database has the one document FIRST."""
    folder = tmp_path / "data"
    monkeypatch.setenv("AFI_DATA_DIR", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("AFI_DATABASE_URL", "")
    settings.current.cache_clear()
    register(folder, FIRST)
    yield folder
    settings.current.cache_clear()


def afi(*words: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["backups", *words], input=answer)


def register(folder: Path, sha: str) -> None:
    with Storage.open(f"sqlite:///{folder / 'afi.sqlite3'}", "unused") as storage:
        storage.documents.register(sha, "one.html", 1, "text/plain", "t")


def there(folder: Path) -> set[str]:
    with Storage.open(f"sqlite:///{folder / 'afi.sqlite3'}", "unused") as storage:
        return {sha for sha in (FIRST, SECOND) if storage.documents.by_sha(sha) is not None}


def test_the_newest_copy_or_the_one_that_is_named_comes_back(data: Path) -> None:
    older = afi("make").output.strip()
    register(data, SECOND)
    newer = afi("make").output.strip()
    told = afi("list").output
    assert told.index(newer) < told.index(older)

    assert afi("restore", older, "--yes").exit_code == 0
    assert there(data) == {FIRST}
    said = afi("restore", "--yes")
    assert said.exit_code == 0
    assert there(data) == {FIRST, SECOND}
    aside = Path(said.output.strip().removesuffix(".").rpartition(" ")[2])
    assert (aside / "afi.sqlite3").is_file()


def test_a_copy_can_be_named_by_the_folder_that_one_is_in(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Path(afi("make").output.strip())
    register(data, SECOND)
    monkeypatch.chdir(copy.parent)
    assert afi("restore", copy.name, "--yes").exit_code == 0
    assert there(data) == {FIRST}


def test_a_damaged_database_is_said_with_the_command_that_mends_it(data: Path) -> None:
    afi("make")
    file = data / "afi.sqlite3"
    for end in ("-wal", "-shm"):
        Path(f"{file}{end}").unlink(missing_ok=True)
    file.write_bytes(b"no database at all" * 400)
    said = CliRunner().invoke(cli, ["documents", "list"])
    assert said.exit_code == 1
    assert "is damaged" in said.output
    assert "afi backups restore" in said.output
    assert afi("restore", answer="y\n").exit_code == 0
    assert there(data) == {FIRST}


def test_nothing_is_put_back_without_a_yes_or_from_what_is_no_copy(data: Path) -> None:
    afi("make")
    register(data, SECOND)
    before = sorted(data.rglob("*"))
    assert afi("restore", answer="n\n").exit_code == 1
    for other in (data / "afi.sqlite3", data / "none.sqlite3"):
        said = afi("restore", str(other), "--yes")
        assert said.exit_code == 1
        assert "is no copy of" in said.output
    assert there(data) == {FIRST, SECOND}
    assert [path for path in before if not path.exists()] == []


def test_a_copy_that_is_damaged_itself_replaces_nothing(data: Path) -> None:
    copy = Path(afi("make").output.strip())
    register(data, SECOND)
    copy.write_bytes(copy.read_bytes()[:5000])
    said = afi("restore", "--yes")
    assert said.exit_code == 1
    assert str(copy) in said.output
    assert there(data) == {FIRST, SECOND}


def test_without_a_copy_or_with_a_server_s_database_it_says_so(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no copy" in afi("restore", "--yes").output
    monkeypatch.setenv("AFI_DATABASE_URL", "postgresql://ann@127.0.0.1:1/afi")
    settings.current.cache_clear()
    for words in (("list",), ("make",), ("restore", "--yes")):
        said = afi(*words)
        assert said.exit_code == 1
        assert "on a server" in said.output
