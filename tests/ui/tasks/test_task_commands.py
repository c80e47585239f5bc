import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from desktop_app.ui import pretty
from desktop_app.views.tasks import TasksPage, verbs
from tests.ui.tasks.desk import Desk, press, shown_buttons, stored, until, words
from tests.ui.tasks.feed import Feed
from tests.ui.tasks.hands import KEY, click_row
from worker_core.operations.errors import BrokerUnreachable, NothingToRetry

CONTROL = Qt.KeyboardModifier.ControlModifier


def said(desk: Desk) -> list[str]:
    return [message.text for message in desk.messages.recent]


def choose_all(page: TasksPage) -> None:
    QTest.keyClick(page.table, KEY.Key_A, CONTROL)


# One task


async def test_a_waiting_task_can_be_cancelled_at_once(desk: Desk, feed: Feed) -> None:
    feed.send("a")
    page = await desk.open()
    page.open({"uuid": "a"})
    assert shown_buttons(page.drawer.task_actions) == ["Cancel", "Edit and resend", "Copy id"]
    press(page.drawer, "Cancel")
    await desk.quiet()
    assert desk.commands.commands() == [("cancel", "a")]
    assert said(desk) == ["Cancelled: process_document"]


async def test_a_running_task_is_terminated_only_after_a_question_that_says_who_can(
    desk: Desk, feed: Feed
) -> None:
    feed.start("a")
    page = await desk.open()
    page.open({"uuid": "a"})
    press(page.drawer.task_actions, "Terminate")
    assert "Only workers with the prefork pool" in words(page.drawer)
    press(page.drawer.ask, "Let it run")
    assert not page.drawer.ask.isVisible()
    assert desk.commands.commands() == []
    press(page.drawer.task_actions, "Terminate")
    press(page.drawer.ask, "Terminate")
    await desk.quiet()
    assert desk.commands.commands() == [("terminate", "a")]


async def test_escape_answers_a_question_with_no_before_it_closes_the_details(
    desk: Desk, feed: Feed
) -> None:
    feed.start("a")
    page = await desk.open()
    page.open({"uuid": "a"})
    press(page.drawer.task_actions, "Terminate")
    QTest.keyClick(page.drawer.ask.no, KEY.Key_Escape)
    assert not page.drawer.ask.isVisible()
    assert not page.drawer.isHidden()


async def test_a_question_is_withdrawn_when_the_task_has_ended(desk: Desk, feed: Feed) -> None:
    feed.start("a")
    page = await desk.open()
    page.open({"uuid": "a"})
    press(page.drawer.task_actions, "Terminate")
    feed.event("task-succeeded", "a", result="1", runtime=1.0)
    await desk.arrives("a")
    assert not page.drawer.ask.isVisible()
    assert shown_buttons(page.drawer.task_actions) == ["Retry", "Edit and resend", "Copy id"]


async def test_a_retried_task_leads_to_the_one_that_was_sent(desk: Desk, feed: Feed) -> None:
    feed.fail("a")
    page = await desk.open()
    page.open({"uuid": "a"})
    press(page.drawer, "Retry")
    await desk.quiet()
    message = desk.messages.recent[0]
    assert message.text == "Sent again: process_document"
    feed.send("a-again")
    assert message.action is not None
    message.action.callback()
    await until(lambda: page.drawer.row == feed.task("a-again"))


async def test_a_command_is_not_given_twice_while_it_is_on_its_way(desk: Desk, feed: Feed) -> None:
    feed.fail("a")
    desk.commands.gate = asyncio.Event()
    page = await desk.open()
    page.open({"uuid": "a"})
    press(page.drawer, "Retry")
    await until(desk.commands.commands)
    press(page.drawer, "Retry")
    desk.commands.gate.set()
    await desk.quiet()
    assert desk.commands.commands() == [("retry", "a")]


async def test_a_command_that_fails_says_why_and_what_to_do(desk: Desk, feed: Feed) -> None:
    feed.fail("a")
    desk.commands.refusals["a"] = NothingToRetry("Its arguments are gone.", "Enqueue it anew.")
    page = await desk.open()
    page.open({"uuid": "a"})
    press(page.drawer, "Retry")
    await until(lambda: desk.messages.recent)
    assert "Its arguments are gone." in desk.messages.recent[0].text
    assert desk.messages.recent[0].what_to_do == "Enqueue it anew."


# The stored outcome


async def test_the_whole_result_and_the_true_arguments_are_fetched_once_it_has_ended(
    desk: Desk, feed: Feed
) -> None:
    feed.succeed("a", result="{'pages': '…", kwargs="{'document': '…")
    desk.commands.outcomes["a"] = stored("a", {"pages": 3}, kwargs={"document": "f" * 64})
    page = await desk.open()
    page.open({"uuid": "a"})
    await desk.quiet()
    assert page.drawer.values.result.text() == '{\n  "pages": 3\n}'
    assert "f" * 64 in page.drawer.values.arguments.text()
    assert desk.commands.given == [("outcome", "a")]


