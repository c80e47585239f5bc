"""A part of the editor with its label, what it means, and what is wrong with it."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.ui import fonts, formats
from desktop_app.ui.controls import Label
from desktop_app.ui.tokens import Space, Type


class Labelled(QWidget):
    """The first of ``editors`` takes the room, and tells what is wrong to a screen reader."""

    def __init__(self, title: str, meaning: str, *editors: QWidget) -> None:
        super().__init__()
        self.touched = False
        """Whether the user has changed it, so that its problem is worth showing."""
        self._first = editors[0]
        self._meaning = meaning
        label = Label(title, font=fonts.medium())
        label.setBuddy(self._first)
        self._note = Label(meaning, font=fonts.sans(Type.SMALL), ink="text_muted")
        self._note.setWordWrap(True)
        self._note.setVisible(bool(meaning))
        self._problem = Label("", font=fonts.sans(Type.SMALL), ink="danger")
        self._problem.setWordWrap(True)
        # The line is there before its words are, so that nothing moves while one types.
        self._problem.setMinimumHeight(self._problem.fontMetrics().lineSpacing() + Space.XS)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        for place, editor in enumerate(editors):
            row.addWidget(editor, 0 if place else 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XXS)
        layout.addWidget(label)
        layout.addWidget(self._note)
        layout.addSpacing(Space.XXS)
        layout.addLayout(row)
        layout.addWidget(self._problem)

    def set_meaning(self, meaning: str) -> None:
        self._meaning = meaning
        self._note.setText(meaning)
        self._note.setVisible(bool(meaning))

    def set_problem(self, problem: str) -> None:
        """What is wrong, in words that follow the label; said once the part was touched."""
        said = formats.sentence(problem) if problem and self.touched else ""
        self._problem.setText(said)
        self._first.setAccessibleDescription(" ".join(filter(None, (said, self._meaning))))

    def problem(self) -> str:
        """What is said of it now."""
        return self._problem.text()
