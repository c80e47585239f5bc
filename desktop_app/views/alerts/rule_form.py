"""The fields of one rule."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.check_box import CheckBox
from desktop_app.ui.controls import Label
from desktop_app.ui.editors import Choice
from desktop_app.ui.labelled import Labelled
from desktop_app.ui.search_field import SearchField
from desktop_app.ui.span import Span
from desktop_app.ui.tokens import Space
from desktop_app.views.alerts.amount import Amount
from worker_core.operations.alert_rules import ALL, MEASURES, SEVERITIES, Measure, Rule, validate
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


class RuleForm(QScrollArea):
    """What the user typed is checked at every key."""

    changed = Signal()
    measure_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._taken: Collection[str] = ()
        self._was = ""
        self.rule: Rule | None = None
        """What came of the form as it stands; None while it cannot be used."""
        self.name = QLineEdit(placeholderText="such as Forecasts are late")
        self.name.setAccessibleName("Name")
        self.name.setMaxLength(200)
        self.measure = Choice()
        self.measure.setAccessibleName("Measure")
        for key, measure in MEASURES.items():
            self.measure.addItem(measure.title, key)
        self.meaning = Label(font=fonts.sans(12), ink="text_muted")
        self.meaning.setWordWrap(True)
        self.subject = SearchField("What it is about", {}, "")
        self.comparison = Choice()
        self.comparison.setAccessibleName("Comparison")
        self.comparison.addItem("is above", "above")
        self.comparison.addItem("is below", "below")
        self.threshold = Amount("Threshold")
        self.lasting = Span("For at least")
        self.back = Amount("Comes back by")
        self.pause = Span("Pause after the end")
        self.severity = Choice()
        self.severity.setAccessibleName("Severity")
        for severity in SEVERITIES:
            self.severity.addItem(severity.capitalize(), severity)
        self.armed = CheckBox("Armed: judged every minute from the next one on")
        self.parts = {
            "name": Labelled("Name", "", self.name),
            "measure": Labelled("Measure", "", self.measure),
            "subject": Labelled("Of", "", self.subject),
            "comparison": Labelled("Fires when it", "", self.comparison),
            "threshold": Labelled("Threshold", "", self.threshold),
            "for_s": Labelled("For at least", "Empty: at once.", self.lasting),
            "hysteresis": Labelled(
                "Ends when it has come back by", "Beyond the threshold.", self.back
            ),
            "cooldown_s": Labelled("Then quiet for", "Before it fires again.", self.pause),
            "severity": Labelled("Severity", "", self.severity),
        }
        self._lay_out()
        self._join()

    def _lay_out(self) -> None:
        column = QWidget()
        column.setProperty("role", "plain")
        rows = QVBoxLayout(column)
        rows.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        rows.setSpacing(Space.XS)
        part = self.parts
        rows.addWidget(part["name"])
        rows.addLayout(_beside(part["measure"], part["severity"]))
        rows.addWidget(self.meaning)
        rows.addSpacing(Space.S)
        rows.addWidget(part["subject"])
        rows.addLayout(_beside(part["comparison"], part["threshold"]))
        rows.addLayout(_beside(part["for_s"], part["cooldown_s"]))
        rows.addWidget(part["hysteresis"])
        rows.addWidget(self.armed)
        rows.addStretch(1)
        self.setAccessibleName("The rule")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(column)

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


def _beside(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(Space.L)
    for part in parts:
        row.addWidget(part, 1)
    return row