async def test_a_result_that_is_stored_no_more_is_shown_as_the_event_told_it(
    desk: Desk, feed: Feed
) -> None:
    feed.succeed("a", result="{'pages': 3}")
    page = await desk.open()
    page.open({"uuid": "a"})
    await desk.quiet()
    assert page.drawer.values.result.text() == "{'pages': 3}"
    assert "The stored result is gone, or was never kept." in words(page.drawer)


async def test_a_store_that_does_not_answer_is_told_beside_the_result(
    desk: Desk, feed: Feed
) -> None:
    feed.succeed("a")
    desk.commands.refusals["a"] = BrokerUnreachable("Nothing answers.", "Start the broker.")
    page = await desk.open()
    page.open({"uuid": "a"})
    await desk.quiet()
    assert "Nothing answers. Start the broker." in words(page.drawer)
    assert desk.messages.recent == []


async def test_a_very_large_result_is_shown_in_part_and_says_so(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    desk.commands.outcomes["a"] = stored("a", list(range(200_000)))
    page = await desk.open()
    page.open({"uuid": "a"})
    await desk.quiet()
    assert len(page.drawer.values.result.text()) == pretty.SHOWN_CHARACTERS
    assert "The first 100,000 characters of it." in words(page.drawer)


async def test_nothing_is_fetched_for_rows_that_the_cursor_only_passes(
    desk: Desk, feed: Feed
) -> None:
    for number in range(30):
        feed.succeed(f"task-{number}")
    page = await desk.open()
    page.open({"uuid": "task-29"})
    for _ in range(29):
        QTest.keyClick(page.table, KEY.Key_Down)
    await desk.quiet()
    assert desk.commands.given == [("outcome", "task-0")]


# Many tasks


async def test_select_all_means_all_that_match_and_selects_no_row(desk: Desk, feed: Feed) -> None:
    for number in range(40):
        feed.fail(f"bad-{number}")
    feed.succeed("good")
    page = await desk.open()
    page.open({"states": frozenset({"FAILURE"})})
    choose_all(page)
    assert page.table.selected_rows() == []
    assert "All 40 tasks that match" in words(page.bulk)
    assert "40 failed" in words(page.bulk)
    QTest.keyClick(page.table, KEY.Key_Escape)
    assert page.bulk.isHidden()


async def test_a_bulk_command_says_how_many_it_hits_and_hits_just_those(
    desk: Desk, feed: Feed
) -> None:
    feed.fail("bad")
    feed.succeed("good")
    feed.send("waiting-1")
    feed.send("waiting-2")
    feed.start("running")
    page = await desk.open()
    choose_all(page)
    assert shown_buttons(page.bulk)[:3] == ["Cancel 2", "Terminate 1", "Retry 1"]
    press(page.bulk, "Cancel 2")
    assert "Cancel 2 tasks?" in words(page.bulk)
    assert "process_document ×2." in words(page.bulk)
    feed.send("later")
    await desk.arrives("later")
    press(page.bulk, "Cancel 2 tasks")
    await desk.quiet()
    assert sorted(desk.commands.commands()) == [("cancel", "waiting-1"), ("cancel", "waiting-2")]
    assert said(desk) == ["Cancelled: 2 tasks"]
    assert page.bulk.isHidden()


async def test_several_rows_chosen_by_hand_can_be_commanded_together(
    desk: Desk, feed: Feed
) -> None:
    for name in ("a", "b", "c"):
        feed.fail(name)
    page = await desk.open()
    click_row(page, 0)
    click_row(page, 2, CONTROL)
    await desk.quiet()
    assert "2 tasks selected" in words(page.bulk)
    press(page.bulk, "Retry 2")
    press(page.bulk, "Retry 2 tasks")
    await desk.quiet()
    assert sorted(desk.commands.commands()) == [("retry", "a"), ("retry", "c")]
    assert page.bulk.isHidden()
    assert page.table.selected_rows() == []


async def test_its_button_lets_go_of_the_selected_rows(desk: Desk, feed: Feed) -> None:
    for name in ("a", "b", "c"):
        feed.fail(name)
    page = await desk.open()
    click_row(page, 0)
    click_row(page, 2, CONTROL)
    await desk.quiet()
    QTest.mouseClick(page.bulk.findChildren(QToolButton)[-1], Qt.MouseButton.LeftButton)
    assert page.bulk.isHidden()
    assert page.table.selected_rows() == []


async def test_what_is_chosen_while_a_command_runs_is_offered_when_it_has_ended(
    desk: Desk, feed: Feed
) -> None:
    for number in range(6):
        feed.fail(f"task-{number}")
    desk.commands.gate = asyncio.Event()
    page = await desk.open()
    choose_all(page)
    press(page.bulk, "Retry 6")
    press(page.bulk, "Retry 6 tasks")
    await until(lambda: len(desk.commands.given) == 4, "four were on their way")
    click_row(page, 0)
    click_row(page, 1, CONTROL)
    await until(lambda: page.table.selected_rows() == [0, 1], "two rows are chosen")
    assert "Retry: 0 of 6" in words(page.bulk)
    desk.commands.gate.set()
    await desk.quiet()
    assert said(desk) == ["Sent again: 6 tasks"]
    await until(lambda: "2 tasks selected" in words(page.bulk), "the two are offered")


async def test_one_row_alone_is_no_bulk(desk: Desk, feed: Feed) -> None:
    feed.fail("a")
    feed.fail("b")
    page = await desk.open()
    choose_all(page)
    assert not page.bulk.isHidden()
    click_row(page, 0)
    await desk.quiet()
    assert page.bulk.isHidden()


async def test_what_could_not_be_done_is_counted_with_its_reason(desk: Desk, feed: Feed) -> None:
    for number in range(6):
        feed.fail(f"task-{number}")
    gone = NothingToRetry("Its arguments are gone.", "Enqueue it anew.")
    desk.commands.refusals = {"task-1": gone, "task-4": gone}
    page = await desk.open()
    choose_all(page)
    press(page.bulk, "Retry 6")
    press(page.bulk, "Retry 6 tasks")
    await desk.quiet()
    assert len(desk.commands.commands()) == 6
    message = desk.messages.recent[0]
    assert message.text == ("Sent again: 4 of 6 tasks. Not possible for 2: Its arguments are gone.")
    assert message.what_to_do == "Enqueue it anew."


async def test_a_broker_that_is_gone_ends_a_bulk_command(desk: Desk, feed: Feed) -> None:
    for number in range(50):
        feed.send(f"task-{number}")
    gone = BrokerUnreachable("Nothing answers.", "Start the broker.")
    desk.commands.refusals = {f"task-{number}": gone for number in range(50)}
    page = await desk.open()
    choose_all(page)
    press(page.bulk, "Cancel 50")
    press(page.bulk, "Cancel 50 tasks")
    await desk.quiet()
    assert len(desk.commands.commands()) <= 4
    assert "Nothing answers." in desk.messages.recent[0].text


async def test_a_bulk_command_can_be_stopped_on_its_way(desk: Desk, feed: Feed) -> None:
    for number in range(20):
        feed.send(f"task-{number}")
    desk.commands.gate = asyncio.Event()
    page = await desk.open()
    choose_all(page)
    press(page.bulk, "Cancel 20")
    press(page.bulk, "Cancel 20 tasks")
    await until(lambda: len(desk.commands.given) == 4, "four were on their way")
    assert "Cancel: 0 of 20" in words(page.bulk)
    press(page.bulk, "Stop")
    desk.commands.gate.set()
    await desk.quiet()
    assert len(desk.commands.given) == 4
    assert said(desk) == ["Cancelled: 4 of 20 tasks. Stopped before the other 16."]


async def test_looking_at_a_task_and_another_search_do_not_stop_a_bulk_command(
    desk: Desk, feed: Feed
) -> None:
    for number in range(20):
        feed.send(f"task-{number}")
    desk.commands.gate = asyncio.Event()
    page = await desk.open()
    choose_all(page)
    press(page.bulk, "Cancel 20")
    press(page.bulk, "Cancel 20 tasks")
    await until(lambda: len(desk.commands.given) == 4, "four were on their way")
    click_row(page, 0)
    page.open({"states": frozenset({"FAILURE"})})
    assert "Cancel: 0 of 20" in words(page.bulk)
    desk.commands.gate.set()
    await desk.quiet()
    assert said(desk) == ["Cancelled: 20 tasks"]


async def test_another_filter_lets_go_of_what_was_chosen(desk: Desk, feed: Feed) -> None:
    feed.fail("a")
    feed.succeed("b")
    page = await desk.open()
    choose_all(page)
    QTest.mouseClick(page.states.buttons["SUCCESS"], Qt.MouseButton.LeftButton)
    assert page.bulk.isHidden()


async def test_on_production_the_number_of_tasks_that_are_hit_must_be_typed(
    desk: Desk, feed: Feed
) -> None:
    feed.send("a")
    feed.send("b")
    page = await desk.open()
    page.set_production(True)
    choose_all(page)
    press(page.bulk, "Cancel 2")
    assert not page.bulk.ask.yes.isEnabled()
    QTest.keyClicks(page.bulk.ask.typed, "2")
    press(page.bulk.ask, "Cancel 2 tasks")
    await desk.quiet()
    assert sorted(desk.commands.commands()) == [("cancel", "a"), ("cancel", "b")]


async def test_a_button_that_takes_anothers_place_cannot_be_hit_by_mistake(
    desk: Desk, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.views.tasks.actions.SETTLE_MS", 600_000)
    feed.start("a")
    feed.succeed("b")
    page = await desk.open()
    page.open({"uuid": "a"})
    buttons = page.drawer.task_actions.buttons
    await until(buttons[verbs.TERMINATE].isEnabled)
    feed.event("task-succeeded", "a", result="1", runtime=1.0)
    await until(buttons[verbs.RETRY].isVisible)
    assert not buttons[verbs.RETRY].isEnabled()
    page.open({"uuid": "b"})
    await until(buttons[verbs.RETRY].isEnabled)
