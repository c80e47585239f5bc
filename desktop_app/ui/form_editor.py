"""The frame of a form that makes or changes something, which is saved or left as a whole."""

from collections.abc import Callable
from typing import ParamSpec, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.ask import Ask
from desktop_app.ui.controls import Hairline, Label, Surface, button, heading
from desktop_app.ui.tokens import Space

P = ParamSpec("P")


class Form(Protocol):
    """What the frame uses of the fields."""

    def state(self) -> tuple[object, ...]:
        """All that was typed and chosen."""

    def next_step(self) -> str:
        """What is to be done before it can be saved, or that it can be."""

    def touch_all(self) -> None: ...
    def focus_first(self) -> None: ...
    def focus_wrong(self) -> None: ...


class FormEditor(Surface):
    """A title, the fields, and below them how things stand and the two ways on: Ctrl+Enter saves,
    Escape leaves, after a question where something was typed.

    A kind of its own gives :meth:`save_form`.
    """

    left = Signal()

    def __init__(self, form: Form, *parts: QWidget) -> None:
        super().__init__()
        self._form = form
        self._begun: tuple[object, ...] = ()
        self._turn = object()
        self._hindrance = self._refusal = ""
        self.title = heading("")
        self.words = Label(font=fonts.sans(12), ink="text_muted")
        self.words.setWordWrap(True)
        self.save = button("Save", self._save, kind="primary", icon="check", tip="Ctrl+Enter")
        self.leave = button("Cancel", self._leave, tip="Esc")
        self.ask = Ask()
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(
                QKeySequence(key),
                self,
                self._save,
                context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
            )
        self.left.connect(self._end_turn)
        self._lay_out(parts)

    def _lay_out(self, parts: tuple[QWidget, ...]) -> None:
        beside = QHBoxLayout()
        beside.setSpacing(0)
        for place, part in enumerate(parts):
            if place:
                beside.addWidget(Hairline(Qt.Orientation.Vertical))
            beside.addWidget(part, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        foot.setSpacing(Space.S)
        foot.addWidget(self.words, 1)
        foot.addWidget(self.leave)
        foot.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        self.title.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.addWidget(self.title)
        layout.addWidget(Hairline())
        layout.addLayout(beside, 1)
        layout.addWidget(Hairline())
        layout.addWidget(self.ask)
        layout.addLayout(foot)

    def save_form(self) -> bool:
        """Hand on what came of the form; False where it cannot be used."""
        raise NotImplementedError

    def begun(self, title: str) -> None:
        """The form was filled: what it shows now is what was there before."""
        self.title.setText(title)
        self.ask.withdraw()
        self._begun = self._form.state()
        self._end_turn()
        self.refuse("")
        self._form.focus_first()

    def _end_turn(self) -> None:
        self._turn = object()

    def hinder(self, why: str) -> None:
        """Nothing can be saved for this reason; with an empty one it can again."""
        self._hindrance = why
        self._say()

    def refuse(self, why: str) -> None:
        """Say why what was saved was not taken; nothing of it is lost."""
        self._refusal = why
        self._say()

    def refused(self, error: Exception) -> None:
        self.refuse(said(error))

    def while_begun(
        self, then: Callable[P, object], late: Callable[P, object]
    ) -> Callable[P, None]:
        """``then``, or ``late`` once this was left or something else begun: to save it takes a
        while."""
        turn = self._turn

        def called(*args: P.args, **kwargs: P.kwargs) -> None:
            (then if self._turn is turn else late)(*args, **kwargs)

        return called

    def leave_for(self, then: Callable[[], object]) -> None:
        """Go on with something else, once the user agrees to lose what was typed, if anything."""
        if self._form.state() == self._begun:
            then()
            return
        self.ask.ask(
            "Leave without saving?",
            "What you have typed here is lost then.",
            "Leave it",
            "Go on editing",
            then,
        )

    def _say(self) -> None:
        self.words.setText(self._refusal or self._hindrance or self._form.next_step())
        self.words.set_ink("danger" if self._refusal else "text_muted")
        self.save.setEnabled(not self._hindrance)

    def _save(self) -> None:
        if self._hindrance:
            return
        self._form.touch_all()
        if not self.save_form():
            self._form.focus_wrong()

    def _leave(self) -> None:
        self.leave_for(self.left.emit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)


def said(error: Exception) -> str:
    """An error in words for the user, with what to do."""
    return f"{getattr(error, 'message', error)} {getattr(error, 'remedy', '')}".strip()
