"""What ``afi doctor`` finds, each made to be wrong for real where that can be done."""

import errno
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from worker_core.operations import doctor, loading
from worker_core.operations.doctor import Finding, place, program, services, system
from worker_core.settings import Settings
from worker_core.storage import migrate

Check = Callable[[Settings], Iterator[Finding]]


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def values(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def one(check: Check, values: Settings) -> Finding:
    (finding,) = check(values)
    assert finding.state == "ok" or finding.remedy
    return finding


# The data folder and its disk


def test_a_folder_that_is_not_there_yet_is_well(values: Settings) -> None:
    assert one(place.folder, values).state == "ok"
    assert not values.data_dir.exists()


def test_a_folder_that_cannot_be_made_or_written_is_a_problem_with_a_remedy(
    values: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    values.data_dir.parent.joinpath("data").write_text("a file")
    found = one(place.folder, values)
    assert (found.state, found.code) == ("problem", "data_folder")
    assert "AFI_DATA_DIR" in found.remedy


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EACCES, "this user may write"), (errno.EROFS, "takes no writes"),
     (errno.ENOSPC, "Free some space")],
)  # fmt: skip
def test_the_remedy_is_that_of_the_cause(
    values: Settings, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    values.data_dir.mkdir()

    def refuse(**_options: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    found = one(place.folder, values)
    assert found.state == "problem"
    assert words in found.remedy


@pytest.mark.parametrize(
    ("free_mb", "state"), [(5000, "ok"), (500, "warning"), (20, "problem"), (0, "problem")]
)
def test_a_disk_is_judged_by_what_is_free(
    values: Settings, monkeypatch: pytest.MonkeyPatch, free_mb: int, state: str
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage(0, 0, free_mb * 2**20))
    assert one(place.disk, values).state == state


@pytest.mark.skipif(
    not (sys.platform.startswith("linux") and hasattr(os, "getuid") and os.getuid() == 0),
    reason="only root can mount a small disk",
)
def test_a_disk_that_is_really_full_is_said_before_anything_starts(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine mounts nothing")
    try:
        (disk / "rest").write_bytes(b"x" * (256 * 1024))
        found = doctor.starting(Settings(data_dir=disk))
        assert {one.code for one in found} & {"disk_full", "data_folder"}
        assert all("pace" in one.remedy for one in found)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# The database


def test_a_database_of_a_newer_version_is_a_problem_and_keeps_the_window_from_starting(
    values: Settings,
) -> None:
    values.data_dir.mkdir()
    migrate.upgrade(values.database_url)
    assert doctor.starting(values) == []
    with closing(sqlite3.connect(values.data_dir / "afi.sqlite3")) as connection, connection:
        connection.execute("UPDATE afi_schema_version SET version_num = '9999'")
    (found,) = doctor.starting(values)
    assert found.code == "newer"
    assert "Update AFI Desk" in found.remedy


def test_a_damaged_database_is_a_problem(values: Settings) -> None:
    values.data_dir.mkdir()
    (values.data_dir / "afi.sqlite3").write_bytes(b"no database at all" * 400)
    (found,) = doctor.starting(values)
    assert found.code == "corrupt"


def test_a_server_that_does_not_answer_is_said_but_the_window_starts(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    values = Settings(data_dir=tmp_path, database=f"postgresql://u@127.0.0.1:{port}/afi")
    assert one(services.database, values).code == "unreachable"
    assert doctor.starting(values) == []


# Broker and ports


def test_a_broker_that_does_not_answer_is_a_problem(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    values = Settings(data_dir=tmp_path, broker_url=f"redis://127.0.0.1:{port}/0")
    found = one(services.broker, values)
    assert found.state == "problem"
    assert str(port) in found.message


def test_without_a_server_program_the_broker_of_this_computer_is_a_problem(
    values: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from worker_core.operations import servers

    assert one(services.broker, values).state == "ok"
    monkeypatch.setattr(services, "choose", lambda: servers.choose(list))
    found = one(services.broker, values)
    assert found.state == "problem"
    assert "valkey-server" in found.remedy


def test_a_port_in_use_is_a_warning_that_names_its_setting(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = one(services.ports, Settings(data_dir=tmp_path, flower_port=port))
    assert found.state == "warning"
    assert str(port) in found.message
    assert "FLOWER_PORT" in found.remedy


# The program and the computer


def test_a_library_that_cannot_be_loaded_is_named_with_its_remedy(
    values: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "LIBRARIES", (("no_such_module_here", "scipy"),))
    found = next(iter(program.libraries(values)))
    assert (found.state, found.code) == ("problem", "library")
    assert "scipy" in found.message
    assert found.remedy


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("libEGL.so.1: cannot open shared object file: No such file", "apt-get install libegl1"),
        ("libnever.so.7: cannot open shared object file: No such file", "brings libnever.so.7"),
        ("No module named 'scipy'", "./dev run"),
    ],
)
def test_what_is_missing_decides_what_is_to_be_installed(text: str, words: str) -> None:
    assert words in loading.missing(text)


def test_a_window_that_cannot_be_painted_is_a_problem(
    values: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [sys.executable, "-c", "raise SystemExit('libEGL.so.1: cannot open shared object')"]
    monkeypatch.setattr(program, "python_command", lambda *_words: broken)
    found = one(program.window, values)
    assert found.code == "window"
    assert "libegl1" in found.remedy


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a screen is always there")
def test_a_screen_that_is_not_there_or_does_not_answer_is_a_warning(
    values: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert "no screen" in one(system.display, values).message
    monkeypatch.setenv("DISPLAY", ":9731")
    assert "does not answer" in one(system.display, values).message
    monkeypatch.setenv("DISPLAY", "nonsense")
    assert "does not answer" in one(system.display, values).message
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "w")
    with socket.socket(socket.AF_UNIX) as screen:
        screen.bind(str(tmp_path / "w"))
        screen.listen()
        assert one(system.display, values).state == "ok"


def test_a_clock_of_years_ago_is_a_problem(
    values: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000_000.0)
    assert one(system.clock, values).state == "problem"
    monkeypatch.undo()
    assert one(system.clock, values).state == "ok"


def test_a_broker_whose_clock_differs_is_told_by_how_much(
    values: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system, "_ahead_of_broker", lambda _settings: -90.0)
    found = one(system.clock, values)
    assert found.state == "warning"
    assert "90 s behind" in found.message


def test_file_names_that_are_not_utf_8_are_a_warning(
    values: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.getfilesystemencoding", lambda: "ascii")
    assert "UTF-8" in one(system.language, values).remedy


def test_a_system_without_a_keyring_is_a_warning(
    values: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring
    from keyring.backends import fail

    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    assert one(system.keyring, values).state == "warning"


def test_a_check_that_fails_itself_is_a_finding(values: Settings) -> None:
    def broken(_settings: Settings) -> Iterator[Finding]:
        yield Finding("x", "ok", f"{1 // len([])}")

    (found,) = doctor._guarded(broken, values)
    assert found.state == "problem"
    assert "ZeroDivisionError" in found.message


def test_the_command_answers_json_and_its_exit_code_says_whether_all_is_well(
    tmp_path: Path,
) -> None:
    if shutil.which("redis-server") is None and shutil.which("valkey-server") is None:
        pytest.skip("no server program on PATH")
    (tmp_path / "data").write_text("a file where the folder should be")
    answer = subprocess.run(
        [sys.executable, "-m", "worker_core", "doctor", "--json"],
        env=os.environ | {"AFI_DATA_DIR": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(answer.stdout)
    problems = {one["subject"] for one in report["findings"] if one["state"] == "problem"}
    assert "data folder" in problems
    assert not problems & {"version", "settings", "libraries", "resources", "window"}
    assert (report["ok"], answer.returncode) == (False, 1)
    assert "Traceback" not in answer.stderr
