"""All tasks stand under their queues, can be searched, and are reached by the keyboard."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from desktop_app.views.enqueue import EnqueuePage
from desktop_app.views.enqueue.task_model import RowRole, TaskModel
from worker_core.catalog import QUEUES, TASKS, Queue, TaskSpec

Role = Qt.ItemDataRole
Key = Qt.Key


def rows(model: TaskModel) -> list[Queue | TaskSpec]:
    return [model.index(row).data(RowRole) for row in range(model.rowCount())]


def names(model: TaskModel) -> list[str]:
    return [row.name for row in rows(model) if isinstance(row, TaskSpec)]


@pytest.fixture
def model() -> TaskModel:
    return TaskModel(TASKS.values())


def test_the_model_keeps_the_rules_of_models_while_it_is_searched(model: TaskModel) -> None:
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for text in ("forecast", "zzz", ""):
        model.search(text)
    assert model.rowCount(model.index(0)) == 0
    assert model.data(QModelIndex()) is None


def test_every_task_stands_under_its_queue(model: TaskModel) -> None:
    queue = None
    for row in rows(model):
        if isinstance(row, Queue):
            queue = row.name
        else:
            assert row.queue == queue
    assert len(names(model)) == 32
    assert len(rows(model)) == 32 + 7


def test_queues_cannot_be_selected_and_tasks_can_also_those_that_cannot_run(
    model: TaskModel,
) -> None:
    for row in range(model.rowCount()):
        index = model.index(row)
        selectable = bool(index.flags() & Qt.ItemFlag.ItemIsSelectable)
        assert selectable == isinstance(index.data(RowRole), TaskSpec)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("generate_stock", ["forecasting.generate_stock_forecast"]),
        ("STOCK generate", ["forecasting.generate_stock_forecast"]),
        ("turbulence", ["anomaly_detection.systemic_risk_analysis"]),
        ("warm caches", ["monitoring.cache_warming"]),
        ("no such thing", []),
    ],
)
def test_a_search_finds_every_word_in_names_titles_and_descriptions(
    model: TaskModel, text: str, found: list[str]
) -> None:
    model.search(text)
    assert names(model) == found


def test_a_search_for_a_queue_keeps_its_tasks(model: TaskModel) -> None:
    model.search("anomaly_detection")
    assert names(model) == [name for name in TASKS if name.startswith("anomaly_detection")]
    assert isinstance(rows(model)[0], Queue)


def test_a_task_that_cannot_run_says_so_and_why_to_those_who_listen(model: TaskModel) -> None:
    for row in range(model.rowCount()):
        spec = model.index(row).data(RowRole)
        if isinstance(spec, TaskSpec):
            said = model.index(row).data(Role.AccessibleTextRole)
            why = model.index(row).data(Role.ToolTipRole)
            assert ("not available" in said) == (spec.unavailable is not None)
            assert spec.unavailable is None or spec.unavailable in why


def test_the_page_opens_on_the_first_task_that_can_run(page: EnqueuePage) -> None:
    assert page.chooser.task.name == "document_processing.process_document"
    assert page.chooser.list.chosen_task() == page.chooser.task


def test_arrows_lead_from_task_to_task_over_the_queues(page: EnqueuePage) -> None:
    page.chooser.list.setFocus()
    seen = [page.chooser.task.name]
    for _ in range(len(TASKS) - 1):
        QTest.keyClick(page.chooser.list, Key.Key_Down)
        seen.append(page.chooser.task.name)
    assert seen == list(TASKS)
    QTest.keyClick(page.chooser.list, Key.Key_Home)
    assert page.chooser.task.name == seen[0]


def test_from_the_search_field_down_goes_into_the_list(page: EnqueuePage) -> None:
    page.search()
    assert page.chooser.field.hasFocus()
    QTest.keyClicks(page.chooser.field, "sentiment trends")
    assert page.chooser.task.name == "sentiment_analysis.update_sentiment_trends"
    QTest.keyClick(page.chooser.field, Key.Key_Down)
    assert page.chooser.list.hasFocus()


def test_return_goes_from_search_and_from_list_into_the_form(page: EnqueuePage) -> None:
    for widget in (page.chooser.field, page.chooser.list):
        widget.setFocus()
        QTest.keyClick(widget, Key.Key_Return)
        assert page.form.rows["document"].editor.hasFocus()


def test_escape_clears_the_search_and_the_chosen_task_stays(page: EnqueuePage) -> None:
    QTest.keyClicks(page.chooser.field, "summarise")
    assert page.chooser.task.name == "document_processing.generate_document_summary"
    QTest.keyClick(page.chooser.field, Key.Key_Escape)
    assert page.chooser.field.text() == ""
    assert page.chooser.task.name == "document_processing.generate_document_summary"


def test_a_search_that_finds_nothing_says_so_and_leaves_the_form(page: EnqueuePage) -> None:
    before = page.chooser.task
    page.chooser.field.setText("zzz")
    assert not page.chooser.list.isVisible()
    assert page.chooser.task is before
    QTest.keyClick(page.chooser.field, Key.Key_Return)
    assert page.chooser.field.hasFocus()
    page.chooser.field.clear()
    assert page.chooser.list.isVisible()
    assert page.chooser.list.chosen_task() is before


def test_every_queue_has_its_title_in_the_list(model: TaskModel) -> None:
    titles = [model.index(row).data() for row in range(model.rowCount())]
    assert {queue.title for queue in QUEUES.values()} <= set(titles)


@pytest.mark.parametrize(("key", "step"), [(Key.Key_PageDown, 1), (Key.Key_PageUp, -1)])
def test_a_page_up_or_down_never_gets_stuck_on_a_queue(
    page: EnqueuePage, key: Key, step: int
) -> None:
    names = list(TASKS)
    for place, name in enumerate(names):
        page.chooser.choose(name)
        QTest.keyClick(page.chooser.list, key)
        moved = names.index(page.chooser.task.name) - place
        at_the_end = page.chooser.task.name == names[-1 if step > 0 else 0]
        assert moved * step > 0 or at_the_end
