"""When an entry is started: at an interval or by a cron expression, and what that comes to."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.controls import Label, Surface, caption
from desktop_app.ui.editors import Choice
from desktop_app.ui.labelled import Labelled
from desktop_app.ui.span import Span
from desktop_app.ui.tokens import Space
from desktop_app.views.schedule import wording
from worker_core.operations.schedule import Forecast

_CRON = (
    "Minute, hour, day of the month, month, day of the week. "
    "0 18 * * mon-fri is Monday to Friday at 18:00."
)
_RUNS = 5


class Timing(QWidget):
    """``kind`` and ``expression`` as the schedule keeps them."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.kind_choice = Choice()
        self.kind_choice.setAccessibleName("Kind of timetable")
        self.kind_choice.addItem("At an interval", "every")
        self.kind_choice.addItem("By a cron expression", "cron")
        self.every = Span("Every")
        self.cron = QLineEdit(placeholderText="minute hour day month weekday")
        self.cron.setAccessibleName("Cron expression")
        self.cron.setFont(fonts.mono(12))
        self.cron.setMaxLength(100)
        self._every = Labelled("Every", "", self.every)
        self._cron = Labelled("Cron expression", _CRON, self.cron)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._every)
        self._stack.addWidget(self._cron)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(Label("When", font=fonts.medium()))
        layout.addWidget(self.kind_choice)
        layout.addWidget(self._stack)
        self.kind_choice.currentIndexChanged.connect(self._stack.setCurrentIndex)
        self.kind_choice.currentIndexChanged.connect(self.changed)
        self.every.changed.connect(self._touch_every)
        self.cron.textChanged.connect(self._touch_cron)

    @property
    def kind(self) -> str:
        return str(self.kind_choice.currentData())

    @property
    def expression(self) -> str:
        return self.every.expression() if self.kind == "every" else self.cron.text().strip()

    def fill(self, kind: str, expression: str) -> None:
        """Show a timetable as if the user had not touched it."""
        self.kind_choice.setCurrentIndex(0 if kind == "every" else 1)
        self.cron.setText(expression if kind == "cron" else "")
        self.every.set_expression(expression if kind == "every" else "")
        self._every.touched = self._cron.touched = False

    def touch(self) -> None:
        self._every.touched = self._cron.touched = True

    def set_problem(self, problem: str) -> None:
        self._every.set_problem(problem)
        self._cron.set_problem(problem)

    def focus(self) -> None:
        (self.cron if self.kind == "cron" else self.every).setFocus()

    def problem(self) -> str:
        """What is said of the kind that is chosen."""
        return (self._every if self.kind == "every" else self._cron).problem()

    def _touch_every(self) -> None:
        self._every.touched = True
        self.changed.emit()

    def _touch_cron(self) -> None:
        self._cron.touched = True
        self.changed.emit()


class Upcoming(Surface):
    """The timetable in words and its next runs, live."""

    def __init__(self) -> None:
        super().__init__()
        self.words = Label(font=fonts.strong())
        self.words.setWordWrap(True)
        self._title = caption()
        self.runs = Label(font=fonts.sans(12))
        self.note = Label(font=fonts.sans(12), ink="text_muted")
        self.note.setWordWrap(True)
        # The room for all of them is there from the beginning, so that nothing moves.
        self.runs.setMinimumHeight(_RUNS * self.runs.fontMetrics().lineSpacing())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        layout.setSpacing(Space.XS)
        for label in (self.words, self._title, self.runs, self.note):
            layout.addWidget(label)

    def show_forecast(self, forecast: Forecast | None, zone: str, note: str) -> None:
        """None while the timetable cannot be understood."""
        self.note.setText(note)
        self.note.setVisible(bool(note))
        if forecast is None:
            self.words.setText("Not a timetable yet")
            self._title.setText("The next runs appear here.")
            self.runs.setText("")
            return
        said = forecast.words
        self.words.setText(f"{said[:1].upper()}{said[1:]}")
        self._title.setText(f"The next runs, in {zone}")
        self.runs.setText("\n".join(map(wording.in_zone, forecast.runs)))
