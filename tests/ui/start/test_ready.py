"""Before the desk is built: what stands in the way is said, and the copy can be put back."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import qasync
from PySide6.QtWidgets import QApplication

from desktop_app import start
from desktop_app.services.blocking import Blocking
from desktop_app.services.updates import Update, UpdateError
from desktop_app.ui.background import Background
from desktop_app.ui.shell import Shell
from desktop_app.ui.trouble import Trouble
from desktop_app.update_check import ask_once_a_day
from desktop_app.window_state import WindowState
from tests.window import words_of
from worker_core import settings
from worker_core.settings import Settings
from worker_core.storage import Storage, backups

LIMIT_S = 60

Run = Callable[[Callable[[Trouble], object]], Settings | None]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "data"
    monkeypatch.setenv("AFI_DATA_DIR", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("AFI_DATABASE_URL", "CELERY_BROKER_URL"):
        monkeypatch.setenv(name, "")
    settings.current.cache_clear()
    yield folder
    settings.current.cache_clear()


@pytest.fixture
def shell(qapp: QApplication, place: Path) -> Iterator[Shell]:
    made = Shell()
    made.show()
    yield made
    made.leave()
    made.deleteLater()


@pytest.fixture
def run(qapp: QApplication, shell: Shell) -> Run:
    """Starts, and answers each panel by what is given."""

    async def begin(answer: Callable[[Trouble], object]) -> Settings | None:
        ready = asyncio.ensure_future(start.ready(shell))
        seen: list[Trouble] = []
        async with asyncio.timeout(LIMIT_S):
            while not ready.done():
                await asyncio.sleep(0.01)
                new = [one for one in shell.findChildren(Trouble) if one not in seen]
                for panel in new:
                    seen.append(panel)
                    answer(panel)
        return await ready

    def play(answer: Callable[[Trouble], object]) -> Settings | None:
        with qasync.QEventLoop(qapp) as loop:
            result: Settings | None = loop.run_until_complete(begin(answer))
        return result

    return play


def never(panel: Trouble) -> None:
    pytest.fail(f"it says: {words_of(panel)}")


def test_where_all_is_well_nothing_is_asked_and_nothing_made(run: Run, place: Path) -> None:
    values = run(never)
    assert values is not None
    assert values.data_dir == place
    assert not place.exists()


def test_a_damaged_database_is_put_back_from_its_copy_on_one_press(run: Run, place: Path) -> None:
    file = place / "afi.sqlite3"
    with Storage.open(f"sqlite:///{file}", "unused") as storage:
        storage.documents.register("5" * 64, "kept.html", 1, "text/plain", "t")
    copy = backups.make_backup(file, "0012")
    for end in ("-wal", "-shm"):
        Path(f"{file}{end}").unlink(missing_ok=True)
    file.write_bytes(b"no database" * 1000)
    said: list[str] = []

    def put_back(panel: Trouble) -> None:
        said.append(words_of(panel))
        assert panel.isVisible()
        panel.buttons[start.RESTORE].click()

    assert run(put_back) is not None
    (words,) = said
    assert "is damaged" in words
    assert str(copy.path) in words
    with Storage.open(f"sqlite:///{file}", "unused") as storage:
        assert storage.documents.by_sha("5" * 64) is not None


def test_a_folder_that_can_be_written_after_all_is_tried_again(run: Run, place: Path) -> None:
    place.write_text("a file")

    def mend(panel: Trouble) -> None:
        assert start.RESTORE not in panel.buttons
        assert "cannot be written" in words_of(panel)
        place.unlink()
        panel.buttons[start.AGAIN].click()

    assert run(mend) is not None


def test_who_gives_up_is_not_asked_again(run: Run, place: Path) -> None:
    place.write_text("a file")
    assert run(lambda panel: panel.buttons[start.QUIT].click()) is None


def test_closing_the_window_gives_up(run: Run, place: Path, shell: Shell) -> None:
    place.write_text("a file")
    assert run(lambda _panel: shell.close()) is None


def test_a_setting_that_cannot_be_used_is_said_in_words(
    run: Run, place: Path, tmp_path: Path
) -> None:
    file = tmp_path / "config" / "afi-desk" / "settings.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"history_tasks": "many"}))
    said: list[str] = []

    def mend(panel: Trouble) -> None:
        said.append(words_of(panel))
        file.write_text("{}")
        panel.buttons[start.AGAIN].click()

    assert run(mend) is not None
    assert "AFI_HISTORY_TASKS" in said[0]


def test_the_escape_key_does_not_take_the_trouble_away(run: Run, place: Path) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    place.write_text("a file")

    def escape(panel: Trouble) -> None:
        QTest.keyClick(panel, Qt.Key.Key_Escape)
        assert panel.isVisible()
        panel.buttons[start.QUIT].click()

    assert run(escape) is None


# The look for updates


class Remembered(WindowState):
    """A day that is remembered here alone."""

    day = ""

    @property
    def updates_asked(self) -> str:
        return self.day

    @updates_asked.setter
    def updates_asked(self, value: str) -> None:
        self.day = value


def looked(
    qapp: QApplication, shell: Shell, url: str | None, ask: Callable[[str], Update | None]
) -> list[str]:
    """Two starts on one day; what was asked."""
    asked: list[str] = []
    state = Remembered()

    def note(address: str) -> Update | None:
        asked.append(address)
        return ask(address)

    async def start_twice() -> None:
        background = Background(shell.messages, shell)
        blocking = Blocking(1, "updates")
        for _ in range(2):
            ask_once_a_day(url, state, background, blocking, shell.messages, ask=note)
        while background.busy:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
        await background.close()
        blocking.close()

    with qasync.QEventLoop(qapp) as loop:
        loop.run_until_complete(start_twice())
    return asked


def test_without_an_address_nobody_is_asked(qapp: QApplication, shell: Shell) -> None:
    assert looked(qapp, shell, None, lambda _url: None) == []


def test_a_newer_version_is_told_with_its_page_and_asked_for_once_a_day(
    qapp: QApplication, shell: Shell
) -> None:
    page = "https://afi.example/9"
    asked = looked(qapp, shell, "https://u.example", lambda _url: Update("9.9.9", page))
    assert asked == ["https://u.example"]
    (message,) = shell.messages.recent
    assert "9.9.9" in message.text
    assert page in message.what_to_do
    assert message.action is not None


def test_an_address_without_tls_is_told_and_one_that_is_away_is_not(
    qapp: QApplication, shell: Shell
) -> None:
    def fail(_url: str) -> Update | None:
        raise UpdateError("It was not asked.", "Correct it.")

    looked(qapp, shell, "https://u.example", fail)
    assert shell.messages.recent == []
    looked(qapp, shell, "http://u.example", fail)
    assert [one.text for one in shell.messages.recent] == ["It was not asked."]
