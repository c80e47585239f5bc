import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from desktop_app.ui.messages import Messages
from desktop_app.ui.pills import Pill
from desktop_app.views.cluster import ClusterPage
from desktop_app.views.cluster.log_view import LogView
from desktop_app.views.cluster.member import MemberCard
from tests.ui.cluster.conftest import Pages, Scenario
from tests.ui.cluster.processes import MemoryProcesses
from worker_core.operations.errors import MemberFailed

Run = Callable[[Scenario], None]
PATIENCE = 30.0


async def until(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "the condition did not come about"
        await asyncio.sleep(0.005)


async def some_polls(processes: MemoryProcesses, number: int = 3) -> None:
    seen = processes.looks
    await until(lambda: processes.looks >= seen + number)


def card(page: ClusterPage, name: str) -> MemberCard:
    return next(card for card in page.findChildren(MemberCard) if card.name == name)


def cards(page: ClusterPage) -> list[str]:
    placed = sorted(page.findChildren(MemberCard), key=lambda card: (card.y(), card.x()))
    return [card.name for card in placed if card.isVisible()]


def state(page: ClusterPage, name: str) -> str:
    (pill,) = card(page, name).findChildren(Pill)
    return pill.accessibleName()


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def control(widget: QWidget, name: str) -> QAbstractButton:
    found = [b for b in widget.findChildren(QAbstractButton) if b.accessibleName() == name]
    found = found or [b for b in widget.findChildren(QPushButton) if b.text() == name]
    assert len(found) == 1, name
    return found[0]


def possible(page: ClusterPage, name: str) -> set[str]:
    buttons = card(page, name).findChildren(QPushButton)
    return {button.text() for button in buttons if button.isEnabled()}


def log(page: ClusterPage, name: str) -> LogView:
    views = page.findChildren(LogView)
    return next(view for view in views if name in view.accessibleName())


def log_text(page: ClusterPage, name: str) -> str:
    return "" if not cards(page) else log(page, name).toPlainText()


def test_a_card_offers_start_or_stop_and_never_both(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        page = pages.show(processes)
        await until(lambda: cards(page) == ["broker", "worker", "beat"])
        start, stop = control(page, "Start the worker"), control(page, "Stop the worker")
        assert (start.isVisible(), stop.isVisible()) == (True, False)
        processes.set_running("worker")
        await until(stop.isVisible)
        assert not start.isVisible()

    run(scenario())


def test_each_process_has_a_card_with_its_figures(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        processes.set_running("broker", pid=4711)
        page = pages.show(processes)
        await until(lambda: cards(page) == ["broker", "worker", "beat"])
        assert state(page, "broker") == "Running"
        assert state(page, "worker") == "Stopped"
        shown = texts(card(page, "broker"))
        for words in ("4711", "12 %", "123 MB"):
            assert words in shown
        assert "Tasks wait in their queues until it runs." in texts(card(page, "worker"))
        assert "1 of 3 running · 123 MB" in texts(page)

    run(scenario())


def test_uptime_counts_from_the_start_of_the_process(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses("broker")
        processes.set_running("broker")
        now = time.time()
        processes.members["broker"] = replace(processes.members["broker"], since=now - 3725)
        page = pages.show(processes)
        await until(lambda: "1h 02m" in texts(page))
        processes.members["broker"] = replace(processes.members["broker"], since=time.time() + 60)
        await until(lambda: "0 s" in texts(page))

    run(scenario())


def test_only_what_is_possible_can_be_pressed(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        processes.set_running("broker")
        processes.set_failed("worker", "It ended with exit code 1.")
        processes.members["beat"] = replace(processes.members["beat"], state="starting")
        page = pages.show(processes)
        await until(lambda: len(cards(page)) == 3)
        assert possible(page, "broker") == {"Stop", "Restart"}
        assert possible(page, "worker") == {"Start"}
        assert possible(page, "beat") == {"Stop"}

    run(scenario())


def test_stopping_a_worker_says_that_its_tasks_are_finished_first(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        processes.set_running("worker")
        processes.gate.clear()
        page = pages.show(processes)
        await until(lambda: len(cards(page)) == 3)
        stop = control(page, "Stop the worker")
        assert "Running tasks are finished first" in stop.toolTip()
        QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
        assert state(page, "worker") == "Stopping"
        assert "Running tasks are finished first" in texts(card(page, "worker"))
        assert possible(page, "worker") == set()
        await some_polls(processes)
        assert state(page, "worker") == "Stopping"
        processes.gate.set()
        await until(lambda: state(page, "worker") == "Stopped")
        assert possible(page, "worker") == {"Start"}
        assert processes.asked == [("stop", "worker")]

    run(scenario())


def test_a_process_can_be_started_with_the_keyboard(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        page = pages.show(processes)
        await until(lambda: len(cards(page)) == 3)
        start = control(page, "Start the broker")
        assert start.focusPolicy() & Qt.FocusPolicy.TabFocus
        start.setFocus()
        QTest.keyClick(start, Qt.Key.Key_Space)
        await until(lambda: state(page, "broker") == "Running")

    run(scenario())


def test_a_restart_is_one_command(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        processes.set_running("beat")
        page = pages.show(processes)
        await until(lambda: len(cards(page)) == 3)
        QTest.mouseClick(control(page, "Restart the scheduler"), Qt.MouseButton.LeftButton)
        await until(lambda: processes.asked == [("restart", "beat")])
        await until(lambda: possible(page, "beat") == {"Stop", "Restart"})

    run(scenario())


def test_a_start_that_fails_is_told_with_its_remedy(
    run: Run, pages: Pages, messages: Messages
) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        processes.error = MemberFailed("The disk is full.", "Free some room.")
        page = pages.show(processes)
        await until(lambda: len(cards(page)) == 3)
        QTest.mouseClick(control(page, "Start the worker"), Qt.MouseButton.LeftButton)
        await until(lambda: messages.recent)
        (message,) = messages.recent
        assert message.text.startswith("Could not start the worker: The disk is full.")
        assert message.what_to_do == "Free some room."
        await until(lambda: possible(page, "worker") == {"Start"})

    run(scenario())


def test_everything_is_started_and_stopped_at_once(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        page = pages.show(processes)
        await until(lambda: len(cards(page)) == 3)
        assert not control(page, "Stop all").isEnabled()
        processes.gate.clear()
        QTest.mouseClick(control(page, "Start all"), Qt.MouseButton.LeftButton)
        assert {state(page, name) for name in cards(page)} == {"Starting"}
        assert not control(page, "Start all").isEnabled()
        await some_polls(processes)
        assert not control(page, "Start all").isEnabled()
        processes.gate.set()
        await until(lambda: {state(page, name) for name in cards(page)} == {"Running"})
        assert not control(page, "Start all").isEnabled()
        QTest.mouseClick(control(page, "Stop all"), Qt.MouseButton.LeftButton)
        await until(lambda: {state(page, name) for name in cards(page)} == {"Stopped"})
        assert processes.asked == [("start", "all"), ("stop", "all")]

    run(scenario())


def test_a_crash_shows_its_last_words_and_what_to_do(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        processes.set_failed("worker", "It ended with exit code 1. ImportError: No module 'lxml'")
        page = pages.show(processes)
        await until(lambda: len(cards(page)) == 3)
        assert state(page, "worker") == "Crashed"
        shown = texts(card(page, "worker"))
        assert "No module 'lxml'" in shown
        assert "Start it again when the cause is gone." in shown

    run(scenario())


def test_a_process_of_another_window_is_said_to_stay(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        processes.set_running("broker")
        processes.members["broker"] = replace(processes.members["broker"], mine=False)
        page = pages.show(processes)
        await until(lambda: "Started elsewhere" in texts(page))

    run(scenario())


def test_looks_at_the_processes_never_overlap(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        page = pages.show(processes)
        await some_polls(processes)
        processes.seeing.clear()
        await until(lambda: len(processes.reads) > 10)
        assert processes.most_at_once == 1
        processes.seeing.set()
        await some_polls(processes)
        assert processes.most_at_once == 1
        assert cards(page)

    run(scenario())


def test_logs_go_on_while_a_command_holds_up_the_status(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        page = pages.show(processes)
        await some_polls(processes)
        processes.seeing.clear()
        processes.logs["worker"] += "warm shutdown\n"
        await until(lambda: "warm shutdown" in log_text(page, "worker"))
        processes.seeing.set()

    run(scenario())


def test_a_hidden_page_asks_for_nothing(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        page = pages.show(processes)
        await some_polls(processes)
        page.hidden()
        await until(lambda: pages.background.busy == 0)
        asked = (processes.looks, len(processes.reads))
        for _ in range(20):
            await asyncio.sleep(0.005)
        assert (processes.looks, len(processes.reads)) == asked
        page.shown()
        await some_polls(processes)

    run(scenario())


def test_processes_that_cannot_be_seen_are_told_once_on_the_page(
    run: Run, pages: Pages, messages: Messages
) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        processes.blindness = MemberFailed("The folder cannot be read.", "Look at its rights.")
        page = pages.show(processes)
        await until(lambda: "The folder cannot be read." in texts(page))
        await some_polls(processes)
        assert messages.recent == []
        processes.blindness = None
        await until(lambda: len(cards(page)) == 3)
        assert "The folder cannot be read." not in texts(page)

    run(scenario())


def test_a_process_that_is_no_longer_ours_leaves_the_page(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        page = pages.show(processes)
        await until(lambda: len(cards(page)) == 3)
        del processes.members["broker"]
        await until(lambda: cards(page) == ["worker", "beat"])

    run(scenario())


def test_logs_stand_side_by_side_on_request(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        processes.logs |= {"worker": "worker is ready\n", "beat": "beat is ready\n"}
        page = pages.show(processes)
        await until(lambda: len(cards(page)) == 3)
        assert log(page, "worker").isVisible()
        assert not log(page, "scheduler").isVisible()
        button = control(page, "Show the log of the scheduler")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        await until(lambda: log_text(page, "scheduler") == "beat is ready")
        left, right = log(page, "worker"), log(page, "scheduler")
        assert left.mapTo(page, left.rect().topRight()).x() < right.mapTo(page, right.pos()).x()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        control(page, "Show the log of the worker").click()
        assert "No log is open" in texts(page)

    run(scenario())


def test_a_log_is_read_on_from_where_it_was(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        processes.logs["worker"] = "one\n"
        page = pages.show(processes)
        await until(lambda: ("worker", 4) in processes.reads)
        processes.logs["worker"] += "two\nthr"
        await until(lambda: log_text(page, "worker") == "one\ntwo")
        processes.logs["worker"] += "ee\n"
        await until(lambda: log_text(page, "worker") == "one\ntwo\nthree")
        assert [offset for _, offset in processes.reads].count(0) == 1

    run(scenario())


def test_a_log_that_was_begun_anew_replaces_the_old_one(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        processes.logs["worker"] = "an old line\nanother\n"
        page = pages.show(processes)
        await until(lambda: "another" in log_text(page, "worker"))
        processes.logs["worker"] = "new\n"
        await until(lambda: log_text(page, "worker") == "new")

    run(scenario())


def test_a_filter_shows_the_lines_that_contain_its_words(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        processes.logs["worker"] = "task received\nready\ntask succeeded\n"
        page = pages.show(processes)
        await until(lambda: "ready" in log_text(page, "worker"))
        page.search()
        field = page.focusWidget()
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, "task")
        view = log(page, "worker")
        await until(lambda: view.toPlainText() == "task received\ntask succeeded")
        processes.logs["worker"] += "idle\ntask received\n"
        await until(lambda: view.toPlainText().endswith("succeeded\ntask received"))
        QTest.keyClicks(field, "zzz")
        await until(lambda: view.toPlainText() == "")
        assert "No line contains" in view.placeholderText()
        field.clear()
        await until(lambda: view.toPlainText().count("\n") == 4)

    run(scenario())


def test_a_log_is_copied_as_it_is_filtered_or_as_it_is_chosen(
    run: Run, pages: Pages, messages: Messages
) -> None:
    async def scenario() -> None:
        processes = MemoryProcesses()
        processes.logs["worker"] = "task received\nready\n"
        page = pages.show(processes)
        await until(lambda: "ready" in log_text(page, "worker"))
        copy = control(page, "Copy the log of the worker")
        QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
        assert QGuiApplication.clipboard().text() == "task received\nready"
        log(page, "worker").selectAll()
        cursor = log(page, "worker").textCursor()
        cursor.setPosition(0)
        cursor.setPosition(4, cursor.MoveMode.KeepAnchor)
        log(page, "worker").setTextCursor(cursor)
        QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
        assert QGuiApplication.clipboard().text() == "task"
        assert [message.text for message in messages.recent] == [
            "Copied the chosen text.",
            "Copied the log.",
        ]

    run(scenario())


def test_everything_that_can_be_operated_has_a_name(run: Run, pages: Pages) -> None:
    async def scenario() -> None:
        page = pages.show(MemoryProcesses())
        await until(lambda: len(cards(page)) == 3)
        kinds = (QAbstractButton, QLineEdit, QPlainTextEdit)
        operated = [w for w in page.findChildren(QWidget) if isinstance(w, kinds)]
        assert len(operated) > 12
        for widget in operated:
            described = QAccessible.queryAccessibleInterface(widget)
            name = described.text(QAccessible.Text.Name)
            assert name or not widget.isVisible(), widget

    run(scenario())
