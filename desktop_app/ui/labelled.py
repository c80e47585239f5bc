"""A part of the editor with its label, what it means, and what is wrong with it."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.ui import fonts, formats
from desktop_app.ui.controls import Label
from desktop_app.ui.tokens import Space, Type


class Labelled(QWidget):
    """The editor, or the part of it that has the focus, tells a screen reader what is wrong."""

    def __init__(self, title: str, meaning: str, editor: QWidget) -> None:
        super().__init__()
        self.touched = False
        """Whether the user has changed it, so that its problem is worth showing."""
        self._told = editor.focusProxy() or editor
        self._meaning = meaning
        label = Label(title, font=fonts.medium())
        label.setBuddy(editor)
        self._note = Label(meaning, font=fonts.sans(Type.SMALL), ink="text_muted")
        self._note.setWordWrap(True)
        self._note.setVisible(bool(meaning))
        self._problem = Label("", font=fonts.sans(Type.SMALL), ink="danger")
        self._problem.setWordWrap(True)
        # The line is there before its words are, so that nothing moves while one types.
        self._problem.setMinimumHeight(self._problem.fontMetrics().lineSpacing() + Space.XS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XXS)
        layout.addWidget(label)
        layout.addWidget(self._note)
        layout.addSpacing(Space.XXS)
        layout.addWidget(editor)
        layout.addWidget(self._problem)
        layout.addStretch(1)

    def set_problem(self, problem: str) -> None:
        """What is wrong, in words that follow the label; said once the part was touched."""
        said = formats.sentence(problem) if problem and self.touched else ""
        self._problem.setText(said)
        self._told.setAccessibleDescription(" ".join(filter(None, (said, self._meaning))))

    def problem(self) -> str:
        """What is said of it now."""
        return self._problem.text()
