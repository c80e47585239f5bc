"""What can be done to alerts and rules as they are chosen, and doing it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop_app.ui.one_at_a_time import READ_ONLY
from desktop_app.views.alerts import wording
from desktop_app.views.alerts.acts import Acts
from desktop_app.views.alerts.alert_drawer import AlertDrawer
from desktop_app.views.alerts.alert_list import AlertList
from desktop_app.views.alerts.hands import Deed, Hands
from desktop_app.views.alerts.rule_list import RuleList
from worker_core.storage import AlertRuleRecord

_NOTHING_CHOSEN: Final = "Choose an alert first."
_NO_RULE: Final = "Choose a rule first."
_BUSY: Final = "The change before is still under way."
_SETTLED: Final[dict[Deed, frozenset[str]]] = {
    "acknowledge": frozenset({"firing", "snoozed"}),
    "snooze": frozenset({"firing", "acknowledged", "snoozed"}),
    "reopen": frozenset({"acknowledged", "snoozed"}),
}
"""The states of alerts to which each can be done."""
_NOT_SO: Final[dict[Deed, str]] = {
    "acknowledge": "It is acknowledged or over.",
    "snooze": "It is over.",
    "reopen": "It fires, or is over.",
}


class AlertDeeds(QObject):
    """Of the alerts that are chosen."""

    place_wanted = Signal(str, object)
    """A page id and what to show there."""

    def __init__(
        self, acts: Acts, hands: Hands, alerts: AlertList, drawer: AlertDrawer, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._acts, self._hands = acts, hands
        self._list, self._drawer = alerts, drawer
        self._page = parent

    def hinder(self, why: str) -> None:
        """Say what can be done; nothing that changes something, for a reason that is not empty."""
        rows = self._list.selected
        for deed, states in _SETTLED.items():
            fits = any(row.state in states for row in rows)
            not_so = _NOTHING_CHOSEN if not rows else "" if fits else _NOT_SO[deed]
            self._hands.allow(deed, why or not_so)
        for deed in ("go", "details"):
            self._hands.allow(deed, "" if self._list.current is not None else _NOTHING_CHOSEN)

    def do(self, deed: Deed) -> None:
        rows = [row for row in self._list.selected if row.state in _SETTLED.get(deed, ())]
        row = self._list.current
        match deed:
            case "acknowledge":
                self._acts.acknowledge(rows)
            case "snooze":
                self._snooze_menu().popup(self._hands.place_of("snooze", self._list.table))
            case "reopen":
                self._acts.reopen(rows)
            case "go" if row is not None:
                place = wording.place_of(row)
                self.place_wanted.emit(place.page, place.detail)
            case "details" if row is not None:
                self._drawer.show_alert(row)
                self._drawer.open()

    def _snooze_menu(self) -> QMenu:
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, until in wording.snoozes(datetime.now().astimezone()).items():
            menu.addAction(words, partial(self._snooze, until, words))
        return menu

    def _snooze(self, until: datetime, words: str) -> None:
        rows = [row for row in self._list.selected if row.state in _SETTLED["snooze"]]
        self._acts.snooze(rows, until, words)


class RuleDeeds(QObject):
    """Of the rule that is chosen."""

    def __init__(
        self,
        acts: Acts,
        hands: Hands,
        rules: RuleList,
        new: QPushButton,
        edit: Callable[[AlertRuleRecord], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._acts, self._hands, self._rules, self._new = acts, hands, rules, new
        self._edit = edit
        self._read_only = False

    def hinder(self, why: str, *, read_only: bool) -> None:
        """Say what can be done; nothing that changes something, for a reason that is not empty."""
        self._read_only = read_only
        rule = self._rules.current
        why = why or (_NO_RULE if rule is None else "")
        armed = rule is not None and rule.record.armed
        self._hands.allow("edit", why)
        self._hands.allow("arm", why, "Disarm" if armed else "Arm", "pause" if armed else "play")
        self._hands.allow("remove", why)
        self._new.setEnabled(not read_only)
        self._new.setToolTip(READ_ONLY if read_only else "N")

    def do(self, deed: Deed) -> None:
        row = self._rules.current
        if row is None:
            return
        match deed:
            case "edit" if not self._read_only:
                self._edit(row.record)
            case "arm":
                self._acts.arm(row.record)
            case "remove":
                self._acts.remove(row.record)


def hindrance(*, read_only: bool, busy: bool) -> str:
    """Why nothing can be changed now; empty where it can."""
    return READ_ONLY if read_only else _BUSY if busy else ""
