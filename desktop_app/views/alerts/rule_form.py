"""What is typed of one rule, and whether it can be used."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_app.views.alerts.rule_fields import RuleFields
from worker_core.operations.alert_rules import ALL, MEASURES, Measure, Rule, validate
from worker_core.operations.errors import InvalidArguments

NEW = Rule("", "queue_depth", 100, for_s=300.0)
_ANY = {
    "queue": "* for every queue",
    "task": "* for every task",
    "symbol": "* for every symbol",
    "all": "",
}
READY = "Ready. Ctrl+Enter saves it."
MISSING = "Fill in what is missing or wrong."
_TAKEN = "There is a rule of this name already."


class RuleForm(RuleFields):
    """What the user typed is checked at every key."""

    changed = Signal()
    measure_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._taken: Collection[str] = ()
        self._was = ""
        self.rule: Rule | None = None
        """What came of the form as it stands; None while it cannot be used."""
        self._join()

    def _join(self) -> None:
        for part, signal in (
            ("name", self.name.textChanged),
            ("subject", self.subject.chosen),
            ("comparison", self.comparison.currentIndexChanged),
            ("threshold", self.threshold.changed),
            ("for_s", self.lasting.changed),
            ("hysteresis", self.back.changed),
            ("cooldown_s", self.pause.changed),
            ("severity", self.severity.currentIndexChanged),
        ):
            signal.connect(lambda *_, part=part: self._edited(part))
        self.measure.currentIndexChanged.connect(self._choose_measure)
        self.armed.toggled.connect(lambda _: self.changed.emit())

    @property
    def about(self) -> Measure:
        """The measure that is chosen."""
        return MEASURES[str(self.measure.currentData())]

    def know(self, taken: Collection[str]) -> None:
        """Names that rules have."""
        self._taken = taken

    def offer(self, measure: str, subjects: Sequence[str]) -> None:
        """What the measure has values of; only a help for typing."""
        if measure == self.about.key:
            self.subject.set_choices({"*": "*"} | {name: name for name in subjects})

    def fill(self, rule: Rule, *, armed: bool) -> None:
        """Show a rule as if the user had not touched it; one without a name is new."""
        self._was = rule.name
        self.name.setText(rule.name)
        self.measure.setCurrentIndex(max(0, self.measure.findData(rule.measure)))
        self._show_measure()
        self.subject.set_choices({"*": "*"})
        self.subject.set_value(rule.subject)
        self.comparison.setCurrentIndex(self.comparison.findData(rule.comparison))
        self.threshold.show_value(rule.threshold, rule.about)
        self.back.show_value(rule.hysteresis, rule.about)
        self.lasting.set_seconds(rule.for_s or None)
        self.pause.set_seconds(rule.cooldown_s or None)
        self.severity.setCurrentIndex(self.severity.findData(rule.severity))
        self.armed.setChecked(armed)
        for part in self.parts.values():
            part.touched = False
        self.check()
        self.measure_changed.emit(self.about.key)

    def state(self) -> tuple[object, ...]:
        """All that was typed and chosen."""
        return tuple(self.values().items()), self.armed.isChecked()

    def values(self) -> dict[str, Any]:
        about = self.about
        return {
            "name": self.name.text().strip(),
            "measure": about.key,
            "subject": "*" if about.about == "all" else self.subject.value(),
            "comparison": str(self.comparison.currentData()),
            "threshold": self.threshold.value(about),
            "for_s": self.lasting.seconds() or 0.0,
            "hysteresis": self.back.value(about) or 0.0,
            "cooldown_s": self.pause.seconds() or 0.0,
            "severity": str(self.severity.currentData()),
        }

    def problems(self) -> Mapping[str, str]:
        """What is wrong, by part."""
        values = self.values()
        found: dict[str, str] = {}
        try:
            self.rule = validate(values)
        except InvalidArguments as error:
            self.rule, found = None, dict(error.fields)
        if values["name"] in self._taken and values["name"] != self._was:
            found["name"] = _TAKEN
        return found

    def tried(self) -> Rule | None:
        """The rule as far as it can be tried: a name is not needed for that."""
        values = self.values()
        if values["threshold"] is None or math.isnan(values["threshold"]):
            return None
        try:
            return validate(values | {"name": "tried"})
        except InvalidArguments:
            return None

    def check(self) -> None:
        found = self.problems()
        if found:
            self.rule = None
        for name, part in self.parts.items():
            part.set_problem(found.get(name, "").rstrip("."))
        self.changed.emit()

    def touch_all(self) -> None:
        for part in self.parts.values():
            part.touched = True
        self.check()

    def next_step(self) -> str:
        """What is to be done before it can be saved, or that it can be."""
        return MISSING if self.rule is None else READY

    def focus_first(self) -> None:
        (self.name if not self._was else self.threshold).setFocus()

    def focus_wrong(self) -> None:
        widgets: dict[str, QWidget] = {
            "name": self.name,
            "subject": self.subject,
            "threshold": self.threshold,
            "for_s": self.lasting,
            "hysteresis": self.back,
            "cooldown_s": self.pause,
        }
        wrong = next((name for name in widgets if name in self.problems()), None)
        if wrong is not None:
            widgets[wrong].setFocus()
            self.ensureWidgetVisible(widgets[wrong])

    def _edited(self, part: str) -> None:
        self.parts[part].touched = True
        self.check()

    def _choose_measure(self) -> None:
        self._show_measure()
        about = self.about
        self.comparison.setCurrentIndex(self.comparison.findData(about.usual))
        self.subject.set_choices({"*": "*"})
        self.measure_changed.emit(about.key)
        self.check()

    def _show_measure(self) -> None:
        about = self.about
        self.meaning.setText(about.description)
        hint = _ANY[about.about]
        if about.unit == "share":
            hint += f"; {ALL} for all together"
        self.subject.setPlaceholderText(hint)
        self.parts["subject"].setVisible(about.about != "all")
        self.threshold.set_unit(about)
        self.back.set_unit(about)
