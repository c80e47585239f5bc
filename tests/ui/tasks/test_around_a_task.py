"""What is around a task: what it logged, what came before it and what is still to come."""

from datetime import timedelta, timezone

from PySide6.QtTest import QTest

from desktop_app.views.tasks.log_text import log_text
from desktop_app.views.tasks.tree import Branch, branches
from desktop_app.views.tasks.wording import family
from tests.ui.tasks.desk import Desk, press, until, words
from tests.ui.tasks.feed import PROCESS, Feed
from tests.ui.tasks.test_task_commands import choose_all
from tests.ui.tasks.test_wording import row
from worker_core.operations.canvas import Chord, Plan, Step
from worker_core.operations.control import Call
from worker_core.operations.task_log import LogLine, TaskLog


def shape(lines: list[Branch]) -> list[tuple[str, int, tuple[bool, ...]]]:
    return [(line.task_id or line.said, line.depth, line.rails) for line in lines]


def test_lines_lead_from_each_task_to_its_children() -> None:
    rows = [
        row("a", 0),
        row("b", 1, parent_id="a"),
        row("c", 2, parent_id="b"),
        row("d", 3, parent_id="a"),
    ]
    lines, more = branches(family(rows), "a", None, 60)
    assert more == 0
    assert shape(lines) == [
        ("a", 0, ()),
        ("b", 1, (True,)),
        ("c", 2, (True, False)),
        ("d", 1, (False,)),
    ]


def test_what_is_to_come_stands_below_the_task_that_is_shown() -> None:
    rows = [row("a", 0), row("b", 1, parent_id="a")]
    steps = (
        Step("x.next", "n", 1, "next"),
        Step("x.last", None, 2, "chord"),
        Step("x.cleanup", "e", 1, "errback"),
        Step("x.known", "b", 1, "next"),
    )
    lines, more = branches(family(rows), "a", Plan(steps, Chord(2, 3)), 5)
    assert [(line.label, line.said, line.state is None) for line in lines[1:]] == [
        ("Its chord", "2 of 3 done", True),
        ("cleanup", "on failure", True),
        ("next", "to come", True),
        ("last", "when all are done", True),
    ]
    assert more == 1


def test_a_log_is_one_line_a_record_with_its_traceback_below() -> None:
    lines = (
        LogLine(0.5, "INFO", "worker_core.tasks.x", "read\u202eit"),
        LogLine(1e300, "ERROR", "x", "failed\nTraceback:\n  here"),
    )
    east = timezone(timedelta(hours=2))
    assert log_text(TaskLog(lines, cut=False), east).splitlines() == [
        "02:00:00.500 INFO    x: read�it",
        "--:--:--.--- ERROR   x: failed",
        "    Traceback:",
        "      here",
    ]


async def test_the_drawer_shows_the_log_and_the_steps_to_come(desk: Desk, feed: Feed) -> None:
    feed.start("a")
    desk.commands.logs["a"] = TaskLog((LogLine(0.0, "INFO", "x", "half way"),), cut=True)
    desk.commands.plans["a"] = Plan((Step("mail.send", "m", 1, "callback"),), None)
    page = await desk.open()
    page.open({"uuid": "a"})
    await until(lambda: "half way" in page.drawer.log.text())
    await until(page.drawer.family.isVisible)
    assert "its worker's own log has the rest" in words(page.drawer)
    feed.start("b")
    await desk.arrives("b")
    page.open({"uuid": "b"})
    await until(lambda: page.drawer.row is not None and page.drawer.row.uuid == "b")
    assert page.drawer.log.text() == ""


async def test_before_it_has_ended_its_whole_arguments_are_those_of_its_message(
    desk: Desk, feed: Feed
) -> None:
    feed.start("a", kwargs="{'document': 'fff...'}")
    desk.commands.plans["a"] = Plan((), None, [], {"document": "f" * 64})
    page = await desk.open()
    page.open({"uuid": "a"})
    await until(lambda: "f" * 64 in page.drawer.values.arguments.text())
    assert "shortened" not in words(page.drawer)
    # When it has ended its message is gone, and what was read of it is still true.
    del desk.commands.plans["a"]
    feed.succeed("a", kwargs="{'document': 'fff...'}")
    await desk.arrives("a")
    await desk.quiet()
    assert "f" * 64 in page.drawer.values.arguments.text()


async def test_arguments_that_only_a_shortened_event_tells_are_said_to_be_short(
    desk: Desk, feed: Feed
) -> None:
    feed.succeed("a", kwargs="{'document': 'fff...'}")
    feed.succeed("b", kwargs="{'page': 1}")
    page = await desk.open()
    page.open({"uuid": "a"})
    await desk.quiet()
    assert "As the event told them, shortened." in words(page.drawer)
    assert "result_extended" in words(page.drawer)
    page.open({"uuid": "b"})
    await desk.quiet()
    assert "As the event told them" not in words(page.drawer)


async def test_a_task_is_edited_with_what_it_was_truly_told(desk: Desk, feed: Feed) -> None:
    feed.succeed("a")
    feed.succeed("b", "shop.pay")
    desk.commands.calls["a"] = Call(PROCESS, [], {"document": "x"}, "document_processing")
    desk.commands.calls["b"] = Call("shop.pay", [1], {"to": "y"}, "payments")
    page = await desk.open()
    went: list[tuple[str, object]] = []
    page.navigate.connect(lambda where, detail: went.append((where, detail)))
    for task in ("a", "b"):
        page.open({"uuid": task})
        press(page.drawer, "Edit and resend")
        await desk.quiet()
    assert went == [
        ("enqueue", {"name": PROCESS, "arguments": {"document": "x"}}),
        (
            "enqueue",
            {"name": "shop.pay", "call": {"queue": "payments", "args": [1], "kwargs": {"to": "y"}}},
        ),
    ]


async def test_a_read_only_connection_leaves_nothing_to_press(desk: Desk, feed: Feed) -> None:
    feed.start("a")
    page = await desk.open()
    page.open({"uuid": "a"})
    page.set_read_only(True)
    actions = page.drawer.task_actions
    assert not any(made.isEnabled() for made in (*actions.buttons.values(), actions.edit))
    assert not any(made.isEnabled() for made in page.bulk.buttons.values())
    page.set_read_only(False)
    assert actions.edit.isEnabled()


async def test_on_a_production_system_the_number_of_tasks_is_typed(desk: Desk, feed: Feed) -> None:
    for name in "abc":
        feed.send(name)
    page = await desk.open()
    page.set_production(True)
    choose_all(page)
    await until(page.bulk.isVisible)
    press(page.bulk, "Cancel 3")
    ask = page.bulk.ask
    assert not ask.yes.isEnabled()
    QTest.keyClicks(ask.typed, "3")
    press(ask, "Cancel 3 tasks")
    await desk.quiet()
    assert len(desk.commands.commands()) == 3
