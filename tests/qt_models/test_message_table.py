"""Messages in the order of their queue, and those that workers hold."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from desktop_app.qt_models.keyed_table import Cell
from desktop_app.qt_models.listed_table import ListedTableModel
from desktop_app.qt_models.message_table import (
    Column,
    HeldColumn,
    HeldTableModel,
    MessageTableModel,
    summary,
)
from worker_core.operations.messages import Waiting
from worker_core.operations.unacknowledged import Held

HEARD = {"heard": 7.0}
FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def waiting(raw: bytes, **fields: Any) -> Waiting:
    told: dict[str, Any] = {
        "queue": "q",
        "priority": 3,
        "task_id": raw.decode(),
        "name": "a.b",
        "args": [],
        "kwargs": {},
        "eta": None,
        "retries": 0,
        "enqueued_at": None,
        "redelivered": False,
        "size": len(raw),
        "problem": None,
    }
    return Waiting(raw=raw, **(told | fields))


@pytest.fixture
def messages(qtbot: QtBot) -> MessageTableModel:
    model = MessageTableModel(HEARD.get)
    QAbstractItemModelTester(model, FATAL, model)
    return model


def test_what_the_message_does_not_tell_is_known_from_the_events(
    messages: MessageTableModel,
) -> None:
    messages.show([waiting(b"told", enqueued_at=5.0), waiting(b"heard"), waiting(b"unheard")])
    assert [messages.index(row, Column.WAITED).data() for row in range(3)] == [5.0, 7.0, None]


def test_the_selection_stays_with_its_message_while_others_are_served(
    messages: MessageTableModel,
) -> None:
    rows = [waiting(bytes([number])) for number in range(65, 75)]
    messages.show(rows)
    chosen = QPersistentModelIndex(messages.index(6, 0))
    selection = QItemSelectionModel(messages)
    selection.select(messages.index(6, 0), QItemSelectionModel.SelectionFlag.Select)
    messages.show([*rows[2:5], *rows[6:], waiting(b"Z")])
    assert messages.row_at(chosen.row()) == rows[6]
    assert [messages.row_at(index.row()) for index in selection.selectedIndexes()] == [rows[6]]
    messages.show(rows[:6])
    assert not chosen.isValid()


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=8), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_list_after_any_other_is_shown_as_it_is(qtbot: QtBot, lists: list[list[str]]) -> None:
    model = ListedTableModel([Cell[str]("Letter", str)], lambda row: row)
    QAbstractItemModelTester(model, FATAL, model)
    for wanted in lists:
        model.show(wanted)
        assert list(model.rows) == wanted
    model.deleteLater()


def test_names_and_arguments_from_outside_are_made_fit(messages: MessageTableModel) -> None:
    row = waiting(b"1", name="a\n\u202eb", args=["x\r\n", 5, None], kwargs={"k\x00": [1, 2]})
    messages.show([row])
    assert messages.data(messages.index(0, Column.TASK)) == "a��b"
    assert messages.data(messages.index(0, Column.ARGUMENTS)) == "x��, 5, None, k�=[2]"


def test_a_message_that_cannot_be_read_says_why_in_its_row(messages: MessageTableModel) -> None:
    messages.show([waiting(b"1", name=None, args=None, problem="It is not JSON.")])
    assert messages.data(messages.index(0, Column.TASK)) == "(names no task)"
    assert messages.data(messages.index(0, Column.ARGUMENTS)) == "It is not JSON."


def test_long_arguments_are_cut() -> None:
    assert len(summary(waiting(b"1", args=["x" * 10_000] * 10))) < 400


def test_a_held_message_tells_its_worker_and_whether_it_came_again(qtbot: QtBot) -> None:
    model = HeldTableModel({"1": "w@h"}.get)
    QAbstractItemModelTester(model, FATAL, model)
    model.show(
        [
            Held("t1", 5.0, 10.0, waiting(b"1", redelivered=True), None),
            Held("t2", 6.0, 11.0, None, "It is no message."),
        ]
    )

    def column(number: int) -> list[Any]:
        return [model.data(model.index(row, number)) for row in range(2)]

    assert column(HeldColumn.TASK) == ["a.b", "It is no message."]
    assert column(HeldColumn.WORKER) == ["w@h", None]
    assert column(HeldColumn.AGAIN) == ["redelivered", None]
    assert column(HeldColumn.LEFT) == [10.0, 11.0]
