"""The frozen program itself. Needs what ``./dev package app`` builds."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

PROGRAM = (
    Path(__file__).resolve().parents[2] / "build" / "package" / "dist" / "afi-desk" / "afi-desk"
)
LIMIT_S = 240

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PROGRAM.is_file(), reason="no frozen program: ./dev package app"),
]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        "AFI_DATA_DIR": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "QT_QPA_PLATFORM": "offscreen",
        "CELERY_BROKER_URL": "",
    }


def ours() -> set[int]:
    """Processes of the frozen program, and servers that it brought."""
    found = set()
    for process in psutil.process_iter(["exe"]):
        if str(process.info["exe"] or "").startswith(str(PROGRAM.parent)):
            found.add(process.pid)
    return found


@pytest.mark.parametrize(
    "words",
    [
        ["-m", "joblib.externals.loky.backend.popen_loky_posix", "--process-name", "x"],
        ["-c", "from multiprocessing.resource_tracker import main;main(5)"],
        ["--multiprocessing-fork", "tracker_fd=5"],
        ["no such file"],
    ],
    ids=lambda words: words[0],
)
def test_what_it_does_not_know_ends_it_with_2(
    words: list[str], environment: dict[str, str]
) -> None:
    answer = subprocess.run([PROGRAM, *words], env=environment, check=False, capture_output=True)
    assert answer.returncode == 2


def test_no_link_leads_nowhere_and_no_library_looks_on_the_computer_that_built_it() -> None:
    from installer import elf

    for path in PROGRAM.parent.rglob("*"):
        assert path.exists(), path
        if path.is_file() and not path.is_symlink() and elf.is_elf(path):
            assert elf.folders_of_the_build(path.read_bytes()) == [], path


def test_its_selftest_passes(environment: dict[str, str]) -> None:
    answer = subprocess.run(
        [PROGRAM, "selftest", "--json"],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    report = json.loads(answer.stdout.splitlines()[-1])
    assert report["ok"], report


def test_nothing_is_left_of_a_window_that_was_killed(
    environment: dict[str, str], tmp_path: Path
) -> None:
    before = ours()
    report = tmp_path / "milestones"
    window = subprocess.Popen([PROGRAM, "--try", "--milestones", str(report)], env=environment)
    over = time.monotonic() + LIMIT_S
    try:
        while not (report.is_file() and "first_result" in report.read_text()):
            assert window.poll() is None
            assert time.monotonic() < over
            time.sleep(0.1)
        assert len(ours() - before) > 5
    finally:
        window.send_signal(signal.SIGKILL)
        window.wait()
    while left := ours() - before:
        assert time.monotonic() < over + LIMIT_S, left
        time.sleep(0.1)
