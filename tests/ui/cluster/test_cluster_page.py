"""The cards of the local processes, pressed."""

import asyncio
import time
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from desktop_app.ui.messages import Messages
from tests.ui.cluster.conftest import Pages
from tests.ui.cluster.hands import (
    Run,
    card,
    cards,
    control,
    possible,
    some_polls,
    state,
    texts,
    until,
)
from tests.ui.cluster.processes import MemoryProcesses
from worker_core.operations.errors import MemberFailed


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
