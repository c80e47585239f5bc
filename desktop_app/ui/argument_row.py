"""One value in a form: label, what it means, an editor, and what is wrong with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app.services.forms import Field
from desktop_app.ui import fonts, formats, icons, theme
from desktop_app.ui.check_box import CheckBox
from desktop_app.ui.completing import Ask, Completing, completing
from desktop_app.ui.controls import Label
from desktop_app.ui.editors import Choice, Lines
from desktop_app.ui.tokens import Space, Type

_LIST_LINES = 3
_JSON_LINES = 9
# What separates the entries of a list; free texts may hold spaces.
_BETWEEN, _BETWEEN_TEXTS = r"[\s,;]+", r"[\n,]"
_CHOOSE = "Choose…"
_ICON = 12


Editor = QLineEdit | Lines | Choice | CheckBox


class FieldRow(QWidget):
    """``touched`` says that the user has changed it, so that its problems are worth showing.

    :param ask: for names out of the store, by which what is typed is completed
    :param mark: what stands beside the label; None for whether it is required
    """

    changed = Signal()

    def __init__(
        self,
        field: Field,
        ask: Ask | None = None,
        parent: QWidget | None = None,
        *,
        mark: str | None = None,
    ) -> None:
        super().__init__(parent)
        self.field = field
        self.touched = False
        self._problem = self._note = ""
        self._mark = ("required" if field.required else "optional") if mark is None else mark
        self.editor = self._make_editor()
        self.editor.setAccessibleName(field.label)
        self.completing: Completing | None = None
        """What completes the names that are typed, where they are in the store."""
        if ask is not None and field.names:
            separators = "" if field.kind == "text" else _BETWEEN if field.shape else _BETWEEN_TEXTS
            self.completing = completing(self.editor, field.names, ask, separators)
        self._icon = QLabel()
        self._message = Label("", font=fonts.sans(Type.SMALL), ink="danger")
        self._message.setWordWrap(True)
        self._lay_out()
        theme.follow(self, self._redraw)
        self._describe()

    def _lay_out(self) -> None:
        field = self.field
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XXS)
        if field.kind != "boolean":
            label = Label(field.label, font=fonts.medium())
            label.setBuddy(self.editor)
            mark = Label(self._mark, font=fonts.sans(Type.CAPTION), ink="text_faint")
            head = QHBoxLayout()
            head.addWidget(label, 1)
            head.addWidget(mark)
            layout.addLayout(head)
        meaning = Label(self._meaning(), font=fonts.sans(Type.SMALL), ink="text_muted")
        meaning.setWordWrap(True)
        parts = [meaning, self.editor]
        for part in reversed(parts) if field.kind == "boolean" else parts:
            layout.addWidget(part)
            layout.addSpacing(Space.XXS)
        self._icon.setContentsMargins(0, Space.XXS, 0, 0)
        foot = QHBoxLayout()
        foot.setSpacing(Space.XS)
        foot.addWidget(self._icon, alignment=Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self._message, 1)
        # The line is there before its message is, so that nothing moves while one types.
        self._message.setMinimumHeight(self._message.fontMetrics().lineSpacing() + Space.XS)
        layout.addLayout(foot)

    def _meaning(self) -> str:
        # How long a text may be is worth saying only to who has gone beyond it.
        limits = "" if self.field.kind == "text" else self.field.limits
        return f"{self.field.description} {formats.sentence(limits) if limits else ''}".strip()

    def _make_editor(self) -> Editor:
        field = self.field
        match field.kind:
            case "boolean":
                box = CheckBox(field.label)
                box.toggled.connect(self._edited)
                return box
            case "choice":
                choice = Choice()
                choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                choice.addItem(_CHOOSE if field.required else "", "")
                for value in field.choices:
                    choice.addItem(value, value)
                choice.currentIndexChanged.connect(self._edited)
                return choice
            case "list" | "json":
                code = field.kind == "json"
                lines = Lines(_JSON_LINES if code else _LIST_LINES, code=code)
                lines.setPlaceholderText(field.placeholder)
                lines.textChanged.connect(self._edited)
                return lines
            case _:
                line = QLineEdit(placeholderText=field.placeholder)
                if field.kind == "secret":
                    line.setEchoMode(QLineEdit.EchoMode.Password)
                line.textChanged.connect(self._edited)
                return line

    def value(self) -> str | bool:
        match self.editor:
            case QCheckBox():
                return self.editor.isChecked()
            case QComboBox():
                return str(self.editor.currentData())
            case QPlainTextEdit():
                return self.editor.toPlainText()
            case _:
                return self.editor.text()

    def set_value(self, value: str | bool) -> None:
        """Fills the editor as if the user had not touched it."""
        self.editor.blockSignals(True)
        try:
            match self.editor:
                case QCheckBox():
                    self.editor.setChecked(value is True)
                case QComboBox():
                    self._choose(str(value))
                case QPlainTextEdit():
                    self.editor.setPlainText(str(value))
                case _:
                    self.editor.setText(str(value))
                    self.editor.setCursorPosition(0)
        finally:
            self.editor.blockSignals(False)

    def _choose(self, value: str) -> None:
        """A value that cannot be chosen is shown all the same: its problem says why."""
        choice = self.editor
        if isinstance(choice, QComboBox):
            if choice.findData(value) < 0:
                choice.addItem(value, value)
            choice.setCurrentIndex(choice.findData(value))

    def set_problem(self, problem: str) -> None:
        """Shows what is wrong, in words that follow the label; "" when nothing is."""
        if problem == self._problem:
            return
        self._problem = problem
        self._tell()

    def set_hint(self, hint: str) -> None:
        """Says in the empty field what would be typed there."""
        if isinstance(self.editor, QLineEdit):
            self.editor.setPlaceholderText(hint)

    def set_note(self, note: str) -> None:
        """Says something under the field where nothing is wrong with it."""
        if note != self._note:
            self._note = note
            self._tell()

    def note_text(self) -> str:
        """What is said under the field where nothing is wrong with it."""
        return self._note

    def problem_text(self) -> str:
        """What is said under the field to be wrong with it now."""
        return formats.sentence(self._problem) if self._problem else ""

    def _tell(self) -> None:
        self._message.setText(self.problem_text() or self._note)
        self._message.set_ink("danger" if self._problem else "text_muted")
        self._describe()
        self._redraw()

    def _edited(self) -> None:
        self.touched = True
        self.changed.emit()

    def _describe(self) -> None:
        needed = "Required." if self.field.required else ""
        self.editor.setAccessibleDescription(
            " ".join(filter(None, (self.problem_text(), needed, self._meaning(), self._note)))
        )

    def _redraw(self) -> None:
        t = theme.tokens()
        wrong = bool(self._problem)
        self._icon.setVisible(wrong)
        if wrong:
            self._icon.setPixmap(icons.pixmap("error", t.danger, _ICON))
        self.editor.setStyleSheet(f"border-color: {t.danger.name()};" if wrong else "")
