"""Making a rule, or changing one, with what it would have done beside it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.services.alerts import Alerts
from desktop_app.ui import fonts
from desktop_app.ui.ask import Ask
from desktop_app.ui.background import Background
from desktop_app.ui.controls import Hairline, Label, Surface, button, heading
from desktop_app.ui.tokens import Space
from desktop_app.views.alerts.rule_form import NEW, RuleForm, rule_of_record
from desktop_app.views.alerts.trial_pane import TrialPane
from worker_core.operations.alert_rules import Rule
from worker_core.operations.alert_trials import Tried
from worker_core.storage import AlertRuleRecord

SOON_MS = 300
READY = "Ready. Ctrl+Enter saves it."
MISSING = "Fill in what is missing or wrong."


class Editor(Surface):
    """The fields, the trial, and below them how things stand and the two ways on."""

    saved = Signal(object, bool)
    """A valid Rule, and whether it is to be armed."""
    left = Signal()

    def __init__(
        self, alerts: Alerts, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._alerts, self._background = alerts, background
        self._begun: tuple[object, ...] = ()
        self._hindrance = self._refusal = ""
        self._asked = 0
        self._shown: Rule | None = None
        self.was: AlertRuleRecord | None = None
        """The rule that is changed; None for a new one."""
        self.title = heading("")
        self.form = RuleForm()
        self.trial = TrialPane()
        self.words = Label(font=fonts.sans(12), ink="text_muted")
        self.words.setWordWrap(True)
        self.save = button("Save", self._save, kind="primary", icon="check", tip="Ctrl+Enter")
        self.leave = button("Cancel", self._leave, tip="Esc")
        self.ask = Ask()
        self._soon = QTimer(self, interval=SOON_MS, singleShot=True)
        self._soon.timeout.connect(self._try)
        self.form.changed.connect(self._edited)
        self.form.measure_changed.connect(self._offer)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(
                QKeySequence(key),
                self,
                self._save,
                context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
            )
        self._lay_out()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        foot.setSpacing(Space.S)
        foot.addWidget(self.words, 1)
        foot.addWidget(self.leave)
        foot.addWidget(self.save)
        halves = QHBoxLayout()
        halves.setSpacing(0)
        halves.addWidget(self.form, 1)
        halves.addWidget(Hairline(Qt.Orientation.Vertical))
        halves.addWidget(self.trial, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        self.title.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.addWidget(self.title)
        layout.addWidget(Hairline())
        layout.addLayout(halves, 1)
        layout.addWidget(Hairline())
        layout.addWidget(self.ask)
        layout.addLayout(foot)

    def begin_new(self, rule: Rule = NEW) -> None:
        """A new rule, of which this is known."""
        self._begin(rule, None)
        self.title.setText("New rule")

    def begin(self, record: AlertRuleRecord) -> None:
        """Change a rule."""
        self._begin(rule_of_record(record), record)
        self.title.setText(f"Change {record.name}")

    def _begin(self, rule: Rule, was: AlertRuleRecord | None) -> None:
        self.was = was
        self._refusal, self._shown = "", None
        self.ask.withdraw()
        self.trial.forget()
        self.form.fill(rule, armed=was is not None and was.armed)
        self._begun = self.form.state()
        self._edited()
        self.form.focus_first()

    def hinder(self, why: str) -> None:
        """Nothing can be saved for this reason; with an empty one it can again."""
        self._hindrance = why
        self._say()

    def refused(self, error: Exception) -> None:
        """Say why what was saved was not taken; nothing of it is lost."""
        said = f"{getattr(error, 'message', error)} {getattr(error, 'remedy', '')}"
        self._refusal = said.strip()
        self._say()

    def _say(self) -> None:
        step = READY if self.form.rule is not None else MISSING
        self.words.setText(self._refusal or self._hindrance or step)
        self.words.set_ink("danger" if self._refusal else "text_muted")
        self.save.setEnabled(not self._hindrance)

    def _edited(self) -> None:
        self._refusal = ""
        self._say()
        rule = self.form.tried()
        if rule is None:
            self._soon.stop()
            self._asked += 1
            self._shown = None
            self.trial.forget()
        elif rule != self._shown:
            self._shown = rule
            self.trial.trying(rule)
            self._soon.start()

    def _try(self) -> None:
        rule = self._shown
        if rule is None:
            return
        self._asked += 1
        number = self._asked

        def found(tried: Tried) -> None:
            if number == self._asked:
                self.trial.show_trial(tried)

        def failed(error: Exception) -> None:
            if number == self._asked:
                said = f"{getattr(error, 'message', error)} {getattr(error, 'remedy', '')}"
                self.trial.fail(f"It cannot be tried: {said.strip()}")

        self._background.run(
            self._alerts.try_rule(rule),
            "try the rule",
            on_success=found,
            on_failure=failed,
            owner=self,
        )

    def _offer(self, measure: str) -> None:
        def quietly(_: Exception) -> None:
            """The trial says what is wrong with the database."""

        self._background.run(
            self._alerts.subjects(measure),
            "list what is measured",
            on_success=lambda names: self.form.offer(measure, names),
            on_failure=quietly,
            owner=self,
        )

    def _save(self) -> None:
        if self._hindrance:
            return
        self.form.touch_all()
        if self.form.rule is None:
            self.form.focus_wrong()
        else:
            self.saved.emit(self.form.rule, self.form.armed.isChecked())

    def leave_for(self, then: Callable[[], object]) -> None:
        """Go on with something else, once the user agrees to lose what was typed, if anything."""
        if self.form.state() == self._begun:
            then()
            return
        self.ask.ask(
            "Leave without saving?",
            "What you have typed here is lost then.",
            "Leave it",
            "Go on editing",
            then,
        )

    def _leave(self) -> None:
        self.leave_for(self.left.emit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)
