"""What workers are told on their page, what is asked before, and what they answer."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.workers.desk import Desk, glance, until, worker
from tests.ui.workers.hands import action, choose, press, words
from worker_core.operations.errors import BrokerUnreachable
from worker_core.operations.worker_answers import Answer, silent


async def test_a_key_asks_first_and_says_how_many_and_which(desk: Desk) -> None:
    page = await desk.open(glance("a@a"), glance("b@b"))
    press(page, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(page, Qt.Key.Key_Delete)
    assert page.prompt.isVisible()
    assert "Shut down 2 workers?" in words(page.prompt)
    assert "a@a, b@b" in words(page.prompt)
    assert page.prompt.no.hasFocus()
    assert not desk.workers.given
    page.prompt.yes.click()
    await until(lambda: len(page.answers.texts) == 2)
    assert desk.workers.given == [("shutdown", {}, ["a@a", "b@b"])]
    assert not page.prompt.isVisible()


async def test_escape_leaves_the_question_and_does_nothing(desk: Desk) -> None:
    page = await desk.open(glance("a@a"))
    press(page, Qt.Key.Key_Plus)
    QTest.keyClick(page.prompt.edits["n"], Qt.Key.Key_Escape)
    assert not page.prompt.isVisible()
    assert not desk.workers.given


async def test_answers_are_shown_as_they_arrive_with_the_silent_ones(desk: Desk) -> None:
    desk.workers.gates["b@b"] = asyncio.Event()
    desk.workers.answers = {
        "b@b": Answer("b@b", "refused", "refused: it will not."),
        "c@c": silent("c@c"),
    }
    page = await desk.open(glance("a@a"), glance("b@b"), glance("c@c"))
    choose(page, "a@a", "b@b", "c@c")
    page.hands.begin(action("pool_grow"))
    QTest.keyClick(page.prompt.edits["n"], Qt.Key.Key_Return)
    await until(lambda: page.answers.texts == ["a@a: done."])
    assert "1 answered · 2 awaited" in words(page.answers)
    desk.workers.gates["b@b"].set()
    await until(lambda: len(page.answers.texts) == 3)
    assert page.answers.texts[1] == "b@b: refused: it will not."
    assert "did not answer" in page.answers.texts[2]
    assert "2 answered · 1 refused · 1 did not answer" in words(page.answers)
    assert desk.workers.given[0][1] == {"n": 1}


async def test_on_production_the_number_of_workers_is_typed(desk: Desk) -> None:
    page = await desk.open(glance("a@a"), glance("b@b"))
    page.set_production(True)
    choose(page, "a@a", "b@b")
    page.hands.begin(action("shutdown"))
    assert not page.prompt.yes.isEnabled()
    QTest.keyClicks(page.prompt.typed, "2")
    assert page.prompt.yes.isEnabled()


async def test_nothing_can_be_changed_on_a_read_only_connection(desk: Desk) -> None:
    page = await desk.open(glance("a@a"))
    page.hands.begin(action("pool_grow"))
    page.set_read_only(True)
    assert not page.prompt.isVisible()
    press(page, Qt.Key.Key_Plus)
    assert not page.prompt.isVisible()
    assert not page.bar.buttons["Pool"].isEnabled()


@pytest.mark.parametrize(
    ("command", "pool", "part"),
    [
        ("pool_grow", "threads", "cannot change its size"),
        ("pool_shrink", "solo", "cannot change its size"),
        ("pool_restart", "threads", "cannot be restarted"),
        ("time_limit", "threads", "has no effect"),
        ("autoscale", "prefork", "--autoscale"),
    ],
)
async def test_what_a_pool_cannot_do_is_said_before_it_is_asked(
    desk: Desk, command: str, pool: str, part: str
) -> None:
    page = await desk.open(glance("a@a", pool=pool))
    page.hands.begin(action(command))
    assert not page.prompt.isVisible()
    assert part in desk.messages.recent[0].what_to_do


async def test_those_that_cannot_are_left_out_and_named(desk: Desk) -> None:
    page = await desk.open(glance("able@a"), glance("fixed@b", pool="threads"))
    choose(page, "able@a", "fixed@b")
    page.hands.begin(action("pool_grow"))
    assert "Left out: fixed@b" in words(page.prompt)
    page.prompt.yes.click()
    await until(lambda: desk.workers.given)
    assert desk.workers.given[0][2] == ["able@a"]


async def test_a_pool_is_not_shrunk_to_nothing(desk: Desk) -> None:
    page = await desk.open(glance("a@a", slots=2))
    page.hands.begin(action("pool_shrink"))
    page.prompt.edits["n"].setText("2")
    page.prompt.yes.click()
    assert "left without a process" in words(page.prompt)
    assert not desk.workers.given


@pytest.mark.parametrize(
    ("command", "written", "problem"),
    [
        ("pool_grow", {"n": "many"}, "write a number"),
        ("add_consumer", {"queue": " "}, "write which one"),
        ("rate_limit", {"task_name": "a.task", "rate_limit": ""}, "write which one"),
        ("time_limit", {"task_name": "a.task", "soft": "9", "hard": "5"}, "later than"),
        ("time_limit", {"task_name": "a.task", "soft": "nan"}, "number of seconds"),
    ],
)
async def test_what_cannot_be_meant_is_told_and_not_sent(
    desk: Desk, command: str, written: dict[str, str], problem: str
) -> None:
    page = await desk.open(glance("a@a"))
    page.hands.begin(action(command))
    for name, text in written.items():
        page.prompt.edits[name].setText(text)
    page.prompt.yes.click()
    assert problem in words(page.prompt)
    assert not desk.workers.given


async def test_limits_are_sent_as_the_worker_reads_them(desk: Desk) -> None:
    page = await desk.open(glance("a@a"))
    page.hands.begin(action("time_limit"))
    page.prompt.edits["task_name"].setText("a.task")
    page.prompt.edits["hard"].setText("30")
    page.prompt.yes.click()
    await until(lambda: desk.workers.given)
    assert desk.workers.given[0][1] == {"task_name": "a.task", "soft": None, "hard": 30.0}


async def test_a_stamp_is_sent_as_the_worker_reads_it(desk: Desk) -> None:
    page = await desk.open(glance("a@a"))
    page.hands.begin(action("revoke_by_stamped_headers"))
    page.prompt.edits["stamp"].setText("customer")
    page.prompt.edits["value"].setText("left")
    page.prompt.yes.click()
    await until(lambda: desk.workers.given)
    assert desk.workers.given[0][1] == {"headers": {"customer": ["left"]}}


async def test_a_queue_that_has_the_cursor_is_the_one_to_leave(desk: Desk) -> None:
    page = await desk.open(glance("a@a", queues=["one", "two"]))
    listing = page.panel.listings["active_queues"]
    page.panel.tabs.setCurrentWidget(listing)
    listing.table.selectRow(1)
    page.hands.begin(action("cancel_consumer"))
    assert page.prompt.edits["queue"].text() == "two"


async def test_a_worker_told_to_go_is_said_to_have_left_once_it_has(desk: Desk) -> None:
    page = await desk.open(glance("a@a"))
    page.hands.begin(action("shutdown"))
    page.prompt.yes.click()
    await until(lambda: page.answers.texts)
    desk.set_rows([worker("a@a", online=False, left=True)])
    await until(lambda: page.answers.texts == ["a@a: has left."])
    assert "It has left" in words(page.panel)


async def test_a_command_that_cannot_be_given_says_why(desk: Desk) -> None:
    page = await desk.open(glance("a@a"))
    desk.workers.failure = BrokerUnreachable("The broker is away.", "Start it.")
    page.hands.begin(action("heartbeat"))
    page.prompt.yes.click()
    await until(lambda: page.answers.texts)
    assert "The broker is away." in page.answers.texts[0]
