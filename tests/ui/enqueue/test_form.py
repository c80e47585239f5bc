"""The form shows every argument of every task, and says under a field what is wrong with it."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.ui import theme
from desktop_app.ui.argument_form import ArgumentForm
from desktop_app.ui.check_box import CheckBox
from desktop_app.ui.editors import Choice, Lines
from desktop_app.views.enqueue import EnqueuePage
from tests.ui.enqueue.doubles import UNAVAILABLE
from worker_core.catalog import TASKS, task

SUMMARY = task("document_processing.generate_document_summary")
EDITORS = {
    "text": QLineEdit,
    "integer": QLineEdit,
    "number": QLineEdit,
    "date": QLineEdit,
    "choice": Choice,
    "boolean": CheckBox,
    "list": Lines,
    "json": Lines,
}


def message(page: EnqueuePage, name: str) -> str:
    return page.form.rows[name].problem_text()


def line(page: EnqueuePage, name: str) -> QLineEdit:
    editor = page.form.rows[name].editor
    assert isinstance(editor, QLineEdit)
    return editor


def lines(page: EnqueuePage, name: str) -> QPlainTextEdit:
    editor = page.form.rows[name].editor
    assert isinstance(editor, QPlainTextEdit)
    return editor


@pytest.fixture
def form(qtbot: QtBot) -> ArgumentForm:
    form = ArgumentForm()
    qtbot.addWidget(form)
    return form


@pytest.mark.parametrize("name", TASKS)
def test_every_task_has_a_form_with_an_editor_for_each_argument(
    page: EnqueuePage, name: str
) -> None:
    page.open({"name": name})
    assert page.chooser.task.name == name
    assert list(page.form.rows) == list(TASKS[name].arguments.model_fields)
    for row in page.form.rows.values():
        assert isinstance(row.editor, EDITORS[row.field.kind])
        assert row.editor.accessibleName() == row.field.label
        assert row.field.description in row.editor.accessibleDescription()


def test_what_is_missing_is_not_held_against_a_form_that_nobody_touched(
    page: EnqueuePage,
) -> None:
    assert message(page, "document") == ""
    assert page.foot.said() == "Fill in Document and Filename"


def test_a_problem_is_said_under_its_field_while_one_types(page: EnqueuePage) -> None:
    page.open({"name": SUMMARY.name})
    QTest.keyClicks(line(page, "sentences"), "0")
    assert message(page, "sentences") == "Must be at least 1."
    assert message(page, "document") == ""
    assert "Must be at least 1." in line(page, "sentences").accessibleDescription()
    QTest.keyClick(line(page, "sentences"), Qt.Key.Key_Backspace)
    QTest.keyClicks(line(page, "sentences"), "7")
    assert message(page, "sentences") == ""
    assert "Must be" not in line(page, "sentences").accessibleDescription()


def test_nothing_moves_when_a_problem_appears(page: EnqueuePage) -> None:
    page.open({"name": SUMMARY.name})
    before = page.form.rows["sentences"].y()
    QTest.keyClicks(line(page, "document"), "x")
    QApplication.processEvents()
    assert message(page, "document")
    assert page.form.rows["sentences"].y() == before


@pytest.mark.usefixtures("every_task_runs")
def test_a_choice_a_switch_a_list_and_json_are_read_and_written(page: EnqueuePage) -> None:
    filled: list[tuple[str, dict[str, Any]]] = [
        ("model_training.optimize_model_hyperparameters", {"model": "anomalies", "trials": 7}),
        ("data_processing.cleanup_old_data", {"dry_run": False}),
        ("sentiment_analysis.compare_company_sentiment", {"tickers": ["AAPL", "MSFT"]}),
        (
            "document_processing.batch_process_documents",
            {"documents": [{"document": "ab" * 32, "filename": "a.html"}]},
        ),
    ]
    for name, arguments in filled:
        page.open({"name": name, "arguments": arguments})
        checked = page.checked.arguments or {}
        assert {key: checked[key] for key in arguments} == arguments


@pytest.mark.usefixtures("every_task_runs")
def test_a_choice_that_is_needed_starts_with_none_made(page: EnqueuePage) -> None:
    page.open({"name": "model_training.optimize_model_hyperparameters"})
    choice = page.form.rows["model"].editor
    assert isinstance(choice, QComboBox)
    assert choice.currentText() == "Choose…"
    assert page.foot.said() == "Fill in Model"
    choice.setCurrentIndex(2)
    assert page.checked.arguments == {
        "model": "forecasting",
        "trials": 50,
        "time_budget_s": 1800,
    }


@pytest.mark.usefixtures("every_task_runs")
def test_a_value_that_cannot_be_chosen_any_more_is_shown_with_its_problem(
    page: EnqueuePage,
) -> None:
    page.open(
        {
            "name": "model_training.optimize_model_hyperparameters",
            "arguments": {"model": "weather"},
        }
    )
    assert page.form.rows["model"].value() == "weather"
    assert message(page, "model").startswith("Must be 'sentiment'")


@pytest.mark.usefixtures("every_task_runs")
def test_the_wheel_over_a_choice_without_the_focus_is_left_to_the_form(
    page: EnqueuePage,
) -> None:
    page.open({"name": "model_training.optimize_model_hyperparameters"})
    choice = page.form.rows["model"].editor

    def turn() -> bool:
        at = QPointF(5, 5)
        event = QWheelEvent(
            at,
            at,
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(choice, event)
        return event.isAccepted()

    page.search()
    assert not turn()
    assert page.form.rows["model"].value() == ""
    choice.setFocus()
    assert turn()
    assert page.form.rows["model"].value() == "sentiment"


@pytest.mark.usefixtures("every_task_runs")
def test_a_switch_is_turned_by_space_and_by_a_click_on_its_words(page: EnqueuePage) -> None:
    page.open({"name": "data_processing.cleanup_old_data"})
    switch = page.form.rows["dry_run"].editor
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert page.checked.arguments == {"dry_run": False}
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(40, switch.height() // 2))
    assert page.checked.arguments == {"dry_run": True}


@pytest.mark.usefixtures("every_task_runs")
def test_tab_leaves_a_field_of_several_lines(page: EnqueuePage) -> None:
    page.open({"name": "sentiment_analysis.compare_company_sentiment"})
    tickers = lines(page, "tickers")
    QTest.keyClicks(tickers, "AAPL, MSFT")
    QTest.keyClick(tickers, Qt.Key.Key_Tab)
    assert tickers.toPlainText() == "AAPL, MSFT"
    assert line(page, "days").hasFocus()


@pytest.mark.usefixtures("every_task_runs")
def test_a_very_long_argument_is_checked_when_the_typing_pauses(
    page: EnqueuePage, qtbot: QtBot
) -> None:
    page.open({"name": "sentiment_analysis.batch_sentiment_analysis"})
    editor = lines(page, "document_ids")
    many = ", ".join(["123456789"] * 10_000)
    editor.setPlainText(many)
    assert page.checked.arguments is None
    qtbot.waitUntil(lambda: page.checked.arguments is not None, timeout=20_000)
    editor.setPlainText(f"{many}, 7")
    page.hidden()
    assert page.checked.problems == {"document_ids": "must have at most 10,000 entries"}


def test_a_task_without_arguments_says_that_it_takes_none(form: ArgumentForm) -> None:
    form.show_task(task("monitoring.cache_warming"), {})
    assert form.rows == {}
    assert form.texts() == {}


def test_the_form_of_a_task_that_cannot_run_can_be_read_but_not_filled_in(
    page: EnqueuePage,
) -> None:
    page.open({"name": UNAVAILABLE})
    assert not any(row.isEnabled() for row in page.form.rows.values())
    assert page.head.notice.isVisible()
    assert page.head.notice.accessibleName() == TASKS[UNAVAILABLE].unavailable
    assert not page.foot.enqueue.isEnabled()
    assert not page.preview.isVisible()


def test_what_was_typed_is_kept_while_another_task_is_looked_at(page: EnqueuePage) -> None:
    QTest.keyClicks(line(page, "filename"), "a.html")
    page.open({"name": SUMMARY.name})
    page.open({"name": "document_processing.process_document"})
    assert line(page, "filename").text() == "a.html"
    page.foot.reset.click()
    assert line(page, "filename").text() == ""


@pytest.fixture
def dark_again(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    theme.apply(qapp, "light")


@pytest.mark.usefixtures("every_task_runs")
def test_the_page_follows_a_change_of_theme(page: EnqueuePage, dark_again: QApplication) -> None:
    page.open(
        {
            "name": "sentiment_analysis.compare_company_sentiment",
            "arguments": {"tickers": ["A$"], "days": 9},
        }
    )
    light = page.grab().toImage()
    wrong = page.form.rows["tickers"].editor.styleSheet()
    theme.apply(dark_again, "dark")
    assert page.grab().toImage() != light
    assert page.form.rows["tickers"].editor.styleSheet() != wrong
    theme.apply(dark_again, "light")
    assert page.form.rows["tickers"].editor.styleSheet() == wrong


@pytest.mark.parametrize("name", [SUMMARY.name, "data_processing.cleanup_old_data", UNAVAILABLE])
@pytest.mark.usefixtures("every_task_runs")
def test_everything_that_can_be_used_has_a_name_for_those_who_listen(
    page: EnqueuePage, name: str
) -> None:
    page.open({"name": name})
    page.chooser.field.setText(name)
    kinds = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QListView)
    used = [
        widget
        for widget in page.findChildren(QWidget)
        if isinstance(widget, kinds) and widget.isVisible()
    ]
    assert len(used) > 5
    for widget in used:
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface is not None
        assert interface.text(QAccessible.Text.Name), widget
