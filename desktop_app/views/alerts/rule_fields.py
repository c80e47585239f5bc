"""The widgets of one rule, and where they stand."""

from PySide6.QtCore import Qt
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
from worker_core.operations.alert_rules import MEASURES, SEVERITIES


class RuleFields(QScrollArea):
    """A field for each part of a rule; what they mean together is none of their business."""

    def __init__(self) -> None:
        super().__init__()
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


def _beside(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(Space.L)
    for part in parts:
        row.addWidget(part, 1)
    return row
