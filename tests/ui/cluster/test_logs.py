"""The logs of the processes on the page."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QLineEdit,
)

from desktop_app.ui.messages import Messages
from tests.ui.cluster.conftest import Pages
from tests.ui.cluster.hands import Run, cards, control, log, log_text, some_polls, texts, until
from tests.ui.cluster.processes import MemoryProcesses


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
