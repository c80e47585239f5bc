"""Making a rule, or changing one, with what it would have done beside it."""

from PySide6.QtCore import QTimer, Signal

from desktop_app.services.alerts import Alerts
from desktop_app.ui.background import Background
from desktop_app.ui.form_editor import FormEditor, said
from desktop_app.views.alerts.rule_form import NEW, RuleForm
from desktop_app.views.alerts.trial_pane import TrialPane
from worker_core.operations.alert_rules import Rule, validate
from worker_core.operations.alert_trials import Tried
from worker_core.operations.errors import InvalidArguments
from worker_core.storage import AlertRuleRecord

SOON_MS = 300


class Editor(FormEditor):
    """A rule's fields, and the trial of what they say."""

    saved = Signal(object, bool)
    """A valid Rule, and whether it is to be armed."""

    def __init__(self, alerts: Alerts, background: Background) -> None:
        form, trial = RuleForm(), TrialPane()
        super().__init__(form, form, trial)
        self.form, self.trial = form, trial
        self._alerts, self._background = alerts, background
        self._asked = 0
        self._shown: Rule | None = None
        self.was: AlertRuleRecord | None = None
        """The rule that is changed; None for a new one."""
        self._soon = QTimer(self, interval=SOON_MS, singleShot=True)
        self._soon.timeout.connect(self._try)
        self.form.changed.connect(self._edited)
        self.form.measure_changed.connect(self._offer)

    def begin_new(self, rule: Rule = NEW) -> None:
        """A new rule, of which this is known."""
        self._begin(rule, None)
        self.begun("New rule")

    def begin(self, record: AlertRuleRecord) -> None:
        """Change a rule."""
        self._begin(rule_of_record(record), record)
        self.begun(f"Change {record.name}")

    def _begin(self, rule: Rule, was: AlertRuleRecord | None) -> None:
        self.was = was
        self._shown = None
        self.trial.forget()
        self.form.fill(rule, armed=was is not None and was.armed)
        self._edited()

    def save_form(self) -> bool:
        if self.form.rule is not None:
            self.saved.emit(self.form.rule, self.form.armed.isChecked())
        return self.form.rule is not None

    # The trial

    def _edited(self) -> None:
        self.refuse("")
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
                self.trial.fail(f"It cannot be tried: {said(error)}")

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


def rule_of_record(record: AlertRuleRecord) -> Rule:
    """A stored rule to be changed; where this version knows no such measure, a new one of its
    name."""
    values = {name: getattr(record, name) for name in Rule.__dataclass_fields__}
    try:
        return validate(values)
    except InvalidArguments:
        return Rule(record.name, NEW.measure, NEW.threshold, for_s=NEW.for_s)
