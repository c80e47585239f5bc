"""Files that are not stored, and what is said of each."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.storage.files.stored import CONTENT, LIMIT, MIB, refused, stored_files
from worker_core.storage import ArtifactError, Artifacts


def test_an_error_in_the_progress_callback_stores_nothing(
    local: Artifacts, base: Path, report: Path
) -> None:
    def stop(_done: int, _total: int) -> None:
        raise ConnectionResetError("the broker went away")

    with pytest.raises(ConnectionResetError):
        local.put_file(report, LIMIT, stop)
    assert stored_files(base) == []


def test_a_file_that_is_no_longer_there_is_refused(local: Artifacts, tmp_path: Path) -> None:
    error = refused(local, tmp_path / "moved away.pdf")
    assert error.code == "vanished"
    assert "moved away.pdf is no longer there" in error.message
    assert refused(local, "nul\x00byte.pdf").code == "vanished"


def test_an_empty_file_is_refused_with_what_to_do_next(local: Artifacts, tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    error = refused(local, tmp_path / "empty.pdf")
    assert error.code == "empty"
    assert "empty.pdf is empty" in error.message


def test_a_folder_is_refused(local: Artifacts, tmp_path: Path) -> None:
    error = refused(local, tmp_path)
    assert error.code == "not_a_file"
    assert "Add the files in it" in error.remedy


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_that_nobody_writes_to_is_refused_without_waiting(
    local: Artifacts, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refused(local, tmp_path / "pipe").code == "not_a_file"
    assert refused(local, os.devnull).code == "not_a_file"


def test_a_file_above_the_limit_is_refused_before_it_is_read(
    local: Artifacts, report: Path
) -> None:
    steps: list[int] = []
    with pytest.raises(ArtifactError) as caught:
        local.put_file(report, 1 * MIB, lambda done, _total: steps.append(done))
    assert caught.value.code == "too_large"
    assert "2.9 MiB" in caught.value.message
    assert "1.0 MiB" in caught.value.message
    assert steps == []
    local.put_file(report, len(CONTENT))


def test_a_file_that_grows_past_the_limit_while_it_is_read_is_refused(
    local: Artifacts, base: Path, report: Path
) -> None:
    def grow(_done: int, _total: int) -> None:
        with report.open("ab") as file:
            file.write(b"x" * MIB)

    with pytest.raises(ArtifactError) as caught:
        local.put_file(report, 4 * MIB, grow)
    assert caught.value.code == "too_large"
    assert stored_files(base) == []


def test_a_file_that_changes_while_it_is_read_is_refused(
    local: Artifacts, base: Path, report: Path
) -> None:
    def append() -> None:
        with report.open("ab") as file:
            file.write(b"one more line")

    def overwrite() -> None:
        report.write_bytes(b"y" * len(CONTENT))

    def shorten() -> None:
        os.truncate(report, 10)

    def replace() -> None:
        new = report.with_suffix(".new")
        new.write_bytes(CONTENT)
        new.replace(report)

    for change in (append, overwrite, shorten, replace):
        report.write_bytes(CONTENT)
        changes = iter([change])

        def once(_done: int, _total: int, changes: Iterator[Callable[[], None]] = changes) -> None:
            next(changes, lambda: None)()

        with pytest.raises(ArtifactError) as caught:
            local.put_file(report, LIMIT, once)
        assert caught.value.code == "changed", change
        assert stored_files(base) == []


def test_a_file_that_vanishes_while_it_is_read_is_refused(
    local: Artifacts, base: Path, report: Path
) -> None:
    with pytest.raises(ArtifactError) as caught:
        local.put_file(report, LIMIT, lambda _done, _total: report.unlink(missing_ok=True))
    assert caught.value.code == "vanished"
    assert stored_files(base) == []


def test_a_file_that_may_not_be_read_is_refused(
    as_ordinary_user: Callable[[], Path],
) -> None:
    folder = as_ordinary_user()
    secret = folder / "secret.pdf"
    secret.write_bytes(CONTENT)
    secret.chmod(0)
    error = refused(Artifacts(folder / "artifacts"), secret)
    assert error.code == "no_permission"
    locked = folder / "locked"
    locked.mkdir()
    (locked / "inside.pdf").write_bytes(CONTENT)
    locked.chmod(0)
    assert refused(Artifacts(folder / "artifacts"), locked / "inside.pdf").code == "no_permission"
