"""The Alerts page: what is wrong, and the rules by which that is found."""

import time
from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from desktop_app.services.alerts import Alerts
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.views.alerts import wording
from desktop_app.views.alerts.acts import Acts
from desktop_app.views.alerts.doing import AlertDeeds, RuleDeeds, hindrance
from desktop_app.views.alerts.editor import Editor
from desktop_app.views.alerts.frame import AlertsFrame
from desktop_app.views.alerts.rule_form import NEW
from worker_core.operations.alert_rules import MEASURES, Rule
from worker_core.storage import AlertRuleRecord

_SECOND_MS = 1000


class AlertsPage(AlertsFrame):
    """What is wrong now, and the rules; what a user does with either.

    :param seen: emitted when the book of ``alerts`` has changed
    """

    navigate = Signal(str, object)
    """A page id and what to show there."""
    look_wanted = Signal()
    """Something was changed here, so that looking again is worth it at once."""

    def __init__(
        self,
        alerts: Alerts,
        seen: SignalInstance,
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        self.editor = Editor(alerts, background)
        super().__init__(self.editor, parent)
        self._alerts, self._background = alerts, background
        self._seen = seen
        self._live = self._read_only = False
        self._wanted = ""
        self._notice: wording.Notice | None = None
        self.acts = Acts(alerts, background, messages, self)
        self.alert_deeds = AlertDeeds(self.acts, self.hands, self.list, self.drawer, self)
        self.rule_deeds = RuleDeeds(
            self.acts, self.rule_hands, self.rules, self.new, self._begin_change, self
        )
        self._second = QTimer(self, interval=_SECOND_MS)
        self._join()

    def _join(self) -> None:
        self.list.chosen.connect(self._follow_choice)
        self.list.table.current_changed.connect(lambda _: self._follow_choice())
        self.list.opened.connect(partial(self.alert_deeds.do, "details"))
        self.list.menu_wanted.connect(lambda at: self.hands.menu(self).popup(at))
        self.rules.chosen.connect(self._hinder)
        self.rules.opened.connect(partial(self.rule_deeds.do, "edit"))
        self.hands.chosen.connect(self.alert_deeds.do)
        self.rule_hands.chosen.connect(self.rule_deeds.do)
        self.alert_deeds.place_wanted.connect(self.navigate)
        self.rules.menu_wanted.connect(lambda at: self.rule_hands.menu(self).popup(at))
        self.rules.new_wanted.connect(self.begin_new)
        self.new_wanted.connect(self.begin_new)
        self.editor.saved.connect(self._save)
        self.editor.left.connect(self._leave_editor)
        self.acts.changed.connect(self.look_wanted)
        self.acts.busy_changed.connect(lambda _: self._hinder())
        self.desktop.toggled.connect(self._tell_on_desktop)
        self._second.timeout.connect(self._tick)

    # What the window calls

    def shown(self) -> None:
        """Catch up, and follow from now on."""
        if self._live:
            return
        self._live = True
        self._seen.connect(self.take)
        self._second.start()
        self.desktop.blockSignals(True)
        self.desktop.setChecked(self._alerts.on_desktop)
        self.desktop.blockSignals(False)
        self.take()
        self.look_wanted.emit()

    def hidden(self) -> None:
        """Nothing is followed, and no timer runs."""
        if not self._live:
            return
        self._live = False
        self._seen.disconnect(self.take)
        self._second.stop()

    def search(self) -> None:
        if self.stack.currentWidget() is self.browse:
            self.list.field.setFocus()

    def open(self, detail: Mapping[str, object]) -> None:
        """Show an alert: ``{"alert": number}``; a rule: ``{"rule": name}``; change one: ``{"edit":
        name}``; or begin a new one about something: ``{"measure": key, "subject": name}``."""
        alert, name, measure = detail.get("alert"), detail.get("rule"), detail.get("measure")
        if isinstance(alert, int):
            self._leave_editor_for(lambda: self._show_alert(alert))
        elif isinstance(name, str):
            self._wanted = "" if self.rules.choose(name) else name
        elif isinstance(edit := detail.get("edit"), str):
            if self.rules.choose(edit):
                self._leave_editor_for(partial(self.rule_deeds.do, "edit"))
        elif isinstance(measure, str) and measure in MEASURES:
            about = MEASURES[measure]
            rule = Rule(
                NEW.name,
                measure,
                0.5 if about.unit == "share" else NEW.threshold,
                subject=str(detail.get("subject") or "*"),
                comparison=about.usual,
                for_s=NEW.for_s,
            )
            self._leave_editor_for(partial(self.begin_new, rule))

    def set_read_only(self, read_only: bool) -> None:
        """Whether anything may be changed."""
        self._read_only = read_only
        self._hinder()

    # What is seen

    def take(self) -> None:
        """Show what is known now."""
        book = self._alerts.book
        self.list.show_book(book)
        self.rules.show_book(book)
        self.editor.form.know(self.rules.names)
        if self._wanted and self.rules.choose(self._wanted):
            self._wanted = ""
        if self.list.current is None and self.list.model.rowCount():
            self.list.table.selectRow(0)
        if self.rules.current is None and self.rules.model.rowCount():
            self.rules.table.selectRow(0)
        if not self.drawer.isHidden() and self.drawer.row is not None:
            self.drawer.show_alert(book.alerts.get(self.drawer.row.id))
        self._judge()
        self._hinder()

    def _judge(self) -> None:
        alerts = self._alerts
        found = wording.notice(alerts.book, time.time(), of_the_workers=alerts.of_the_workers)
        if found == self._notice:
            return
        self._notice = found
        self.verdict.setVisible(found is not None)
        if found is not None:
            go = partial(self.navigate.emit, found.page, None)
            self.verdict.set_verdict(found.tone, found.sentence, found.detail, found.step, go)

    def _tick(self) -> None:
        self.list.tick()
        self.rules.tick()
        self._judge()
        if not self.drawer.isHidden():
            self.drawer.show_alert(self.drawer.row)

    def _follow_choice(self) -> None:
        self._hinder()
        if not self.drawer.isHidden():
            self.drawer.show_alert(self.list.current)

    def _hinder(self) -> None:
        why = hindrance(read_only=self._read_only, busy=self.acts.busy)
        self.alert_deeds.hinder(why)
        self.rule_deeds.hinder(why, read_only=self._read_only)
        self.editor.hinder(why)

    # The editor

    def _begin_change(self, record: AlertRuleRecord) -> None:
        self.editor.begin(record)
        self._show_editor()

    def begin_new(self, rule: Rule = NEW) -> None:
        """Show the editor for a new rule."""
        self.editor.begin_new(rule)
        self._show_editor()

    def _show_editor(self) -> None:
        self.stack.setCurrentWidget(self.editor)
        self.editor.form.focus_first()

    def _save(self, rule: Rule, armed: bool) -> None:
        leave = self.editor.while_begun(self._leave_editor, lambda: None)

        def done() -> None:
            self._wanted = rule.name
            leave()

        self.acts.save(
            rule,
            armed=armed,
            was=self.editor.was,
            on_done=done,
            on_refused=self.editor.while_begun(self.editor.refused, self.acts.refused_late),
        )

    def _leave_editor_for(self, then: Callable[[], object]) -> None:
        if self.stack.currentWidget() is self.editor:
            self.editor.leave_for(then)
        else:
            then()

    def _leave_editor(self) -> None:
        self.stack.setCurrentWidget(self.browse)
        self.rules.setFocus()

    def _show_alert(self, alert_id: int) -> None:
        self.stack.setCurrentWidget(self.browse)
        if self.list.choose(alert_id):
            self.list.setFocus()

    def _tell_on_desktop(self, wanted: bool) -> None:
        self._background.run(
            self._alerts.tell_on_desktop(wanted=wanted), "remember that", owner=self
        )
