"""A report of a crash: whole, without the user's data, told once."""

import faulthandler
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.services.crash_report import KEPT, REPORTS_A_RUN, CrashReports, told_settings
from worker_core.settings import Settings


@pytest.fixture
def reports(tmp_path: Path) -> Iterator[CrashReports]:
    faults = faulthandler.is_enabled()
    made = CrashReports(tmp_path / "crashes")
    made.begin()
    yield made
    made.end()
    if faults:
        faulthandler.enable()


def failure(text: str) -> Exception:
    with pytest.raises(ValueError, match=r".*") as caught:
        raise ValueError(text)
    return caught.value


def test_a_report_says_what_happened_where_and_with_which_versions(
    reports: CrashReports, tmp_path: Path
) -> None:
    path = reports.write(failure("broken"), "in the window", Settings(data_dir=tmp_path))
    assert path is not None
    text = path.read_text()
    assert "ValueError: broken" in text
    assert "in the window" in text
    assert "test_crash_report.py" in text
    assert "AFI Desk 0." in text
    assert "Python 3." in text
    assert "PySide6" in text
    assert path.stat().st_mode & 0o077 == 0


def test_nothing_of_the_users_stands_in_it(reports: CrashReports, tmp_path: Path) -> None:
    values = Settings(
        data_dir=tmp_path / "of-jane",
        broker_url="redis://:s3cret@host.example:6379/0",
        sec_user_agent="Jane Doe jane@example.org",
        worker_concurrency=7,
        environment="prod-east",
    )
    log = logging.getLogger("desktop_app.somewhere")
    log.setLevel(logging.INFO)
    log.info("Took in %s", "merger plan.docx")
    log.warning("Could not reach redis://:s3cret@host.example:6379/0 for 'merger plan.docx'")
    log.warning("%s/secret place was left alone", Path.home())
    path = reports.write(failure("in 'merger plan.docx'"), "in a test", values)
    assert path is not None
    text = path.read_text()
    for word in ("s3cret", "host.example", "merger", "jane", "Jane", str(Path.home())):
        assert word not in text
    assert "Took in %s" in text
    assert "AFI_WORKER_CONCURRENCY = 7" in text
    assert "CELERY_BROKER_URL = (set)" in text


def test_settings_that_could_not_be_read_are_said_to_be_so() -> None:
    assert list(told_settings(None)) == ["(they could not be read)"]


def test_an_error_that_repeats_does_not_fill_the_disk(reports: CrashReports) -> None:
    written = [reports.write(failure(str(n)), "", None) for n in range(REPORTS_A_RUN + 3)]
    assert [path is not None for path in written] == [True] * REPORTS_A_RUN + [False] * 3


def test_a_report_is_told_once_and_old_ones_leave(reports: CrashReports) -> None:
    for number in range(KEPT + 2):
        (reports.folder / f"crash-20260101T0000000000{number:02d}.txt").write_text("x")
    found = CrashReports(reports.folder).found()
    assert len(found) == KEPT
    assert found[0].name.endswith(f"{KEPT + 1:02d}.txt")
    assert CrashReports(reports.folder).found() == []
    assert len(list(reports.folder.glob("crash-*"))) == KEPT


def test_a_fault_of_the_process_itself_becomes_a_report_at_the_next_start(tmp_path: Path) -> None:
    die = (
        "import sys, ctypes; from pathlib import Path\n"
        "from desktop_app.services.crash_report import CrashReports\n"
        "CrashReports(Path(sys.argv[1])).begin()\n"
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", die, str(tmp_path)], check=False, capture_output=True
    )
    assert ended.returncode != 0
    (report,) = CrashReports(tmp_path).found()
    text = report.read_text()
    assert "ended by a fault" in text
    assert "Segmentation fault" in text
    assert not list(tmp_path.glob("fault-*"))


def test_a_window_that_was_closed_leaves_no_fault_behind(tmp_path: Path) -> None:
    before = faulthandler.is_enabled()
    made = CrashReports(tmp_path)
    made.begin()
    assert (tmp_path / f"fault-{os.getpid()}.txt").exists()
    made.end()
    if before:
        faulthandler.enable()
    assert CrashReports(tmp_path).found() == []


def test_where_nothing_can_be_written_the_window_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    made = CrashReports(tmp_path / "file" / "crashes")
    made.begin()
    assert made.write(failure("x"), "", None) is None
    assert made.found() == []
    made.end()
