"""The table of what is started by itself."""

from datetime import UTC, datetime
from typing import Any

from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from desktop_app.qt_models.schedule_table import Column, ScheduleTableModel, condition
from worker_core.operations.schedule import ScheduleEntry

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


def entry(name: str, **more: Any) -> ScheduleEntry:
    facts: dict[str, Any] = dict.fromkeys(ScheduleEntry.__dataclass_fields__) | {
        "name": name,
        "task": "a.b",
        "title": "B",
        "arguments": {},
        "kind": "every",
        "expression": "60",
        "timezone": "UTC",
        "text": "every 1 min",
        "enabled": True,
        "missed": 0,
    }
    return ScheduleEntry(**facts | more)


def test_entries_stand_by_name_and_what_differs_alone_is_told(qtbot: QtBot) -> None:
    model = ScheduleTableModel()
    QAbstractItemModelTester(model, FATAL, model)
    model.replace_all([entry("b"), entry("d")])
    model.replace_all([entry("c", missed=2), entry("d", next_run=NOON), entry("a")])
    names = [model.index(row, Column.NAME).data() for row in range(model.rowCount())]
    assert names == ["a", "c", "d"]
    assert model.index(1, Column.MISSED).data() == 2
    assert model.index(0, Column.MISSED).data() is None
    assert model.index(2, Column.NEXT).data() == NOON.timestamp()
    with qtbot.waitSignal(model.dataChanged):
        model.refresh_ages()


def test_a_condition_says_first_what_a_person_has_to_act_on() -> None:
    closed = {"market_hours": True, "skipped_at": NOON, "skipped_why": "market closed"}
    assert condition(entry("a")) == "scheduled"
    assert condition(entry("a", **closed)) == "market-closed"
    assert condition(entry("a", **closed, last_run=NOON)) == "scheduled"
    assert condition(entry("a", **closed, problem="It is late.", overdue=True)) == "overdue"
    assert condition(entry("a", problem="It is gone.")) == "unstartable"
    assert condition(entry("a", problem="It is gone.", enabled=False)) == "switched-off"
