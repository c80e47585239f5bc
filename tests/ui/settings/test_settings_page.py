"""The page of the settings over the user's real file, with mouse and keys."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from desktop_app.services.blocking import Blocking
from desktop_app.services.preferences import Preferences
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Message, Messages
from desktop_app.views.settings import SettingsPage
from desktop_app.views.settings.row import SettingRow
from tests.services.keyrings import MemoryKeyring, first_settings
from tests.ui.accessibility import nameless
from worker_core import settings
from worker_core.settings import file
from worker_core.settings.declared import subjects

PATIENCE = 90.0
Steps = Callable[["Desk"], Coroutine[Any, Any, None]]


class Desk:
    """The page with what stands around it in the window."""

    def __init__(self, blocking: Blocking) -> None:
        self.owner = QObject()
        self.messages = Messages(self.owner)
        self.told: list[Message] = []
        self.messages.posted.connect(self.told.append)
        self.background = Background(self.messages, self.owner)
        self.page = SettingsPage(Preferences(blocking), subjects(), self.background, self.messages)
        self.saved: list[frozenset[str]] = []
        self.page.saved.connect(self.saved.append)
        self.page.resize(1000, 700)
        self.page.show()
        self.page.shown()

    def row(self, name: str) -> SettingRow:
        return self.page.sheet.rows[name]

    def choose(self, subject: str) -> None:
        QTest.mouseClick(self.page.subjects.buttons[subject], Qt.MouseButton.LeftButton)

    def type_in(self, name: str, text: str) -> None:
        editor = self.row(name).field.editor
        assert isinstance(editor, QLineEdit)
        editor.setFocus()
        editor.selectAll()
        QTest.keyClicks(editor, text)

    def note(self, name: str) -> str:
        return self.row(name).field.note_text()

    async def save(self) -> None:
        count = len(self.saved)
        QTest.mouseClick(self.page.save, Qt.MouseButton.LeftButton)
        await self.until(lambda: len(self.saved) > count and not self.background.busy)

    async def until(self, condition: Callable[[], Any]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "the condition did not come about"
            await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    with first_settings(tmp_path, monkeypatch) as kept:
        yield kept


@pytest.fixture
def run(loop: qasync.QEventLoop) -> Callable[[Steps], None]:
    def run(steps: Steps) -> None:
        async def scenario() -> None:
            blocking = Blocking(2, "test")
            desk = Desk(blocking)
            try:
                await desk.until(lambda: desk.page.sheet.shown)
                await steps(desk)
            finally:
                await desk.background.close()
                blocking.close()
                desk.page.close()
                desk.page.deleteLater()

        loop.run_until_complete(scenario())

    return run


def written(folder: Path) -> dict[str, object]:
    return file.read(folder / settings.SETTINGS_FILE)


def test_every_setting_has_a_row_of_its_own_kind_under_its_subject(
    run: Callable[[Steps], None],
) -> None:
    async def steps(desk: Desk) -> None:
        for subject in subjects():
            desk.choose(subject)
            assert {desk.page.preferences[name].subject for name in desk.page.sheet.shown} == {
                subject
            }
        assert sorted(desk.page.sheet.rows) == sorted(settings.Settings.model_fields)
        assert not nameless(desk.page)
        assert not desk.page.changes()
        for name, row in desk.page.sheet.rows.items():
            assert row.field.value() == desk.page.preferences[name].text

    run(steps)


def test_settings_stand_side_by_side_where_there_is_room(
    run: Callable[[Steps], None],
) -> None:
    async def steps(desk: Desk) -> None:
        sheet = desk.page.sheet

        def edges() -> int:
            return len({sheet.rows[name].x() for name in sheet.shown})

        for wide, columns in ((1000, 1), (1700, 2), (1000, 1)):
            desk.page.resize(wide, 700)
            await desk.until(partial(lambda wanted: edges() == wanted, columns))
            places = [(sheet.rows[name].y(), sheet.rows[name].x()) for name in sheet.shown]
            assert places == sorted(places), "they are read from left to right"
            assert all(
                sheet.rows[name].geometry().right() < sheet.viewport().width()
                for name in sheet.shown
            )

    run(steps)


def test_what_is_typed_is_checked_saved_and_undone(
    run: Callable[[Steps], None], tmp_path: Path
) -> None:
    async def steps(desk: Desk) -> None:
        desk.type_in("history_tasks", "12")
        assert desk.row("history_tasks").field.problem_text() == "Must be at least 1,000."
        assert not desk.page.save.isEnabled()
        assert "cannot be used" in desk.page.state.text()
        desk.type_in("history_tasks", "5000")
        assert desk.row("history_tasks").field.problem_text() == ""
        await desk.save()
        assert written(tmp_path) == {"history_tasks": 5000}
        assert desk.saved == [{"history_tasks"}]
        assert not desk.page.changes()
        assert "waits for the next start of the window" in desk.note("history_tasks")
        action = desk.told[-1].action
        assert action is not None
        action.callback()
        await desk.until(lambda: len(desk.saved) == 2 and not desk.background.busy)
        assert written(tmp_path) == {}
        assert desk.row("history_tasks").field.value() == "100000"

    run(steps)


def test_what_is_typed_while_it_is_saved_is_not_lost(
    run: Callable[[Steps], None], tmp_path: Path
) -> None:
    async def steps(desk: Desk) -> None:
        desk.type_in("environment", "research")
        QTest.mouseClick(desk.page.save, Qt.MouseButton.LeftButton)
        desk.type_in("environment", "production")  # before anything is written
        await desk.until(lambda: desk.saved and not desk.background.busy)
        assert written(tmp_path) == {"environment": "research"}
        assert desk.row("environment").field.value() == "production"
        assert desk.page.changes() == {"environment": "production"}
        assert desk.page.save.isEnabled()

    run(steps)


def test_a_setting_goes_back_to_its_default(run: Callable[[Steps], None], tmp_path: Path) -> None:
    settings.save({"history_days": 7.0, "history_mb": 10})
    settings.current.cache_clear()

    async def steps(desk: Desk) -> None:
        row = desk.row("history_days")
        assert row.field.value() == "7"
        assert desk.note("history_days").startswith("From the settings file")
        QTest.mouseClick(row.reset, Qt.MouseButton.LeftButton)
        assert row.field.value() == "30"
        assert row.reset.isHidden()
        await desk.save()
        assert written(tmp_path) == {"history_mb": 10}
        assert desk.note("history_days").startswith("Default")

    run(steps)


def test_changes_are_dropped_together(run: Callable[[Steps], None], tmp_path: Path) -> None:
    async def steps(desk: Desk) -> None:
        desk.type_in("history_tasks", "x")
        desk.choose("Flower")
        desk.type_in("flower_port", "1234")
        assert desk.page.state.text() == "2 changes, of which 1 cannot be used"
        QTest.mouseClick(desk.page.drop, Qt.MouseButton.LeftButton)
        assert desk.row("flower_port").field.value() == "5555"
        assert desk.row("history_tasks").field.problem_text() == ""
        assert desk.page.state.text() == "Nothing is changed."
        assert written(tmp_path) == {}

    run(steps)


def test_what_the_environment_sets_cannot_be_typed_over(
    run: Callable[[Steps], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFI_HISTORY_TASKS", "7777")

    async def steps(desk: Desk) -> None:
        row = desk.row("history_tasks")
        assert row.field.value() == "7777"
        assert not row.field.editor.isEnabled()
        assert row.reset.isHidden()
        assert "environment variable AFI_HISTORY_TASKS" in desk.note("history_tasks")

    run(steps)


def test_a_secret_is_typed_unseen_kept_in_the_keyring_and_forgotten_by_the_page(
    run: Callable[[Steps], None], tmp_path: Path, ring: MemoryKeyring
) -> None:
    async def steps(desk: Desk) -> None:
        desk.choose("Flower")
        editor = desk.row("flower_basic_auth").field.editor
        assert isinstance(editor, QLineEdit)
        assert editor.echoMode() == QLineEdit.EchoMode.Password
        desk.type_in("flower_basic_auth", "ann")
        assert "user:password" in desk.row("flower_basic_auth").field.problem_text()
        desk.type_in("flower_basic_auth", "ann:pa55word")
        await desk.save()
        assert list(ring.kept.values()) == ["ann:pa55word"]
        assert "pa55word" not in (tmp_path / settings.SETTINGS_FILE).read_text()
        assert editor.text() == ""
        assert "keyring" in editor.placeholderText()
        QTest.mouseClick(desk.row("flower_basic_auth").reset, Qt.MouseButton.LeftButton)
        await desk.save()
        assert ring.kept == {}

    run(steps)


def test_the_search_finds_settings_of_all_subjects_and_leads_to_the_first(
    run: Callable[[Steps], None],
) -> None:
    async def steps(desk: Desk) -> None:
        desk.page.search()
        QTest.keyClicks(desk.page.search_field, "port certificate")
        await desk.until(lambda: desk.page.sheet.shown == [])
        desk.page.search_field.selectAll()
        QTest.keyClicks(desk.page.search_field, "of flower")
        await desk.until(lambda: desk.page.sheet.shown)
        assert "flower_port" in desk.page.sheet.shown
        assert not any(one.isChecked() for one in desk.page.subjects.buttons.values())
        QTest.keyClick(desk.page.search_field, Qt.Key.Key_Return)
        assert desk.row(desk.page.sheet.shown[0]).field.editor.hasFocus()
        QTest.keyClick(desk.page.search_field, Qt.Key.Key_Escape)
        await desk.until(lambda: "theme" in desk.page.sheet.shown)
        assert desk.page.subjects.buttons["Window"].isChecked()

    run(steps)


def test_what_was_typed_outlasts_a_change_from_elsewhere(
    run: Callable[[Steps], None],
) -> None:
    async def steps(desk: Desk) -> None:
        desk.type_in("environment", "research")
        settings.save({"theme": "dark", "environment": "other"})
        desk.page.shown()
        await desk.until(lambda: desk.row("theme").field.value() == "dark")
        assert desk.row("environment").field.value() == "research"
        assert desk.page.changes() == {"environment": "research"}

    run(steps)


def test_a_file_that_cannot_be_used_is_told_and_left(
    run: Callable[[Steps], None], tmp_path: Path
) -> None:
    async def steps(desk: Desk) -> None:
        (tmp_path / settings.SETTINGS_FILE).write_text("{")
        desk.type_in("history_tasks", "5000")
        QTest.keyClick(desk.page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        await desk.until(lambda: desk.told and not desk.background.busy)
        assert "not valid JSON" in desk.told[0].text
        assert desk.page.changes() == {"history_tasks": "5000"}
        assert (tmp_path / settings.SETTINGS_FILE).read_text() == "{"

    run(steps)
