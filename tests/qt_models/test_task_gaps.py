"""Spans in which events were missed, as rows of the task table."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from desktop_app.monitor.query import EVERYTHING, parse
from desktop_app.monitor.rows import Found, Gap, TaskRow
from desktop_app.qt_models.task_table import Column, RowRole, StateRole, TaskTableModel
from tests.qt_models.conftest import batch, task

FOUND = Found(at=9.0, workers=2, asked=5, ended=3, appeared=1, unknown=0, complete=True)


def watched() -> TaskTableModel:
    model = TaskTableModel(now=lambda: 1000.0)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    return model


@pytest.fixture
def model(qtbot: QtBot) -> Iterator[TaskTableModel]:
    model = watched()
    yield model
    model.deleteLater()


def seen(seq: int, state: str = "SUCCESS") -> TaskRow:
    """First heard of at the time ``seq``."""
    return replace(task(seq, state), first_seen=float(seq))


def gap(end: float, **fields: Any) -> Gap:
    return replace(Gap(end - 2, end, "disconnected", None, "The broker was away."), **fields)


def shown(model: TaskTableModel) -> list[int | str]:
    """The numbers of tasks, and ``-`` with the end of a gap."""
    rows: list[int | str] = []
    for row in range(model.rowCount()):
        missed = model.gap_at(row)
        rows.append(model.row_at(row).seq if missed is None else f"-{missed.end:g}")
    return rows


def walked(qtbot: QtBot, model: TaskTableModel) -> None:
    qtbot.waitUntil(lambda: not model.scanning, timeout=30_000)


def test_a_gap_stands_above_the_newest_task_from_before_its_end(model: TaskTableModel) -> None:
    model.apply(batch(map(seen, range(3))))
    model.apply(batch(gaps=[gap(2.5)]))
    assert shown(model) == ["-2.5", 2, 1, 0]
    model.apply(batch(map(seen, (3, 4))))
    assert shown(model) == [4, 3, "-2.5", 2, 1, 0]
    assert [model.row_of(seq) for seq in (4, 3, 2, 0)] == [0, 1, 3, 5]
    assert model.row_at(2).seq == 2


def test_a_gap_waits_until_there_is_a_task_from_before_it(model: TaskTableModel) -> None:
    model.apply(batch([seen(8)], gaps=[gap(5)]))
    assert shown(model) == [8]
    model.add_older([seen(6), seen(4), seen(3)], reached=3)
    assert shown(model) == [8, 6, "-5", 4, 3]
    assert model.first_older_row == 1


def test_several_gaps_without_a_task_between_them_stand_latest_first(
    model: TaskTableModel,
) -> None:
    model.apply(batch(map(seen, range(2))))
    model.add_gaps([gap(1.2), gap(1.8), gap(1.5), gap(0.5)])
    assert shown(model) == ["-1.8", "-1.5", "-1.2", 1, "-0.5", 0]


def test_a_gap_told_again_changes_its_row_and_adds_none(model: TaskTableModel) -> None:
    model.apply(batch(map(seen, range(2)), gaps=[gap(1.5)]))
    changed: list[int] = []
    model.dataChanged.connect(lambda top, _: changed.append(top.row()))
    model.apply(batch(gaps=[gap(1.5, found=FOUND)]))
    assert (shown(model), changed) == (["-1.5", 1, 0], [0])
    # What the history has may be older news.
    model.add_gaps([gap(1.5)])
    missed = model.gap_at(0)
    assert missed is not None
    assert missed.found == FOUND


def test_tasks_that_leave_memory_take_no_gap_between_others_with_them(
    model: TaskTableModel,
) -> None:
    model.apply(batch(map(seen, range(10)), gaps=[gap(2.5), gap(6.5)]))
    model.apply(batch(evicted=[0, 1, 2]))
    assert shown(model) == [9, 8, 7, "-6.5", 6, 5, 4, 3]
    model.apply(batch(evicted=[5, 6, 7]))
    assert shown(model) == [9, 8, "-6.5", 4, 3]


def test_in_a_search_a_gap_stands_between_its_hits(qtbot: QtBot, model: TaskTableModel) -> None:
    model.apply(
        batch((seen(n, "FAILURE" if n % 2 else "SUCCESS") for n in range(8)), gaps=[gap(4.5)])
    )
    model.set_filter(parse("state:FAILURE"))
    walked(qtbot, model)
    assert shown(model) == [7, 5, "-4.5", 3, 1]
    model.apply(batch([seen(8, "FAILURE")]))
    model.apply(batch([seen(4, "FAILURE")], gaps=[gap(8.5)]))
    assert shown(model) == ["-8.5", 4, 8, 7, 5, "-4.5", 3, 1]
    model.set_filter(EVERYTHING)
    assert shown(model) == ["-8.5", 8, 7, 6, 5, "-4.5", 4, 3, 2, 1, 0]


def test_an_index_stays_with_its_gap(model: TaskTableModel) -> None:
    model.apply(batch(map(seen, range(4)), gaps=[gap(1.5)]))
    held = QPersistentModelIndex(model.index(2, 0))
    model.apply(batch(map(seen, (4, 5)), gaps=[gap(3.5)]))
    assert shown(model)[held.row()] == "-1.5"


def test_another_system_brings_its_own_gaps(model: TaskTableModel) -> None:
    model.apply(batch(map(seen, range(4)), gaps=[gap(1.5)]))
    model.apply(batch([seen(0)], gaps=[gap(0.5)], reset=True))
    assert shown(model) == ["-0.5", 0]


def test_a_gap_says_what_it_is_to_those_who_see_and_who_hear(model: TaskTableModel) -> None:
    missed = gap(1.5, reason="overflow", dropped=312, message="Too fast\x1b.")
    model.apply(batch([seen(1)], gaps=[missed]))
    heard = [
        str(model.data(model.index(0, column), Qt.ItemDataRole.AccessibleTextRole))
        for column in Column
    ]
    assert heard[Column.STATE] == "State events missed"
    assert "they came too fast, from " in heard[Column.TASK]
    assert "312 messages. Too fast�." in heard[Column.TASK]
    assert heard[Column.RUNTIME] == "For 2 seconds"
    assert model.data(model.index(0, Column.STATE), StateRole) == "missed"
    assert model.data(model.index(0, Column.TASK)) == "Events missed: they came too fast"
    assert model.data(model.index(0, 0), RowRole) == missed


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[str, Any]]:
    states = st.sampled_from(["STARTED", "SUCCESS"])
    step = st.one_of(
        st.tuples(st.just("new"), st.lists(states, min_size=1, max_size=12)),
        st.tuples(st.just("change"), st.lists(st.tuples(st.integers(0, 60), states), max_size=12)),
        st.tuples(st.just("evict"), st.lists(st.integers(0, 60), max_size=12)),
        st.tuples(st.just("gap"), st.booleans()),
        st.tuples(st.just("kept gap"), st.integers(0, 60)),
        st.tuples(st.just("filter"), st.sampled_from([None, "STARTED", "SUCCESS"])),
    )
    return draw(st.lists(step, max_size=25))


def expected(rows: Iterable[int], ends: set[float]) -> list[int | str]:
    """All tasks, each gap above the first of them that is from before its end."""
    wanted: list[int | str] = []
    left = sorted(ends, reverse=True)
    for seq in sorted(rows, reverse=True):
        while left and left[0] >= seq:
            wanted.append(f"-{left.pop(0):g}")
        wanted.append(seq)
    return wanted


@given(steps())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_happens_each_gap_has_its_row(
    qtbot: QtBot, happening: list[tuple[str, Any]]
) -> None:
    model, wanted = watched(), EVERYTHING
    rows: dict[int, TaskRow] = {}
    ends: set[float] = set()
    at = 0
    for kind, what in happening:
        if kind == "new":
            new = [seen(at + place, state) for place, state in enumerate(what)]
            at += len(new)
            rows |= {row.seq: row for row in new}
            model.apply(batch(new))
        elif kind == "change":
            changed = {seq: seen(seq, state) for seq, state in what if seq in rows}
            rows |= changed
            model.apply(batch(changed.values()))
        elif kind == "evict":
            gone = sorted({seq for seq in what if seq in rows})
            for seq in gone:
                del rows[seq]
            model.apply(batch(evicted=gone))
        elif kind == "gap":
            ends.add(at - 0.5)
            model.apply(batch(gaps=[gap(at - 0.5)]))
        elif kind == "kept gap":
            ends.add(min(what, at) - 0.5)
            model.add_gaps([gap(min(what, at) - 0.5)])
        else:
            wanted = EVERYTHING if what is None else parse(f"state:{what}")
            model.set_filter(wanted)
            walked(qtbot, model)
        told = shown(model)
        assert len(told) == len(set(told))
        assert not told or isinstance(told[-1], int)
    model.set_filter(parse("state:REVOKED"))
    model.set_filter(EVERYTHING)
    assert shown(model) == expected(rows, ends)
    model.deleteLater()
