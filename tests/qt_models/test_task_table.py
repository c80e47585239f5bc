"""The task table, watched by Qt's own model tester."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from desktop_app.monitor.query import EVERYTHING, parse
from desktop_app.monitor.rows import STATES, TaskRow
from desktop_app.qt_models import task_walk
from desktop_app.qt_models.task_table import Column, RowRole, StateRole, TaskTableModel, UuidRole
from tests.qt_models.conftest import batch, task

NOW = 100.0
FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def watched() -> TaskTableModel:
    model = TaskTableModel(now=lambda: NOW)
    QAbstractItemModelTester(model, FATAL, model)
    return model


@pytest.fixture
def model(qtbot: QtBot) -> Iterator[TaskTableModel]:
    model = watched()
    yield model
    model.deleteLater()


def shown(model: TaskTableModel) -> list[int]:
    return [model.row_at(row).seq for row in range(model.rowCount())]


def walked(qtbot: QtBot, model: TaskTableModel) -> None:
    qtbot.waitUntil(lambda: not model.scanning, timeout=30_000)


def changes(model: TaskTableModel) -> list[tuple[int, int]]:
    """Rows of each ``dataChanged`` from now on."""
    seen: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda top, bottom: seen.append((top.row(), bottom.row())))
    return seen


def test_the_newest_task_stands_on_top(model: TaskTableModel) -> None:
    model.apply(batch([task(0), task(1)]))
    model.apply(batch([task(2)]))
    assert shown(model) == [2, 1, 0]
    assert [model.row_of(seq) for seq in (0, 1, 2, 99)] == [2, 1, 0, None]


def test_a_batch_changes_its_rows_in_one_range(model: TaskTableModel) -> None:
    model.apply(batch(task(seq) for seq in range(10)))
    seen = changes(model)
    model.apply(batch([task(2, "SUCCESS"), task(5, "FAILURE"), task(10)]))
    assert seen == [(4, 7)]
    assert model.row_at(8).state == "SUCCESS"


def test_a_row_applied_twice_stands_once(model: TaskTableModel) -> None:
    model.apply(batch([task(0), task(1)], reset=True))
    model.apply(batch([task(1, "STARTED"), task(2)]))
    model.apply(batch([task(1, "STARTED"), task(2)]))
    assert shown(model) == [2, 1, 0]


def test_a_reset_forgets_what_was_there(model: TaskTableModel) -> None:
    model.apply(batch([task(5), task(6)]))
    model.apply(batch([task(0)], reset=True))
    assert shown(model) == [0]


def test_evicted_rows_leave_together(model: TaskTableModel) -> None:
    model.apply(batch(task(seq) for seq in range(1000)))
    model.apply(batch(evicted=[0, 1, 3]))
    assert model.total == 1000
    model.apply(batch(evicted=[2, *range(4, 10), 5000]))
    assert model.total == 990
    assert shown(model) == list(range(999, 9, -1))


def test_scattered_evictions_keep_the_others_in_order(model: TaskTableModel) -> None:
    model.apply(batch(task(seq) for seq in range(200)))
    model.apply(batch(evicted=list(range(0, 200, 2))))
    assert shown(model) == list(range(199, 0, -2))
    model.apply(batch([task(151, "SUCCESS")]))
    row = model.row_of(151)
    assert row is not None
    assert model.row_at(row).state == "SUCCESS"


def test_a_filter_finds_old_rows_and_takes_in_new_hits(qtbot: QtBot, model: TaskTableModel) -> None:
    model.apply(batch(task(seq, "FAILURE" if seq % 10 == 0 else "SUCCESS") for seq in range(5000)))
    model.set_filter(parse("state:FAILURE"))
    walked(qtbot, model)
    assert shown(model) == list(range(4990, -1, -10))
    model.apply(batch([task(4999, "FAILURE"), task(5000), task(5001, "FAILURE")]))
    assert shown(model)[:3] == [5001, 4999, 4990]
    model.set_filter(EVERYTHING)
    assert model.rowCount() == 5002


def test_rows_that_change_while_the_filter_walks_are_found_once(
    qtbot: QtBot, model: TaskTableModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_walk, "_SLICE_SECONDS", 0.0)
    model.apply(batch(task(seq, "STARTED" if seq % 2 else "SUCCESS") for seq in range(3000)))
    model.set_filter(parse("state:SUCCESS"))
    assert model.scanning
    top = QPersistentModelIndex(model.index(0, 0))
    first = model.row_at(0).seq
    # Not walked over yet, walked over before, and new.
    model.apply(batch([task(5, "SUCCESS"), task(2999, "SUCCESS"), task(3000, "SUCCESS")]))
    model.apply(batch([task(7, "SUCCESS"), task(8, "FAILURE"), task(2998, "FAILURE")]))
    walked(qtbot, model)
    expected = {*range(0, 3000, 2), 5, 7, 2999, 3000} - {8, 2998}
    assert len(shown(model)) == len(expected)
    assert set(shown(model)) == expected
    assert first == 2998
    assert not top.isValid()


def test_an_index_stays_with_its_task_while_hits_come_in_above_and_below(
    qtbot: QtBot, model: TaskTableModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_walk, "_SLICE_SECONDS", 0.0)
    model.apply(batch(task(seq, "SUCCESS") for seq in range(2000)))
    model.set_filter(parse("state:SUCCESS"))
    held = QPersistentModelIndex(model.index(10, 0))
    followed = model.row_at(10).seq
    model.apply(batch([task(2000, "SUCCESS"), task(2001, "SUCCESS")]))
    walked(qtbot, model)
    assert held.row() == 12
    assert model.row_at(held.row()).seq == followed
    model.apply(batch(evicted=list(range(100))))
    assert model.row_at(held.row()).seq == followed


def test_a_row_that_no_longer_meets_the_filter_goes(qtbot: QtBot, model: TaskTableModel) -> None:
    model.set_filter(parse("state:STARTED"))
    model.apply(batch(task(seq, "STARTED") for seq in range(30)))
    model.apply(batch([task(3, "SUCCESS"), task(4, "SUCCESS"), task(9, "FAILURE")]))
    assert shown(model) == [seq for seq in range(29, -1, -1) if seq not in {3, 4, 9}]
    model.apply(batch(task(seq, "SUCCESS") for seq in range(0, 30, 2)))
    assert shown(model) == [seq for seq in range(29, -1, -2) if seq not in {3, 9}]


def test_all_that_match_can_be_had_at_once(model: TaskTableModel) -> None:
    model.apply(batch(task(seq, worker=f"w{seq % 3}@h") for seq in range(5000)))
    model.set_filter(parse("worker:=w1@h"))
    assert len(list(model.matching())) == len(range(1, 5000, 3))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("AAPL forecast", [0]),
        ("uuid-1", [1]),
        ("timeout", [2]),
        ("worker:w9@", [1]),
        ("queue:=q2", [1]),
        ("task:=forecasting.run state:succeeded", []),
        ("  ", [2, 1, 0]),
        (f"state:{','.join(STATES)}", [2, 1, 0]),
    ],
)
def test_what_a_filter_lets_through(
    qtbot: QtBot, model: TaskTableModel, wanted: str, found: list[int]
) -> None:
    model.apply(
        batch(
            [
                task(0, name="forecasting.run", args="('aapl',)"),
                task(1, queue="q2", worker="w9@h"),
                task(2, "FAILURE", exception="TimeoutError()"),
            ]
        )
    )
    model.set_filter(parse(wanted))
    walked(qtbot, model)
    assert shown(model) == found


def test_rows_come_into_a_filter_and_leave_it_as_time_passes(qtbot: QtBot) -> None:
    time = [NOW]
    model = TaskTableModel(now=lambda: time[0])
    QAbstractItemModelTester(model, FATAL, model)
    model.apply(batch(task(seq, "STARTED", sent=NOW - 50, started=NOW) for seq in range(600)))
    model.apply(batch(task(seq, "STARTED", sent=NOW, started=NOW) for seq in range(600, 1200)))
    model.set_filter(parse("age:<1m runtime:<20"))
    walked(qtbot, model)
    assert model.rowCount() == 1200
    time[0] += 15
    model.look_again()
    qtbot.waitUntil(lambda: model.rowCount() == 600, timeout=30_000)
    assert shown(model) == list(range(1199, 599, -1))
    model.set_filter(parse("runtime:>20"))
    walked(qtbot, model)
    assert model.rowCount() == 0
    time[0] += 15
    model.look_again()
    qtbot.waitUntil(lambda: model.rowCount() == 1200, timeout=30_000)
    model.deleteLater()


def test_a_filter_that_time_does_not_move_is_not_looked_at_again(
    qtbot: QtBot, model: TaskTableModel
) -> None:
    model.apply(batch([task(0), task(1, "FAILURE")]))
    model.set_filter(parse("state:failed"))
    walked(qtbot, model)
    told: list[object] = []
    model.modelReset.connect(lambda: told.append("reset"))
    model.rowsInserted.connect(lambda *_: told.append("inserted"))
    model.look_again()
    assert (shown(model), told) == ([1], [])


def test_cells_hold_values_that_time_moves_on(model: TaskTableModel) -> None:
    model.apply(
        batch(
            [
                task(0, "RECEIVED", sent=90.0, received=91.0),
                task(1, "STARTED", sent=90.0, received=91.0, started=94.0, retries=1),
                task(2, "SUCCESS", sent=90.0, started=95.5, finished=98.0, runtime=2.5),
                task(3, "PENDING", sent=None, worker=None),
                task(4, "STARTED", sent=200.0, started=150.0, reason="unknown"),
            ]
        )
    )

    def cells(row: int) -> list[Any]:
        return [
            model.data(model.index(row, column))
            for column in (Column.TIME, Column.WAITED, Column.RUNTIME, Column.RETRIES)
        ]

    assert cells(4) == [91.0, 10.0, None, 0]
    assert cells(3) == [94.0, 3.0, 6.0, 1]
    assert cells(2) == [95.5, 5.5, 2.5, 0]
    assert cells(1) == [1.0, None, None, 0]
    assert cells(0) == [150.0, 0.0, None, 0]
    seen = changes(model)
    model.refresh_ages(1, 99)
    assert seen == [(1, 4)]


def test_roles_give_the_row_its_state_and_its_id(model: TaskTableModel) -> None:
    model.apply(batch([task(0, "FAILURE", exception="<b>bad</b>")]))
    index = model.index(0, Column.STATE)
    assert model.data(index, UuidRole) == "uuid-0"
    assert model.data(index, StateRole) == "FAILURE"
    assert isinstance(model.data(index, RowRole), TaskRow)
    assert "&lt;b&gt;bad" in model.data(index, Qt.ItemDataRole.ToolTipRole)
    assert model.data(index, Qt.ItemDataRole.AccessibleTextRole) == "State FAILURE"
    waited = model.index(0, Column.WAITED)
    assert model.data(waited, Qt.ItemDataRole.AccessibleTextRole) == "Waited unknown"
    assert model.headerData(0, Qt.Orientation.Horizontal) == "State"


def test_control_characters_from_outside_are_made_visible(model: TaskTableModel) -> None:
    model.apply(batch([task(0, worker="w\n\x1b[31m\u202e@h", name="a\x00b")]))
    assert model.data(model.index(0, Column.WORKER)) == "w��[31m�@h"
    assert model.data(model.index(0, Column.TASK)) == "a�b"


class Mirror:
    """What the table should show, worked out anew each time."""

    def __init__(self) -> None:
        self.rows: dict[int, TaskRow] = {}
        self.next = 0


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[str, Any]]:
    states = st.sampled_from(["STARTED", "SUCCESS"])
    step = st.one_of(
        st.tuples(st.just("new"), st.lists(states, min_size=1, max_size=30)),
        st.tuples(st.just("change"), st.lists(st.tuples(st.integers(0, 60), states), max_size=30)),
        st.tuples(st.just("evict"), st.lists(st.integers(0, 60), max_size=30)),
        st.tuples(st.just("filter"), st.sampled_from([None, "STARTED", "SUCCESS"])),
    )
    return draw(st.lists(step, max_size=25))


@given(steps())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_happens_the_table_holds_what_it_should(
    qtbot: QtBot, happening: list[tuple[str, Any]]
) -> None:
    model, mirror = watched(), Mirror()
    wanted: str | None = None
    for kind, what in happening:
        if kind == "new":
            new = [task(mirror.next + place, state) for place, state in enumerate(what)]
            mirror.next += len(new)
            mirror.rows |= {row.seq: row for row in new}
            model.apply(batch(new))
        elif kind == "change":
            changed = {seq: task(seq, state) for seq, state in what if seq in mirror.rows}
            mirror.rows |= changed
            model.apply(batch(changed.values()))
        elif kind == "evict":
            gone = sorted({seq for seq in what if seq in mirror.rows})
            for seq in gone:
                del mirror.rows[seq]
            model.apply(batch(evicted=gone))
        else:
            wanted = what
            model.set_filter(EVERYTHING if wanted is None else parse(f"state:{wanted}"))
            walked(qtbot, model)
    expected = {seq for seq, row in mirror.rows.items() if wanted in {None, row.state}}
    assert len(shown(model)) == len(expected)
    assert set(shown(model)) == expected
    if wanted is None:
        assert shown(model) == sorted(expected, reverse=True)
    assert all(model.row_at(row) is mirror.rows[seq] for row, seq in enumerate(shown(model)))
    model.deleteLater()
