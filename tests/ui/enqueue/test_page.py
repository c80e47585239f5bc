"""What is sent is what the form says, once, and its task is one step away."""

import json
import shlex
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.views.enqueue import EnqueuePage
from tests.ui.enqueue.doubles import UNAVAILABLE, Scenario, SenderDouble, idle
from worker_core.catalog import TASKS
from worker_core.operations.errors import BrokerUnreachable

SHA = "ab" * 32
SUMMARY = "document_processing.generate_document_summary"
PROCESS = "document_processing.process_document"
Run = Callable[[Scenario], None]


def fill(page: EnqueuePage, **texts: str) -> None:
    for name, text in texts.items():
        editor = page.form.rows[name].editor
        assert isinstance(editor, QLineEdit)
        editor.setText(text)


def test_the_preview_is_the_arguments_as_they_will_be_sent(page: EnqueuePage) -> None:
    page.open({"name": SUMMARY})
    assert page.preview.text() == ""
    fill(page, document=SHA.upper(), sentences="7")
    assert json.loads(page.preview.text()) == {"document": SHA, "sentences": 7}
    assert page.foot.said() == "Ready for the queue document_processing"
    fill(page, sentences="many")
    assert page.preview.text() == ""
    assert page.foot.said() == "Mend Sentences"


def test_marks_that_turn_the_direction_of_a_name_can_be_seen_in_the_preview(
    page: EnqueuePage,
) -> None:
    fill(page, document=SHA, filename="Bilanz für \u202eFDP.exe")
    assert r"Bilanz für \u202eFDP.exe" in page.preview.text()
    assert json.loads(page.preview.text())["filename"] == "Bilanz für \u202eFDP.exe"


def test_the_arguments_can_be_copied_also_as_a_command(page: EnqueuePage) -> None:
    fill(page, document=SHA, filename="Q3's report.html")
    page.preview.copy.click()
    assert json.loads(QGuiApplication.clipboard().text()) == {
        "document": SHA,
        "filename": "Q3's report.html",
    }
    page.preview.copy_command.click()
    words = shlex.split(QGuiApplication.clipboard().text())
    assert words[:3] == ["afi", "enqueue", PROCESS]
    assert json.loads(words[3])["filename"] == "Q3's report.html"
    fill(page, document="")
    assert not page.preview.copy.isEnabled()
    assert not page.preview.copy_command.isEnabled()


def test_a_task_is_sent_as_previewed_and_leads_to_its_row(
    page: EnqueuePage,
    sender: SenderDouble,
    background: Background,
    messages: Messages,
    qtbot: QtBot,
    run: Run,
) -> None:
    page.open({"name": SUMMARY})
    fill(page, document=SHA, sentences="7")

    async def scenario() -> None:
        QTest.mouseClick(page.foot.enqueue, Qt.MouseButton.LeftButton)
        await idle(background)

    run(scenario())
    assert sender.sent == [(SUMMARY, {"document": SHA, "sentences": 7})]
    assert page.foot.said() == "Enqueued as id-1"
    (message,) = messages.recent
    assert message.level == "info"
    assert message.text == "“Summarise a document” is on the queue document_processing"
    assert message.action is not None
    assert message.action.label == "Show in Tasks"
    with qtbot.waitSignal(page.navigate) as led:
        message.action.callback()
    assert led.args == ["tasks", {"uuid": "id-1"}]
    with qtbot.waitSignal(page.navigate) as led:
        page.foot.see.click()
    assert led.args == ["tasks", {"uuid": "id-1"}]
    fill(page, sentences="8")
    assert page.foot.said() == "Ready for the queue document_processing"
    assert not page.foot.see.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_control_and_enter_in_a_field_sends_the_task(
    page: EnqueuePage,
    sender: SenderDouble,
    background: Background,
    run: Run,
    key: Qt.Key,
) -> None:
    fill(page, document=SHA, filename="a.html")
    editor = page.form.rows["filename"].editor
    editor.setFocus()

    async def scenario() -> None:
        QTest.keyClick(editor, key, Qt.KeyboardModifier.ControlModifier)
        await idle(background)

    run(scenario())
    assert sender.sent == [(PROCESS, {"document": SHA, "filename": "a.html"})]


@pytest.mark.usefixtures("every_task_runs")
def test_control_and_enter_in_a_field_of_several_lines_sends_and_writes_nothing(
    page: EnqueuePage, sender: SenderDouble, background: Background, run: Run
) -> None:
    name = "sentiment_analysis.batch_sentiment_analysis"
    page.open({"name": name, "arguments": {"document_ids": [1, 2]}})
    editor = page.form.rows["document_ids"].editor
    editor.setFocus()

    async def scenario() -> None:
        QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await idle(background)

    run(scenario())
    assert sender.sent == [(name, {"document_ids": [1, 2]})]
    assert page.form.rows["document_ids"].value() == "1, 2"


def test_a_form_with_problems_is_not_sent_but_led_to_the_first_of_them(
    page: EnqueuePage, sender: SenderDouble, background: Background
) -> None:
    fill(page, document=SHA, filing_date="soon")
    page.foot.enqueue.click()
    assert background.busy == 0
    assert sender.sent == []
    assert page.form.rows["filename"].problem_text() == "Is needed."
    assert page.form.rows["filing_date"].problem_text() == "Must be a date such as 2024-01-31."
    assert page.form.rows["filename"].editor.hasFocus()


