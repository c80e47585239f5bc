"""The page of what is started by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest

from desktop_app.qt_models.schedule_table import Column
from desktop_app.ui import fonts
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.tokens import Space
from tests.ui.accessibility import nameless
from tests.ui.schedule.desk import (
    DOCUMENT,
    EDIT,
    QUEUE,
    TASK,
    Desk,
    cell,
    column,
    press,
    until,
    words,
)
from worker_core import catalog, settings
from worker_core.operations import schedule
from worker_core.schedule.builtin import built_in

KEY = Qt.Key
UNAVAILABLE = "data_processing.update_market_data"


async def test_an_entry_is_shown_with_its_task_timetable_and_next_run(desk: Desk) -> None:
    desk.add("summaries")
    page = await desk.open()
    assert cell(page, "summaries", Column.TASK) == "Summarise a document"
    assert cell(page, "summaries", Column.TIMETABLE) == "every 5 min"
    assert cell(page, "summaries", Column.COUNTDOWN) in {"4 min", "5 min"}
    assert cell(page, "summaries", Column.LAST) == ""
    assert column(page, Column.CONDITION) == ["scheduled"]
    assert "1 entry" in words(page.list)
    assert page.verdict.isHidden()


async def test_an_empty_schedule_says_how_it_is_filled(desk: Desk) -> None:
    page = await desk.open()
    assert "Nothing is scheduled yet" in words(page.list)
    press(page.list.table, "Show the local cluster")
    assert desk.went == [("cluster", None)]


async def test_what_comes_with_the_program_can_be_disabled_but_not_removed(desk: Desk) -> None:
    desk.seed()
    page = await desk.open()
    assert len(column(page, Column.NAME)) == len(built_in(settings.current()))
    page.list.choose("health")
    assert not page.hands.actions["remove"].isEnabled()
    assert "comes with the program" in page.hands.actions["remove"].toolTip()
    page.list.choose("sweep")
    assert not page.hands.actions["edit"].isEnabled()
    assert not page.hands.actions["switch"].isEnabled()
    assert page.hands.actions["run"].isEnabled()


async def test_last_run_and_drift_are_shown_once_it_has_run(desk: Desk) -> None:
    desk.add("summaries")
    desk.claim("summaries", task_id="t-1")
    page = await desk.open()
    assert cell(page, "summaries", Column.LAST)
    assert cell(page, "summaries", Column.DRIFT) == "0 s"


async def test_the_keys_of_the_page_are_the_tables_from_the_first_moment(desk: Desk) -> None:
    desk.add("summaries")
    page = await desk.open()
    page.list.field.setFocus()
    page.setFocus()
    assert page.focusWidget() is page.list.table
    press(page, "New entry")
    assert page.editor.isVisible()
    page.setFocus()
    assert page.editor.form.isAncestorOf(page.focusWidget())


async def test_titles_of_tasks_are_whole_in_a_small_window(desk: Desk) -> None:
    desk.seed()
    page = await desk.open()
    table = page.list.table
    table.resize(1050, 400)  # what it has in a window of 1280
    room = table.columnWidth(Column.TASK) - 2 * Space.S
    metrics = QFontMetrics(fonts.sans())
    assert len(page.list.rows) == len(built_in(settings.current()))
    for row in page.list.rows:
        assert metrics.horizontalAdvance(row.title) <= room, row.title


async def test_missed_runs_are_called_out_until_they_are_noted_as_seen(desk: Desk) -> None:
    desk.add("summaries")
    since = datetime.now(UTC) - timedelta(days=40)
    desk.claim("summaries", task_id="t", missed=3, missed_since=since, last_missed_at=since)
    page = await desk.open()
    page.list.table.resize(1600, 400)
    assert cell(page, "summaries", Column.MISSED).startswith("3 since ")
    page.list.table.resize(1000, 400)
    assert cell(page, "summaries", Column.MISSED) == "3"
    tip = page.list.model.index(0, Column.MISSED).data(Qt.ItemDataRole.ToolTipRole)
    assert since.astimezone().strftime("%b %H:%M") in tip
    assert "3 missed" in words(page.list)
    QTest.keyClick(page.list.table, KEY.Key_Return)
    assert "3 runs were missed" in words(page.drawer)
    press(page.drawer, "Missed runs seen")
    await desk.quiet()
    assert column(page, Column.MISSED) == [None]
    assert "missed" not in words(page.drawer).lower()
    assert schedule.entry("summaries").missed == 0


async def test_without_a_scheduler_the_page_says_so_and_what_to_do(desk: Desk) -> None:
    desk.add("summaries")
    desk.delay("summaries", timedelta(minutes=10))
    page = await desk.open()
    assert column(page, Column.CONDITION) == ["overdue"]
    assert cell(page, "summaries", Column.COUNTDOWN) == "−10 min"
    assert "No scheduler runs" in words(page.verdict)
    press(page.verdict, "Show the local cluster")
    assert desk.went == [("cluster", None)]
    desk.claim("summaries", task_id="t")
    await desk.read()
    assert page.verdict.isHidden()


async def test_a_closed_market_and_a_task_that_cannot_run_are_told_apart(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As a worker of an earlier version sees it.
    spec = replace(catalog.TASKS[UNAVAILABLE], unavailable=catalog.NOT_BUILT)
    monkeypatch.setitem(catalog.TASKS, UNAVAILABLE, spec)
    desk.seed()
    desk.add("summaries", replace(EDIT, market_hours=True))
    desk.claim("summaries", skipped="market closed")
    page = await desk.open()
    states = dict(zip(column(page, Column.NAME), column(page, Column.CONDITION), strict=True))
    assert states["summaries"] == "market-closed"
    assert states["market-data"] == "unstartable"
    page.list.choose("market-data")
    page.list.opened.emit()
    assert "not part of this version" in words(page.drawer)
    assert not page.hands.actions["run"].isEnabled()


async def test_a_filter_narrows_the_entries_and_escape_widens_them(desk: Desk) -> None:
    desk.seed()
    page = await desk.open()
    page.search()
    QTest.keyClicks(page.list.field, "RETRAIN")
    assert len(column(page, Column.NAME)) == 3
    assert f"3 of {len(built_in(settings.current()))} entries" in words(page.list)
    QTest.keyClicks(page.list.field, "x")
    assert any("No entry matches" in words(one) for one in page.list.findChildren(EmptyState))
    QTest.keyClick(page.list.field, KEY.Key_Escape)
    assert len(column(page, Column.NAME)) == len(built_in(settings.current()))


async def test_the_cursor_stays_on_its_entry_when_others_come(desk: Desk) -> None:
    desk.add("m")
    desk.add("z")
    page = await desk.open()
    page.list.choose("m")
    desk.add("a")
    await desk.read()
    assert column(page, Column.NAME) == ["a", "m", "z"]
    assert page.list.current is not None
    assert page.list.current.name == "m"


async def test_run_now_puts_the_task_on_its_queue_and_leads_to_it(desk: Desk) -> None:
    desk.add("summaries")
    page = await desk.open()
    planned = schedule.entry("summaries").next_run
    QTest.keyClick(page.list.table, KEY.Key_R)
    await desk.quiet()
    (headers,) = desk.sent()
    assert headers["task"] == TASK
    now = schedule.entry("summaries")
    assert now.last_task_id == headers["id"]
    assert now.next_run == planned
    assert desk.last().text == f"“Summarise a document” is on the queue {QUEUE}."
    action = desk.last().action
    assert action is not None
    action.callback()
    page.list.opened.emit()
    press(page.drawer, "Show the last task")
    assert desk.went == [("tasks", {"uuid": headers["id"]})] * 2


async def test_an_entry_is_switched_off_and_on_by_its_key_and_by_undo(desk: Desk) -> None:
    desk.add("summaries")
    page = await desk.open()
    QTest.keyClick(page.list.table, KEY.Key_D)
    await desk.quiet()
    assert column(page, Column.CONDITION) == ["switched-off"]
    assert page.hands.actions["switch"].text() == "Enable"
    await desk.undo()
    assert column(page, Column.CONDITION) == ["scheduled"]
    assert schedule.entry("summaries").next_run is not None


async def test_a_removed_entry_comes_back_as_it_was_by_undo(desk: Desk) -> None:
    edit = replace(EDIT, kind="cron", expression="5 4 * * *", timezone="Asia/Tokyo", expires_s=60.0)
    desk.add("summaries", edit, enabled=False)
    page = await desk.open()
    QTest.keyClick(page.list.table, KEY.Key_Delete)
    await desk.quiet()
    assert column(page, Column.NAME) == []
    await desk.undo()
    back = schedule.entry("summaries")
    assert (back.expression, back.timezone, back.expires_s) == ("5 4 * * *", "Asia/Tokyo", 60.0)
    assert back.arguments == {"document": DOCUMENT}
    assert not back.enabled


async def test_a_changed_built_in_entry_is_reset_and_changed_back_by_undo(desk: Desk) -> None:
    desk.seed()
    schedule.edit("health", {"expression": "60"})
    page = await desk.open()
    page.list.choose("health")
    QTest.keyClick(page.list.table, KEY.Key_R, Qt.KeyboardModifier.ShiftModifier)
    await desk.quiet()
    assert schedule.entry("health").expression == "600"
    await desk.undo()
    assert schedule.entry("health").expression == "60"


async def test_the_details_tell_all_and_follow_the_cursor(desk: Desk) -> None:
    desk.add("a", replace(EDIT, kind="cron", expression="5 4 * * *", timezone="Asia/Tokyo"))
    desk.add("b")
    page = await desk.open()
    page.list.choose("a")
    QTest.keyClick(page.list.table, KEY.Key_Space)
    text = words(page.drawer)
    for said in ("Asia/Tokyo", "5 4 * * *", "daily at 04:05", DOCUMENT, "made by a user", "never"):
        assert said in text
    QTest.keyClick(page.list.table, KEY.Key_Down)
    await until(lambda: "every 5 min" in words(page.drawer))
    QTest.keyClick(page.list.table, KEY.Key_Escape)
    assert page.drawer.isHidden()


async def test_a_read_only_connection_shows_all_and_changes_nothing(desk: Desk) -> None:
    desk.add("summaries")
    desk.claim("summaries", task_id="t-1")
    page = await desk.open()
    page.set_read_only(True)
    for deed in ("run", "edit", "switch", "remove"):
        assert not page.hands.actions[deed].isEnabled()
    assert page.hands.actions["task"].isEnabled()
    assert not page.new.isEnabled()
    assert "read-only" in page.new.toolTip()
    await desk.read()
    assert not page.hands.actions["run"].isEnabled()


async def test_a_hidden_page_reads_nothing(desk: Desk) -> None:
    page = await desk.open()
    page.hidden()
    desk.add("summaries")
    page.look()
    await desk.quiet()
    assert column(page, Column.NAME) == []
    page.shown()
    await desk.read()
    assert column(page, Column.NAME) == ["summaries"]


async def test_everything_that_is_operated_has_a_name(desk: Desk) -> None:
    desk.add("summaries")
    page = await desk.open()
    page.list.opened.emit()
    page.begin_new()
    assert nameless(page) == []
