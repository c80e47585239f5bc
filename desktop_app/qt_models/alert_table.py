"""The tables of alerts and of their rules."""

from datetime import datetime
from enum import IntEnum

from PySide6.QtCore import QObject

from desktop_app.qt_models.keyed_table import Cell, RowRole
from desktop_app.qt_models.listed_table import ListedTableModel
from desktop_app.qt_models.words import clean, tip
from desktop_app.services.alerts import AlertBook
from worker_core.operations.alert_rules import ALL, rule_words, value_words
from worker_core.storage import AlertRecord, AlertRuleRecord

__all__ = [
    "AlertColumn",
    "AlertTableModel",
    "RowRole",
    "RuleColumn",
    "RuleRow",
    "RuleTableModel",
    "rule_row",
    "subject_words",
]

ORDER = {"firing": 0, "acknowledged": 1, "snoozed": 2, "resolved": 3}
SEVERITY = {"critical": 0, "warning": 1, "info": 2}


class AlertColumn(IntEnum):
    STATE = 0
    SEVERITY = 1
    ALERT = 2
    SUBJECT = 3
    VALUE = 4
    LIMIT = 5
    FIRED = 6
    LASTED = 7
    WHO = 8


class AlertTableModel(ListedTableModel[AlertRecord]):
    """FIRED is in unix seconds, LASTED is the row: an alert that is open lasts until now."""

    def __init__(self, parent: QObject | None = None) -> None:
        cells = {
            AlertColumn.STATE: Cell[AlertRecord](
                "State", lambda row: row.state, lambda row: tip(_until(row))
            ),
            AlertColumn.SEVERITY: Cell[AlertRecord]("Severity", lambda row: row.severity),
            AlertColumn.ALERT: Cell[AlertRecord]("Alert", lambda row: clean(row.rule_name)),
            AlertColumn.SUBJECT: Cell[AlertRecord](
                "About", lambda row: subject_words(row.subject), lambda row: tip(row.subject)
            ),
            AlertColumn.VALUE: Cell[AlertRecord](
                "Value", lambda row: value_words(row.measure, row.value)
            ),
            AlertColumn.LIMIT: Cell[AlertRecord]("Fires", _limit),
            AlertColumn.FIRED: Cell[AlertRecord]("Since", lambda row: row.fired_at.timestamp()),
            AlertColumn.LASTED: Cell[AlertRecord]("For", lambda row: row),
            AlertColumn.WHO: Cell[AlertRecord](
                "By", lambda row: None if row.acted_by is None else clean(row.acted_by)
            ),
        }
        super().__init__([cells[column] for column in AlertColumn], lambda row: row.id, parent)

    def refresh_ages(self) -> None:
        """Time has passed: call once a second while the table is seen."""
        if self.rowCount():
            last = self.rowCount() - 1
            self.dataChanged.emit(
                self.index(0, AlertColumn.FIRED), self.index(last, AlertColumn.LASTED)
            )


class RuleRow:
    """A rule with how it stands and how many alerts are open by it."""

    __slots__ = ("firing", "record", "state", "words")

    def __init__(self, record: AlertRuleRecord, state: str, words: str, firing: int) -> None:
        self.record, self.state, self.words, self.firing = record, state, words, firing

    @property
    def name(self) -> str:
        return self.record.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RuleRow) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return self.record, self.state, self.words, self.firing


class RuleColumn(IntEnum):
    STATE = 0
    SEVERITY = 1
    NAME = 2
    RULE = 3
    OPEN = 4
    STANDS = 5


class RuleTableModel(ListedTableModel[RuleRow]):
    def __init__(self, parent: QObject | None = None) -> None:
        cells = {
            RuleColumn.STATE: Cell[RuleRow]("State", lambda row: row.state),
            RuleColumn.SEVERITY: Cell[RuleRow]("Severity", lambda row: row.record.severity),
            RuleColumn.NAME: Cell[RuleRow]("Rule", lambda row: clean(row.name)),
            RuleColumn.RULE: Cell[RuleRow](
                "Fires on",
                lambda row: clean(rule_words(row.record.edit)),
                lambda row: tip(rule_words(row.record.edit)),
            ),
            RuleColumn.OPEN: Cell[RuleRow]("Open", lambda row: row.firing or None),
            RuleColumn.STANDS: Cell[RuleRow](
                "Judged",
                lambda row: clean(row.words.removeprefix("Cannot be judged").lstrip(": ")),
                lambda row: tip(row.words),
            ),
        }
        super().__init__([cells[column] for column in RuleColumn], lambda row: row.name, parent)


def rule_row(record: AlertRuleRecord, book: AlertBook, firing: int) -> RuleRow:
    """A rule as the table shows it, by the book's last look."""
    stands = book.state_of(record)
    state = {
        "disarmed": "disarmed",
        "waiting": "not-judged",
        "judged": "armed",
        "unjudged": "unjudged",
    }[stands.state]
    return RuleRow(record, state, stands.words, firing)


def subject_words(subject: str) -> str:
    """What an alert is about, in words."""
    return "the whole system" if subject == ALL else clean(subject)


def _limit(row: AlertRecord) -> str:
    return f"{row.comparison} {value_words(row.measure, row.threshold)}"


def _until(row: AlertRecord) -> str:
    if row.state == "snoozed" and row.snoozed_until is not None:
        return f"Until {_local(row.snoozed_until)}."
    if row.state == "resolved" and row.resolved_at is not None:
        return f"{row.resolved_why or ''} ({_local(row.resolved_at)})".strip()
    return ""


def _local(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
