"""The Workers page: who is there and what each does."""

import asyncio
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.qt_models.fleet_table import Column
from desktop_app.views.workers.table import in_two_lines
from tests.ui.accessibility import nameless
from tests.ui.workers.desk import Desk, glance, job, until, whole, worker
from tests.ui.workers.hands import action, cell, choose, press, words
from worker_core.operations.errors import BrokerUnreachable
from worker_core.operations.worker_facts import Registered
from worker_core.operations.worker_survey import NO_ANSWER, Details

# The table


async def test_each_worker_shows_state_pool_slots_and_queues(desk: Desk) -> None:
    now = time.time()
    desk.rows = [
        worker("quiet@b", online=False, last_heartbeat=now - 90),
        worker("gone@c", online=False, left=True),
    ]
    page = await desk.open(glance("busy@a", active=[job("1", pid=100)], queues=["x", "y"]))
    states = [cell(page, name, Column.STATE) for name in ("busy@a", "quiet@b", "gone@c")]
    assert states == ["online", "silent", "offline"]
    assert cell(page, "busy@a", Column.SLOTS) == "1/2"
    assert cell(page, "busy@a", Column.POOL) == "prefork"
    assert cell(page, "busy@a", Column.QUEUES) == "x, y"
    assert "1 online · 1 silent · 1 offline · 1 of 2 slots busy" in words(page)


async def test_in_a_small_window_versions_give_way_to_queues_and_a_wrong_clock_does_not(
    desk: Desk,
) -> None:
    desk.rows = [worker("right@a", clock_offset=0.5)]
    page = await desk.open()
    table = page.table

    def hidden() -> tuple[bool, bool]:
        return table.isColumnHidden(Column.VERSION), table.isColumnHidden(Column.CLOCK)

    table.resize(1600, 300)
    assert hidden() == (False, False)
    table.resize(1050, 300)
    assert hidden() == (True, True)
    desk.set_rows([worker("wrong@a", clock_offset=40.0)])
    await until(lambda: hidden() == (True, False))


@pytest.mark.parametrize(
    ("room", "lines"),
    [
        (99, ["one, two, three"]),
        (10, ["one, two,", "three"]),
        (5, ["one,", "two, three"]),
        (2, ["one, two, three"]),
    ],
)
def test_queues_stand_on_two_lines_where_one_is_too_short(room: float, lines: list[str]) -> None:
    assert in_two_lines("one, two, three", len, room) == lines


async def test_a_worker_that_sends_no_heartbeats_is_listed_once_it_answers(desk: Desk) -> None:
    desk.workers.glances["mute@x"] = glance("mute@x")
    page = await desk.open()
    assert cell(page, "mute@x", Column.STATE) == "online"


async def test_the_selection_stays_with_the_worker(desk: Desk) -> None:
    page = await desk.open(glance("m@a"), glance("z@a"))
    choose(page, "z@a")
    desk.set_rows([worker("a@a"), *desk.rows])
    await until(lambda: page.model.rowCount() == 3)
    assert [page.model.row_at(row).name for row in page.table.selected_rows()] == ["z@a"]


async def test_without_workers_the_next_step_is_told(desk: Desk) -> None:
    page = await desk.open()
    assert "No worker has been heard of" in words(page.table)
    gone: list[str] = []
    page.navigate.connect(lambda where, _: gone.append(where))
    page.table._empty.button.click()  # type: ignore[union-attr]
    assert gone == ["cluster"]


async def test_those_gone_are_dismissed(desk: Desk) -> None:
    desk.rows = [worker("gone@c", online=False, left=True)]
    page = await desk.open(glance("here@a"))
    assert page.dismiss_gone.isVisible()
    page.dismiss_gone.click()
    await until(lambda: page.model.place_of("gone@c") is None)
    assert desk.dismissed == ["gone@c"]
    assert not page.dismiss_gone.isVisible()


async def test_a_broker_that_cannot_be_asked_is_told_without_a_flood(desk: Desk) -> None:
    desk.workers.failure = BrokerUnreachable("The broker is away.", "Start it.")
    page = await desk.open()
    assert "The broker is away." in words(page)
    assert not desk.messages.recent


async def test_nothing_is_asked_while_no_broker_is_chosen(desk: Desk) -> None:
    page = await desk.open()
    desk.status = "idle"
    desk.set_rows([])
    await until(lambda: page._last.connection.status == "idle")
    before = desk.workers.surveys
    page.asker.survey()
    assert desk.workers.surveys == before
    assert not desk.background.busy


async def test_nothing_is_asked_while_the_page_is_hidden(desk: Desk) -> None:
    page = await desk.open(glance("a@a"))
    await desk.settle()
    page.hidden()
    before = desk.workers.surveys
    page.tick()
    await asyncio.sleep(0)
    assert desk.workers.surveys == before
    page.shown()
    await until(lambda: desk.workers.surveys > before)


