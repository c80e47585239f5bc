"""The window's program from outside: missing libraries, words, a second start."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

LIMIT_S = 120


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    return os.environ | {
        "AFI_DATA_DIR": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "QT_QPA_PLATFORM": "offscreen",
        "CELERY_BROKER_URL": "",
        **more,
    }


def started_without(tmp_path: Path, package: str, library: str) -> str:
    """What the window says where a package cannot load a library."""
    fake = tmp_path / package
    fake.mkdir()
    (fake / "__init__.py").write_text(
        f"raise ImportError('{library}: cannot open shared object file: No such file')"
    )
    answer = subprocess.run(
        [sys.executable, "-m", "desktop_app"],
        env=environment(tmp_path, PYTHONPATH=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
    )
    assert answer.returncode == 5
    assert "Traceback" not in answer.stderr
    return answer.stderr


def test_a_library_of_the_system_that_is_missing_is_named_with_its_package(tmp_path: Path) -> None:
    said = started_without(tmp_path, "PySide6", "libEGL.so.1")
    assert "apt-get install libegl1" in said
    assert "afi doctor" in said


def test_a_library_that_is_missing_behind_the_first_picture_is_said_too(tmp_path: Path) -> None:
    assert "brings libpart.so.7" in started_without(tmp_path, "psutil", "libpart.so.7")


def test_a_word_that_is_no_file_ends_it_with_2(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "desktop_app", "no such file"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert "no such file" in answer.stderr


@pytest.mark.slow
def test_a_second_start_ends_at_once_and_the_first_lives_on(tmp_path: Path) -> None:
    report = tmp_path / "milestones"
    command = [sys.executable, "-m", "desktop_app"]
    first = subprocess.Popen(
        [*command, "--milestones", str(report)], env=environment(tmp_path), stderr=subprocess.PIPE
    )
    try:
        over = time.monotonic() + LIMIT_S
        while not (report.exists() and "welcome" in report.read_text()):
            assert first.poll() is None
            assert time.monotonic() < over
            time.sleep(0.05)
        again = subprocess.run(command, env=environment(tmp_path), check=False, timeout=LIMIT_S)
        assert again.returncode == 0
        assert first.poll() is None
    finally:
        first.terminate()
        _, said = first.communicate(timeout=LIMIT_S)
    assert first.returncode == 0, said
