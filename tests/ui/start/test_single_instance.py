"""A second start raises the first window and hands over its files."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from desktop_app.single_instance import SingleInstance, key_of_place

SECOND = (
    "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication\n"
    "from desktop_app.single_instance import SingleInstance\n"
    "app = QCoreApplication([]); one = SingleInstance(sys.argv[1])\n"
    "print(one.is_first, flush=True)\n"
    "if not one.is_first: print(one.hand_over([Path(word) for word in sys.argv[2:]]), flush=True)\n"
    "else: sys.stdin.read()\n"
)


@pytest.fixture(autouse=True)
def _runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.fixture
def first(qtbot: QtBot) -> Iterator[SingleInstance]:
    instance = SingleInstance("k")
    assert instance.is_first
    yield instance
    instance.close()
    instance.deleteLater()


def second(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", SECOND, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_first_is_told_of_the_files_of_the_second(
    first: SingleInstance, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(first.asked, timeout=60_000) as asked:
        other = second("k", "relative name.html", "/an/absolute.pdf")
    said, _ = other.communicate()
    assert said.split() == ["False", "True"]
    assert asked.args == [[Path("relative name.html").absolute(), Path("/an/absolute.pdf")]]


def test_another_data_folder_has_a_window_of_its_own(first: SingleInstance, qtbot: QtBot) -> None:
    other = SingleInstance("another")
    assert other.is_first
    other.close()
    other.deleteLater()


def test_after_a_first_that_was_killed_the_next_is_first(qtbot: QtBot) -> None:
    killed = second("k")
    assert killed.stdout is not None
    assert killed.stdout.readline().strip() == "True"
    killed.kill()
    killed.communicate()
    instance = SingleInstance("k")
    assert instance.is_first
    with qtbot.waitSignal(instance.asked, timeout=60_000):
        other = second("k")
    assert other.communicate()[0].split() == ["False", "True"]
    instance.close()
    instance.deleteLater()


@pytest.mark.parametrize(
    "told",
    [b"no json\n", b"[]\n", b'{"files": [1]}\n', b'{"files": "x"}\n', b"\xff\n", b"x" * 2_000_000],
    ids=["words", "list", "numbers", "text", "bytes", "endless"],
)
def test_what_is_not_a_second_start_is_not_heard(
    first: SingleInstance, qtbot: QtBot, told: bytes
) -> None:
    heard: list[object] = []
    first.asked.connect(heard.append)
    socket = QLocalSocket()
    socket.connectToServer(first._name)
    assert socket.waitForConnected(5000)
    socket.write(told)
    socket.flush()
    if len(told) > 1_000_000:
        qtbot.waitUntil(
            lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState, timeout=60_000
        )
    else:
        qtbot.wait(50)
    socket.abort()
    socket.deleteLater()
    assert heard == []


def test_the_key_is_that_of_the_folder_wherever_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.delenv("AFI_DATA_DIR", raising=False)
    usual = key_of_place()
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "share" / "afi-desk"))
    assert key_of_place() == usual
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "other"))
    named = key_of_place()
    assert named != usual
    monkeypatch.delenv("AFI_DATA_DIR")
    settings = tmp_path / "config" / "afi-desk" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"data_dir": str(tmp_path / "other")}))
    assert key_of_place() == named
    settings.write_text("not json")
    assert key_of_place() == usual


def test_its_folder_is_no_other_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    SingleInstance("k").close()
    assert (tmp_path / "afi-desk").stat().st_mode & 0o077 == 0
    monkeypatch.setattr(os, "getuid", lambda: 12_345)
    alone = SingleInstance("k")
    assert alone.is_first
    assert alone._server is None
    alone.close()
    alone.deleteLater()
