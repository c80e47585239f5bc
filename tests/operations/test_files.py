"""Small files that several processes share."""

import stat
import threading
from pathlib import Path

import pytest

from worker_core.operations.files import locked, private_folder, read_object, write_private


def test_a_lock_is_held_by_one_at_a_time_and_given_back(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with locked(lock, 1), pytest.raises(TimeoutError, match="held for 0 s"), locked(lock, 0):
        pytest.fail("a second holder")
    with locked(lock, 0):
        pass


def test_a_lock_is_given_back_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(KeyError), locked(tmp_path / "lock", 0):
        raise KeyError
    with locked(tmp_path / "lock", 0):
        pass


def test_who_waits_for_a_lock_gets_it(tmp_path: Path) -> None:
    order: list[str] = []

    def wait() -> None:
        with locked(tmp_path / "lock", 60):
            order.append("second")

    with locked(tmp_path / "lock", 0):
        thread = threading.Thread(target=wait)
        thread.start()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_private_file_is_replaced_as_a_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_private_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{"])
def test_what_is_no_json_object_reads_as_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert read_object(tmp_path / "file") is None
    assert read_object(tmp_path / "absent") is None