def test_while_a_task_is_sent_it_cannot_be_sent_again(
    page: EnqueuePage, sender: SenderDouble, background: Background, run: Run
) -> None:
    fill(page, document=SHA, filename="a.html")
    sender.gate.clear()
    editor = page.form.rows["filename"].editor

    async def scenario() -> None:
        page.foot.enqueue.click()
        assert page.foot.said() == "Sending…"
        assert not page.foot.enqueue.isEnabled()
        QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert background.busy == 1
        sender.gate.set()
        await idle(background)

    run(scenario())
    assert len(sender.sent) == 1
    assert page.foot.enqueue.isEnabled()


def test_a_broker_that_does_not_answer_is_told_and_the_form_stays(
    page: EnqueuePage,
    sender: SenderDouble,
    background: Background,
    messages: Messages,
    run: Run,
) -> None:
    fill(page, document=SHA, filename="a.html")
    sender.error = BrokerUnreachable("Nothing answers at redis://h:1.", "Start the broker.")

    async def scenario() -> None:
        page.foot.enqueue.click()
        await idle(background)

    run(scenario())
    (message,) = messages.recent
    assert message.level == "error"
    assert message.text.startswith("Could not enqueue “Process a document”")
    assert message.what_to_do == "Start the broker."
    assert page.foot.said() == "Ready for the queue document_processing"
    assert page.form.rows["filename"].value() == "a.html"


def test_what_was_sent_before_is_not_said_of_a_task_that_could_not_be_sent(
    page: EnqueuePage, sender: SenderDouble, background: Background, run: Run
) -> None:
    fill(page, document=SHA, filename="a.html")

    async def scenario() -> None:
        page.foot.enqueue.click()
        await idle(background)
        assert page.foot.said() == "Enqueued as id-1"
        sender.error = BrokerUnreachable("Nothing answers at redis://h:1.", "Start the broker.")
        page.foot.enqueue.click()
        await idle(background)

    run(scenario())
    assert page.foot.said() == "Ready for the queue document_processing"


def test_a_task_sent_from_a_form_that_is_left_meanwhile_is_told_all_the_same(
    page: EnqueuePage,
    sender: SenderDouble,
    background: Background,
    messages: Messages,
    run: Run,
) -> None:
    fill(page, document=SHA, filename="a.html")
    sender.gate.clear()

    async def scenario() -> None:
        page.foot.enqueue.click()
        page.open({"name": SUMMARY})
        sender.gate.set()
        await idle(background)

    run(scenario())
    assert [message.level for message in messages.recent] == ["info"]
    assert page.foot.said() == "Fill in Document"


def test_a_task_that_cannot_run_is_never_sent(page: EnqueuePage, background: Background) -> None:
    page.open({"name": UNAVAILABLE, "arguments": {"ticker": "AAPL"}})
    assert page.form.rows["ticker"].value() == "AAPL"
    QTest.keyClick(page.chooser.list, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert background.busy == 0
    assert page.foot.said() == "It cannot be enqueued yet"


def test_opened_with_a_task_and_its_arguments_it_shows_them_to_be_edited(
    page: EnqueuePage,
) -> None:
    page.chooser.field.setText("forecast")
    page.open(
        {
            "name": SUMMARY,
            "arguments": {"document": SHA, "sentences": 99, "language": "en", "mode": "x"},
        }
    )
    assert page.chooser.task.name == SUMMARY
    assert page.chooser.field.text() == ""
    assert page.form.texts() == {"document": SHA, "sentences": "99"}
    assert page.form.rows["sentences"].problem_text() == "Must be at most 50."
    assert page.form.note() == "Left out, as the task does not take it: language and mode."
    assert page.form.rows["document"].editor.hasFocus()


def test_opened_with_a_task_that_is_unknown_it_says_so(
    page: EnqueuePage, messages: Messages
) -> None:
    before = page.chooser.task
    page.open({"name": "forecasting.no_such_task"})
    page.open(None)
    page.open({"uuid": "1"})
    assert page.chooser.task is before
    (message,) = messages.recent
    assert message.level == "warn"
    assert "There is no task 'forecasting.no_such_task'" in message.text


def test_limits_of_the_task_are_in_words(page: EnqueuePage) -> None:
    page.open({"name": "model_training.optimize_model_hyperparameters"})
    assert page.head.facts() == {
        "Queue": "Training",
        "Ahead of it": "Not known yet",
        "Rate limit": "10 an hour over all workers",
        "Time limits": "Asked to end after 2\u00a0h, ended 30\u00a0s later",
    }


def test_the_page_says_how_many_of_the_tasks_can_run(page: EnqueuePage) -> None:
    ready = sum(spec.unavailable is None for spec in TASKS.values())
    assert page.offer.summary.text() == f"{ready} of 32 tasks can run in this version"


def test_a_task_is_handed_to_the_schedule_with_its_arguments_once_they_are_right(
    page: EnqueuePage, qtbot: QtBot
) -> None:
    page.open({"name": SUMMARY})
    with qtbot.assertNotEmitted(page.navigate):
        page.foot.schedule.click()
    assert page.form.rows["document"].problem_text()
    fill(page, document=SHA)
    with qtbot.waitSignal(page.navigate) as led:
        page.foot.schedule.click()
    assert led.args == ["schedule", {"task": SUMMARY, "arguments": {"document": SHA}}]
    page.open({"name": UNAVAILABLE})
    assert page.foot.schedule.isHidden()
