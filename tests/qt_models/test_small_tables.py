"""Workers and queues."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from desktop_app.monitor.rows import QueueRow, WorkerRow
from desktop_app.qt_models import queue_table, worker_table
from desktop_app.qt_models.keyed_table import RowRole
from desktop_app.qt_models.queue_table import QueueTableModel
from desktop_app.qt_models.worker_table import WorkerTableModel
from tests.qt_models.conftest import batch

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def queue(name: str, depth: int = 0, **priorities: int) -> QueueRow:
    by_priority = {int(step[1:]): count for step, count in priorities.items()}
    return QueueRow(name, depth, by_priority, None, 0.0)


def column(model: QAbstractItemModel, number: int) -> list[Any]:
    return [model.data(model.index(row, number)) for row in range(model.rowCount())]


@pytest.fixture
def workers(qtbot: QtBot) -> WorkerTableModel:
    model = WorkerTableModel(now=lambda: 100.0)
    QAbstractItemModelTester(model, FATAL, model)
    return model


@pytest.fixture
def queues(qtbot: QtBot) -> QueueTableModel:
    model = QueueTableModel(first=["second", "first"])
    QAbstractItemModelTester(model, FATAL, model)
    return model


def test_a_worker_is_online_silent_or_gone(workers: WorkerTableModel) -> None:
    rows = [
        WorkerRow("c@h", online=False, left=True),
        WorkerRow("a@h", last_heartbeat=97.0, loadavg=(0.5, 0.1, 0.1), clock_offset=0.3),
        WorkerRow("b@h", online=False, last_heartbeat=40.0, clock_offset=-3600.0),
    ]
    workers.apply(batch(workers=rows))
    assert column(workers, worker_table.Column.STATE) == ["online", "silent", "offline"]
    assert column(workers, worker_table.Column.HEARTBEAT) == [3.0, 60.0, None]
    assert column(workers, worker_table.Column.LOAD) == [0.5, None, None]
    assert column(workers, worker_table.Column.CLOCK) == [None, -3600.0, None]
    assert workers.data(workers.index(1, 0), RowRole) == rows[2]


def test_a_worker_name_with_control_characters_is_made_fit(workers: WorkerTableModel) -> None:
    workers.apply(batch(workers=[WorkerRow("w\r\n<i>\u202e@h")]))
    assert column(workers, worker_table.Column.NAME) == ["w��<i>�@h"]
    name = workers.index(0, worker_table.Column.NAME)
    assert "&lt;i&gt;" in workers.data(name, Qt.ItemDataRole.ToolTipRole)


def test_a_batch_without_workers_leaves_them_and_a_reset_does_not(
    workers: WorkerTableModel,
) -> None:
    workers.apply(batch(workers=[WorkerRow("a@h")]))
    workers.apply(batch())
    assert workers.rowCount() == 1
    workers.apply(batch(reset=True))
    assert workers.rowCount() == 0


def test_queues_of_our_own_come_first_and_in_their_order(queues: QueueTableModel) -> None:
    queues.apply(batch(queues=[queue(name) for name in ("first", "alpha", "second", "beta")]))
    assert column(queues, queue_table.Column.NAME) == ["second", "first", "alpha", "beta"]
    assert queues.headerData(1, Qt.Orientation.Horizontal) == "Waiting"


def test_priorities_are_said_only_when_there_are_several(queues: QueueTableModel) -> None:
    queues.apply(
        batch(queues=[queue("first", 5, p0=0, p3=5), queue("second", 1207, p6=1200, p0=7)])
    )
    assert column(queues, queue_table.Column.PRIORITIES) == ["0: 7, 6: 1,200", None]


@given(st.lists(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 2))), max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_list_after_any_other_is_shown_in_order(
    qtbot: QtBot, lists: list[list[tuple[str, int]]]
) -> None:
    model = QueueTableModel()
    QAbstractItemModelTester(model, FATAL, model)
    for wanted in lists:
        rows = {name: queue(name, depth) for name, depth in wanted}
        model.apply(batch(queues=list(rows.values())))
        assert [model.row_at(row) for row in range(model.rowCount())] == [
            rows[name] for name in sorted(rows)
        ]
    model.deleteLater()


def test_only_changed_rows_are_announced(
    queues: QueueTableModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    queues.apply(batch(queues=[queue("a"), queue("b"), queue("c")]))
    seen: list[tuple[int, int]] = []
    note: Callable[[Any, Any], None] = lambda top, end: seen.append((top.row(), end.row()))  # noqa: E731
    queues.dataChanged.connect(note)
    queues.apply(batch(queues=[queue("a"), queue("b", 4), queue("c")]))
    queues.apply(batch(queues=[queue("a"), queue("b", 4), queue("c")]))
    assert seen == [(1, 1)]
