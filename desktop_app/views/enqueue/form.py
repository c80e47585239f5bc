"""The arguments of one task as a form."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop_app.services.forms import fields
from desktop_app.ui.controls import Label, caption, muted
from desktop_app.ui.tokens import Space
from desktop_app.views.enqueue.field_row import FieldRow
from worker_core.catalog import TaskSpec

_WIDEST = 640


class ArgumentForm(QScrollArea):
    """Made anew for each task."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, FieldRow] = {}
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
        if note:
            left_out = Label(note, ink="warning")
            left_out.setWordWrap(True)
            layout.addWidget(left_out)
        self.rows = {}
        for field in fields(spec):
            row = FieldRow(field)
            row.set_value(texts[field.name])
            row.changed.connect(self.changed)
            row.setEnabled(spec.unavailable is None)
            self.rows[field.name] = row
            layout.addWidget(row)
        if not self.rows:
            layout.addWidget(muted("It takes none.", wrap=True))
        layout.addStretch(1)
        self.setWidget(body)

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

    def focus_field(self, name: str | None = None) -> None:
        """Puts the cursor into a field, by default the first."""
        row = self.rows.get(name) if name is not None else next(iter(self.rows.values()), None)
        if row is not None and row.isEnabled():
            row.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(row)
