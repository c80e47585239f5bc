"""The Alerts page's widgets, and where they stand."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop_app.ui.cards import VerdictBanner
from desktop_app.ui.check_box import CheckBox
from desktop_app.ui.controls import button
from desktop_app.ui.drawer import WithDrawer
from desktop_app.ui.panes import Panes
from desktop_app.ui.tokens import Space
from desktop_app.views.alerts.alert_drawer import AlertDrawer
from desktop_app.views.alerts.alert_list import AlertList
from desktop_app.views.alerts.hands import OF_ALERTS, OF_RULES, Hands
from desktop_app.views.alerts.rule_list import RuleList


class AlertsFrame(QWidget):
    """Alerts above, rules below, the details of an alert at the right; ``editor`` can stand in
    their place."""

    new_wanted = Signal()

    def __init__(self, editor: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict = VerdictBanner()
        self.browse = QWidget()
        self.of_alerts_keys, self.of_rules_keys = QWidget(), QWidget()
        self.hands = Hands(OF_ALERTS, self.of_alerts_keys)
        self.rule_hands = Hands(OF_RULES, self.of_rules_keys)
        self.new = button("New rule", self.new_wanted.emit, kind="primary", icon="plus", tip="N")
        self.new.setShortcut("N")
        self.desktop = CheckBox("Desktop notifications")
        self.desktop.setToolTip(
            "Tell of new alerts by a notification of the desktop too, where it shows such."
        )
        self.list = AlertList([self.hands.button(deed) for deed in ("acknowledge", "snooze", "go")])
        self.rules = RuleList(
            [self.desktop, *(self.rule_hands.button(deed) for deed in OF_RULES), self.new]
        )
        self.drawer = AlertDrawer(
            [self.hands.button(deed, plain=True) for deed in ("acknowledge", "snooze", "go")]
        )
        self.stack = QStackedWidget()
        self._arrange(editor)

    def _arrange(self, editor: QWidget) -> None:
        for keys, part in ((self.of_alerts_keys, self.list), (self.of_rules_keys, self.rules)):
            around = QVBoxLayout(keys)
            around.setContentsMargins(0, 0, 0, 0)
            around.addWidget(part)
        both = Panes(Qt.Orientation.Vertical)
        both.addWidget(self.of_alerts_keys)
        both.addWidget(self.of_rules_keys)
        both.setSizes([550, 450])
        both.setFocusProxy(self.list)
        inside = QVBoxLayout(self.browse)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(Space.M)
        inside.addWidget(self.verdict)
        inside.addWidget(WithDrawer(both, self.drawer), 1)
        self.verdict.hide()
        self.stack.addWidget(self.browse)
        self.stack.addWidget(editor)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.addWidget(self.stack)
        self.browse.setFocusProxy(self.list)
        self.stack.currentChanged.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        """A stack keeps the keys for itself and does nothing with them: what it shows gets them."""
        shown = self.stack.currentWidget()
        self.setFocusProxy(self.list if shown is None or shown is self.browse else shown)
