"""The arguments of one task as a form."""

from collections.abc import Container, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop_app.services.forms import fields
from desktop_app.ui import formats
from desktop_app.ui.argument_row import FieldRow
from desktop_app.ui.completing import Ask
from desktop_app.ui.controls import Label, caption, muted
from desktop_app.ui.tokens import Space
from worker_core.catalog import TaskSpec

_WIDEST = 640


class ArgumentForm(QScrollArea):
    """Made anew for each task.

    :param ask: for names out of the store, by which symbols, documents and the like are completed
    """

    changed = Signal()

    def __init__(self, ask: Ask | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ask = ask
        self.rows: dict[str, FieldRow] = {}
        self._note = Label(parent=self)
        self._note.hide()
        self.setAccessibleName("Arguments")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMaximumWidth(_WIDEST + 2 * Space.L)

    def show_task(self, spec: TaskSpec, texts: Mapping[str, str | bool], note: str = "") -> None:
        """Makes the form of a task and fills it. It is shown, but cannot be filled in, where the
        task cannot run."""
        body = QWidget()
        body.setProperty("role", "plain")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(Space.S)
        layout.addWidget(caption("Arguments"))
        self._note = Label(note, ink="warning")
        self._note.setWordWrap(True)
        self._note.setVisible(bool(note))
        layout.addWidget(self._note)
        self.rows = {}
        for field in fields(spec):
            row = FieldRow(field, self._ask)
            row.set_value(texts[field.name])
            row.changed.connect(self.changed)
            row.setEnabled(spec.unavailable is None)
            self.rows[field.name] = row
            layout.addWidget(row)
        if not self.rows:
            layout.addWidget(muted("It takes none.", wrap=True))
        layout.addStretch(1)
        self.setWidget(body)

    def show_nothing(self, words: str) -> None:
        """There is no task to be filled in for, and why."""
        body = QWidget()
        body.setProperty("role", "plain")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(Space.S)
        layout.addWidget(caption("Arguments"))
        layout.addWidget(muted(words, wrap=True))
        layout.addStretch(1)
        self._note = Label(parent=body)
        self._note.hide()
        self.rows = {}
        self.setWidget(body)

    def note(self) -> str:
        """What is said above the fields."""
        return self._note.text()

    def texts(self) -> dict[str, str | bool]:
        """What the fields hold now, by the names of the arguments."""
        return {name: row.value() for name, row in self.rows.items()}

    def length(self) -> int:
        """How many characters the fields hold together."""
        return sum(len(text) for text in self.texts().values() if isinstance(text, str))

    def touch_all(self) -> None:
        """From now on every field shows its problem."""
        for row in self.rows.values():
            row.touched = True

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Says under each field that the user has touched what is wrong with it."""
        for name, row in self.rows.items():
            row.set_problem(problems.get(name, "") if row.touched else "")

    def next_step(self, problems: Mapping[str, str]) -> str:
        """What the user has to do before it can be sent."""
        if "" in problems:
            return formats.sentence(problems[""])
        values = {
            row.field.label: row.value() for name, row in self.rows.items() if name in problems
        }
        wrong = [label for label, value in values.items() if str(value).strip()]
        return (
            f"Mend {formats.listed(wrong)}" if wrong else f"Fill in {formats.listed(list(values))}"
        )

    def focus_first(self, names: Container[str]) -> None:
        """Puts the cursor into the first of these fields, if it can be filled in."""
        row = next((row for name, row in self.rows.items() if name in names), None)
        if row is not None and row.isEnabled():
            row.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(row)
