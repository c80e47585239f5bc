"""Folders that go with their process."""

import subprocess
import sys
from pathlib import Path

import pytest

from worker_core.operations import scratch
from worker_core.operations.files import try_lock

HOLDER = """
import sys
from pathlib import Path
from worker_core.operations import scratch
mine = scratch.claim(Path(sys.argv[1]))
(mine.path / "file").write_text("x")
(mine.path / "folder").mkdir()
(mine.path / "folder" / "file").write_text("x")
print(mine.path, flush=True)
sys.stdin.read()
"""


def test_a_folder_is_kept_while_its_process_lives_and_cleared_once_it_was_killed(
    tmp_path: Path,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        path = Path(process.stdout.readline().strip())
        assert scratch.clear(tmp_path) == 0
        assert (path / "folder" / "file").exists()
        process.kill()
        process.wait()
    assert scratch.clear(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_own_folder_is_not_cleared_and_each_claim_has_another(tmp_path: Path) -> None:
    first, second = scratch.claim(tmp_path), scratch.claim(tmp_path)
    assert first.path != second.path
    assert scratch.clear(tmp_path) == 0
    first.remove()
    second.remove()
    assert list(tmp_path.iterdir()) == []


def test_emptying_takes_all_within_and_follows_no_link_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    mine = scratch.claim(tmp_path / "base")
    (mine.path / "link").symlink_to(outside)
    (mine.path / "folder").mkdir()
    (mine.path / "folder" / "file").write_text("x")
    (mine.path / "file").write_text("x")
    mine.empty()
    assert list(mine.path.iterdir()) == []
    assert (outside / "kept").exists()
    mine.remove()


def test_a_folder_without_files_yet_is_removed_with_its_lock(tmp_path: Path) -> None:
    (tmp_path / "1-dead.lock").touch()
    assert scratch.clear(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_clearing_where_there_is_nothing_removes_nothing(tmp_path: Path) -> None:
    assert scratch.clear(tmp_path / "never-made") == 0


def test_a_claim_that_was_taken_for_left_behind_gets_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def too_late_at_first(descriptor: int) -> bool:
        seen.append(descriptor)
        if len(seen) == 1:
            for lock in tmp_path.glob("*.lock"):
                lock.unlink()
        return try_lock(descriptor)

    monkeypatch.setattr(scratch, "try_lock", too_late_at_first)
    mine = scratch.claim(tmp_path)
    assert len(seen) == 2
    assert mine.path.is_dir()
    mine.remove()


def test_nobody_else_may_look_into_a_folder(tmp_path: Path) -> None:
    mine = scratch.claim(tmp_path / "base")
    assert mine.path.stat().st_mode & 0o777 == 0o700
    assert mine.path.parent.stat().st_mode & 0o777 == 0o700
    mine.remove()
