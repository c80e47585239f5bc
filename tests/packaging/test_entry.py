"""What the one program of a frozen AFI Desk does with its command line."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from worker_core.documents import runners
from worker_core.operations import runtime

ENTRY = Path(__file__).resolve().parents[2] / "packaging" / "entry.py"


@pytest.mark.parametrize(
    ("program", "words", "module", "rest"),
    [
        ("/usr/lib/afi-desk/afi-desk", [], "desktop_app", []),
        ("afi-desk", ["a filing.html"], "desktop_app", ["a filing.html"]),
        ("afi-desk", ["afi", "tasks"], "worker_core", ["tasks"]),
        ("/usr/bin/afi", ["tasks"], "worker_core", ["tasks"]),
        ("C:\\x\\afi.exe", ["afi", "tasks"], "worker_core", ["tasks"]),
        ("afi-desk", ["worker", "-c", "2"], "worker_core", ["worker", "-c", "2"]),
        ("afi-desk", ["beat"], "worker_core", ["beat"]),
        ("afi-desk", ["flower"], "worker_core", ["flower"]),
        ("afi-desk", ["api"], "worker_core", ["api"]),
        ("afi-desk", ["./worker"], "desktop_app", ["./worker"]),
    ],
)
def test_the_first_word_says_what_runs(
    entry: ModuleType, program: str, words: list[str], module: str, rest: list[str]
) -> None:
    assert entry.chosen(program, words) == (module, rest)


def test_each_part_that_the_program_starts_of_itself_can_be_run(
    entry: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    commands = [
        runtime.python_command("worker_core", "beat"),
        runtime.python_command("desktop_app", "--check"),
        runtime.watchdog_command(),
        runners.command("host"),
    ]
    for program, *words in commands:
        module, _ = entry.chosen(program, words)
        assert module in entry.MODULES
        assert words[0] == "--module"


@pytest.mark.parametrize(
    "words",
    [
        ["-m", "joblib.externals.loky.backend.popen_loky_posix", "--process-name", "x"],
        ["-c", "from multiprocessing.resource_tracker import main;main(5)"],
        ["--multiprocessing-fork", "tracker_fd=5"],
        ["--module", "os"],
        ["--module"],
        ["no such file"],
        ["afi", "no-such-command"],
    ],
    ids=" ".join,
)
def test_whatever_else_it_is_told_ends_it_with_2(words: list[str], tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, str(ENTRY), *words],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "AFI_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2, answer.stderr
    assert "Traceback" not in answer.stderr


def test_joblib_starts_no_process_and_programs_of_the_system_find_their_own_libraries(
    entry: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/lib/afi-desk/_internal")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/opt/lib")
    monkeypatch.setenv("JOBLIB_MULTIPROCESSING", "1")
    monkeypatch.setenv("PYINSTALLER_RESET_ENVIRONMENT", "0")
    entry.prepare()
    assert os.environ["JOBLIB_MULTIPROCESSING"] == "0"
    assert os.environ["LD_LIBRARY_PATH"] == "/opt/lib"
    assert os.environ["PYINSTALLER_RESET_ENVIRONMENT"] == "1"
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ
    entry.prepare()
    assert "LD_LIBRARY_PATH" not in os.environ
