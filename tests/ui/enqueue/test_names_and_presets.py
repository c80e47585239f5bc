"""Names come out of a real store, arguments can be kept, and it is said what is waiting."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.qt_models.bridge import Bridge
from desktop_app.services.blocking import Blocking
from desktop_app.services.names import Names
from desktop_app.services.presets import Presets
from desktop_app.ui.argument_row import FieldRow
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.views.enqueue import EnqueuePage
from desktop_app.views.enqueue.ahead import AT_ONCE, NOT_CONNECTED
from tests.seeded import SeededMonitor
from tests.ui.accessibility import nameless
from tests.ui.enqueue.doubles import Scenario, SenderDouble, idle
from worker_core import settings
from worker_core.market.records import Symbol
from worker_core.operations.ledger import opened

Run = Callable[[Scenario], None]
BATCH = "forecasting.batch_forecast_generation"
SUMMARY = "document_processing.generate_document_summary"
SHA = "cd" * 32
KEY = Qt.Key


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("AFI_DATABASE_URL", "")
    settings.current.cache_clear()
    storage = opened(settings.current())
    for symbol, name in (("AAPL", "Apple Inc."), ("AMZN", "Amazon"), ("MSFT", "<b>Microsoft</b>")):
        storage.market.save_symbol(Symbol(symbol, name))
    storage.documents.register(SHA, "apple <i>10-K.html", 10, "text/html", "10-K")
    yield
    storage.close()
    settings.current.cache_clear()


@pytest.fixture
def page(
    store: None,
    window: QWidget,
    sender: SenderDouble,
    background: Background,
    messages: Messages,
    tmp_path: Path,
    qtbot: QtBot,
) -> Iterator[EnqueuePage]:
    blocking = Blocking(2, "names")
    page = EnqueuePage(
        sender,
        background,
        messages,
        Names(blocking),
        Presets(tmp_path / "presets"),
        Bridge(SeededMonitor()),
        window,
    )
    page.resize(window.size())
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield page
    blocking.close()


def row(page: EnqueuePage, name: str) -> FieldRow:
    return page.form.rows[name]


async def suggested(row: FieldRow, background: Background) -> list[str]:
    """What is offered once nothing is under way."""
    assert row.completing is not None
    if row.completing._soon.isActive():
        asked = asyncio.Event()
        row.completing._soon.timeout.connect(asked.set)
        await asyncio.wait_for(asked.wait(), 30)
    await idle(background)
    popup = row.completing.suggestions
    return [] if popup is None else popup.texts()


def test_symbols_of_a_list_are_completed_one_by_one_with_the_keys(
    page: EnqueuePage, background: Background, run: Run
) -> None:
    page.open({"name": BATCH})
    tickers = row(page, "tickers")
    lines = tickers.editor
    assert isinstance(lines, QPlainTextEdit)

    async def scenario() -> None:
        lines.setFocus()
        QTest.keyClicks(lines, "a")
        assert await suggested(tickers, background) == ["AAPL", "AMZN"]
        QTest.keyClick(lines, KEY.Key_Down)
        QTest.keyClick(lines, KEY.Key_Down)
        QTest.keyClick(lines, KEY.Key_Return)
        assert lines.toPlainText() == "AMZN"
        QTest.keyClicks(lines, ", micro")
        assert await suggested(tickers, background) == ["MSFT"]
        QTest.keyClick(lines, KEY.Key_Tab)
        assert lines.toPlainText() == "AMZN, MSFT"
        assert lines.hasFocus()
        assert tickers.completing is not None
        assert tickers.completing.suggestions is None
        QTest.keyClick(lines, KEY.Key_Tab)
        assert not lines.hasFocus()

    run(scenario())
    assert page.checked.arguments == {"tickers": ["AMZN", "MSFT"], "kind": "price"}


def test_a_document_is_found_by_its_file_and_stands_as_its_hash(
    page: EnqueuePage, background: Background, run: Run
) -> None:
    page.open({"name": SUMMARY})
    document = row(page, "document")
    line = document.editor
    assert isinstance(line, QLineEdit)

    async def scenario() -> None:
        line.setFocus()
        QTest.keyClicks(line, "apple 10")
        assert await suggested(document, background) == ["apple <i>10-K.html"]
        QTest.keyClick(line, KEY.Key_Escape)
        assert await suggested(document, background) == []
        QTest.keyClick(line, KEY.Key_Space, Qt.KeyboardModifier.ControlModifier)
        assert await suggested(document, background) == ["apple <i>10-K.html"]
        popup = document.completing.suggestions if document.completing else None
        assert popup is not None
        place = popup.list.visualItemRect(popup.list.item(0)).center()
        QTest.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=place)

    run(scenario())
    assert line.text() == SHA
    assert page.checked.arguments == {"document": SHA}


def test_a_store_that_does_not_answer_leaves_one_typing(
    page: EnqueuePage,
    background: Background,
    messages: Messages,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page.open({"name": BATCH})
    tickers = row(page, "tickers")
    monkeypatch.setenv("AFI_DATABASE_URL", f"sqlite:///{tmp_path}")
    settings.current.cache_clear()

    async def scenario() -> None:
        tickers.editor.setFocus()
        QTest.keyClicks(tickers.editor, "aa")
        assert await suggested(tickers, background) == []

    run(scenario())
    assert not messages.recent
    assert page.checked.arguments == {"tickers": ["AA"], "kind": "price"}


def entry(menu: QMenu, *path: str) -> None:
    """Choose an entry of a menu, through its submenus."""
    for word in path[:-1]:
        (action,) = [one for one in menu.actions() if one.text() == word]
        found = action.menu()
        assert isinstance(found, QMenu)
        menu = found
    (action,) = [one for one in menu.actions() if one.text() == path[-1]]
    action.trigger()


def test_presets_are_kept_renamed_removed_and_brought_back(
    page: EnqueuePage, messages: Messages
) -> None:
    page.open({"name": BATCH, "arguments": {"tickers": ["AAPL", "MSFT"], "horizon": 5}})
    kept = page.kept
    kept.fill()
    assert kept.naming.isHidden()
    entry(kept.menu, "Save this preset…")
    QTest.keyClicks(kept.naming.field, "Two <b>&</b> five")
    QTest.keyClick(kept.naming.field, KEY.Key_Return)
    page.foot.reset.click()
    assert page.preview.text() == ""
    kept.fill()
    entry(kept.menu, "Two <b>&&</b> five")
    assert page.checked.arguments == {"tickers": ["AAPL", "MSFT"], "horizon": 5, "kind": "price"}
    kept.fill()
    entry(kept.menu, "Change", "Two <b>&&</b> five", "Rename…")
    kept.naming.field.setText("Both")
    QTest.keyClick(kept.naming.field, KEY.Key_Return)
    kept.fill()
    entry(kept.menu, "Change", "Both", "Remove")
    kept.fill()
    assert "Both" not in [one.text() for one in kept.menu.actions()]
    undo = messages.recent[0].action
    assert undo is not None
    assert (messages.recent[0].text, undo.label) == ("The preset “Both” is removed.", "Undo")
    undo.callback()
    kept.fill()
    entry(kept.menu, "Both")
    page.open({"name": SUMMARY})
    kept.fill()
    assert [one.text() for one in kept.menu.actions() if one.text()] == ["Save this preset…"]


def test_a_preset_of_another_release_fills_what_it_can(page: EnqueuePage) -> None:
    page.open({"name": BATCH})
    page.kept._presets.of(BATCH).save(
        "old", {"tickers": "AAPL", "horizon": True, "gone": "x", "kind": "price"}
    )
    page.kept.fill()
    entry(page.kept.menu, "old")
    assert page.checked.arguments == {"tickers": ["AAPL"], "kind": "price"}
    assert page.form.note() == "Left out, as the task does not take it: gone."


def test_the_schedule_is_one_click_away_with_what_was_typed(page: EnqueuePage) -> None:
    went = []
    page.navigate.connect(lambda where, detail: went.append((where, detail)))
    page.open({"name": BATCH, "arguments": {"tickers": ["AAPL"]}})
    QTest.mouseClick(page.foot.schedule, Qt.MouseButton.LeftButton)
    assert went == [
        ("schedule", {"task": BATCH, "arguments": {"tickers": ["AAPL"], "kind": "price"}})
    ]


def test_what_waits_before_it_is_followed_while_the_page_is_shown(page: EnqueuePage) -> None:
    page._ahead.follow(True)
    page.open({"name": SUMMARY})
    snapshot = page._ahead._bridge.snapshot()
    (queue,) = [one for one in snapshot.queues or () if one.name == "document_processing"]
    assert page.head.facts()["Ahead of it"].startswith(f"{queue.depth} tasks, about ")

    def told(**changes: object) -> str:
        row = msgspec.structs.replace(queue, **changes)
        page._ahead._take(msgspec.structs.replace(snapshot, queues=[row]))
        return page.head.facts()["Ahead of it"]

    assert told(depth=0) == AT_ONCE
    assert told(depth=3, drain_s=None) == "3 tasks"
    assert told(depth=3, consumers=0) == "3 tasks; no worker takes from this queue"
    assert told(depth=0, consumers=0) == "No worker takes from this queue"
    lost = msgspec.structs.replace(snapshot.connection, status="lost")
    page._ahead._take(msgspec.structs.replace(snapshot, connection=lost))
    assert page.head.facts()["Ahead of it"] == NOT_CONNECTED
    page.hidden()
    assert not page._ahead._following


def test_every_control_still_has_a_name(page: EnqueuePage) -> None:
    assert nameless(page) == []
    assert replace(page.checked) == page.checked