# Prefetched while others idle


async def test_tasks_held_while_another_worker_is_free_are_called_out(desk: Desk) -> None:
    held = [job(str(number)) for number in range(3)]
    busy = [job("a", pid=100), job("b", pid=101)]
    page = await desk.open(glance("greedy@a", active=busy, reserved=held), glance("idle@b"))
    await until(page.callout.isVisible, "it was found a second time")
    assert "3 tasks of q wait in greedy@a while idle@b has 2 free slots" in words(page.callout)
    desk.workers.glances["greedy@a"] = glance("greedy@a")
    page.asker.survey()
    await until(lambda: not page.callout.isVisible())


# One worker


async def test_what_each_process_runs_is_shown_and_leads_to_the_task(desk: Desk) -> None:
    running = job("task-1", pid=101, started=time.time() - 5, arguments="1, 2")
    page = await desk.open(glance("a@a", active=[running]))
    listing = page.panel.listings["active"]
    rows = [listing.model.row_at(row) for row in range(listing.model.rowCount())]
    assert [(row.pid, row.job.task_id if row.job else None) for row in rows] == [
        (100, None),
        (101, "task-1"),
    ]
    went: list[object] = []
    page.navigate.connect(lambda where, detail: went.append((where, detail)))
    listing.table.selectRow(1)
    QTest.keyClick(listing.table, Qt.Key.Key_Return)
    assert went == [("tasks", {"uuid": "task-1"})]


async def test_all_that_a_worker_tells_stands_in_its_tabs(desk: Desk) -> None:
    seen = glance("a@a", reserved=[job("r")])
    desk.workers.told["a@a"] = whole(seen, scheduled=[job("s", eta=time.time() + 60)])
    page = await desk.open(seen)
    await desk.settle()
    counts = {part: one.model.rowCount() for part, one in page.panel.listings.items()}
    assert counts == {
        "active": 2,
        "reserved": 1,
        "scheduled": 1,
        "registered": 2,
        "revoked": 0,
        "active_queues": 1,
        "conf": 1,
        "stats": 1,
    }


async def test_a_part_that_is_not_answered_says_so_and_the_others_stand(desk: Desk) -> None:
    told = whole(glance("a@a"))
    desk.workers.told["a@a"] = Details(
        "a@a", {"registered": told.parts["registered"]}, {"conf": NO_ANSWER}
    )
    page = await desk.open(glance("a@a"))
    await desk.settle()
    assert page.panel.listings["registered"].model.rowCount() == 2
    page.panel.tabs.setCurrentWidget(page.panel.listings["conf"])
    assert NO_ANSWER in words(page.panel.listings["conf"])


async def test_ten_thousand_tasks_are_listed_and_searched(desk: Desk) -> None:
    many = [Registered(f"task.number_{number}") for number in range(10_000)]
    desk.workers.told["a@a"] = whole(glance("a@a"), registered=many)
    page = await desk.open(glance("a@a"))
    await desk.settle()
    listing = page.panel.listings["registered"]
    assert listing.model.rowCount() == 10_000
    page.panel.tabs.setCurrentWidget(listing)
    page.search()
    assert page.panel.filter.hasFocus()
    QTest.keyClicks(page.panel.filter, "number_9999")
    assert listing.model.rowCount() == 1


async def test_a_hostile_name_is_shown_with_marks_and_asked_by_its_own(desk: Desk) -> None:
    name = "evil\n<b>\u202e@x\x00"
    page = await desk.open(glance(name))
    shown = str(cell(page, name, Column.NAME))
    assert "\n" not in shown
    assert "\u202e" not in shown
    press(page, Qt.Key.Key_H)
    page.prompt.yes.click()
    await until(lambda: page.answers.texts)
    assert desk.workers.given == [("heartbeat", {}, [name])]
    assert "\n" not in page.answers.texts[0]


# For everyone


async def test_every_control_has_a_name(desk: Desk) -> None:
    page = await desk.open(glance("a@a", active=[job("1", pid=100)]))
    page.hands.begin(action("time_limit"))
    page.prompt.yes.click()
    page.hands.begin(action("rate_limit"))
    page.answers.begin("Grow", ["a@a"])
    assert nameless(page) == []


async def test_the_page_fits_a_small_window(desk: Desk, tmp_path: Path) -> None:
    page = await desk.open(glance("a@a"), width=884, height=620)
    page.hands.begin(action("time_limit"))
    page.answers.begin("Grow", ["a@a"])
    await desk.settle()
    assert page.minimumSizeHint().width() <= 884
