"""Completes names in a field out of what a page knows: symbols, documents, companies."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from desktop_app.services.shown import clean
from desktop_app.ui.suggestions import Suggestions

_PAUSE_MS: Final = 120
_GAP: Final = 2
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_STEPS: Final = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class Named(Protocol):
    """Something in the store: ``value`` is what is typed for it."""

    @property
    def value(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def detail(self) -> str: ...


Give = Callable[[Sequence[Named]], object]
Ask = Callable[[str, str, Give], object]
"""Asks for what of a kind fits a word; the answer comes in its own time."""


@dataclass(frozen=True, slots=True)
class _Offer:
    value: str
    text: str
    description: str


class Completing(QObject):
    """Watches an editor. Down and Up choose a suggestion, Return and Tab take it, Escape closes
    the list; Ctrl+Space asks where nothing has been typed.

    :param separators: a regular expression for what stands between the entries of a list; without
        one the whole text is one name
    """

    def __init__(
        self, editor: QLineEdit | QPlainTextEdit, kind: str, ask: Ask, separators: str = ""
    ) -> None:
        super().__init__(editor)
        self._editor, self._kind, self._ask = editor, kind, ask
        self._separators = re.compile(separators) if separators else None
        self._popup: Suggestions[_Offer] | None = None
        self._number = 0
        self._typed = False
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._soon.timeout.connect(self._ask_now)
        editor.installEventFilter(self)
        editor.textChanged.connect(lambda *_: self._changed())

    @property
    def suggestions(self) -> Suggestions[_Offer] | None:
        """The list while it is open."""
        return None if self._popup is None or self._popup.isHidden() else self._popup

    def close(self) -> None:
        """Leave it: what is still on its way is not shown."""
        self._soon.stop()
        self._number += 1
        if self._popup is not None:
            self._popup.hide()

    # What is typed

    def _changed(self) -> None:
        # What a program puts there is no beginning of a name.
        if not self._typed:
            return
        self._typed = False
        if self._word():
            self._soon.start()
        else:
            self.close()

    def _before(self) -> str:
        """The text up to the cursor."""
        if isinstance(self._editor, QLineEdit):
            return self._editor.text()[: self._editor.cursorPosition()]
        return self._editor.toPlainText()[: self._editor.textCursor().position()]

    def _word(self) -> str:
        before = self._before()
        if self._separators is None:
            return before.strip()
        return self._separators.split(before)[-1].strip()

    def _ask_now(self) -> None:
        self._number += 1
        number = self._number

        def give(found: Sequence[Named]) -> None:
            if number == self._number and self._editor.hasFocus():
                self._offer(found)

        self._ask(self._kind, self._word(), give)

    def _offer(self, found: Sequence[Named]) -> None:
        typed = self._word().casefold()
        offers = [_Offer(one.value, one.title, one.detail) for one in found]
        if [one.value.casefold() for one in offers] == [typed]:
            offers = []  # it is there already
        if not offers and self._popup is None:
            return
        self._list().offer(offers, self._below())

    def _below(self) -> QPoint:
        editor, rect = self._editor, self._editor.cursorRect()
        at = rect.left(), editor.height() + _GAP
        if isinstance(editor, QPlainTextEdit):
            at = rect.left(), rect.bottom() + 2 * _GAP
        return editor.mapTo(editor.window(), QPoint(*at))

    def _list(self) -> Suggestions[_Offer]:
        if self._popup is None or self._popup.parentWidget() is not self._editor.window():
            popup: Suggestions[_Offer] = Suggestions(self._editor.window())
            popup.chosen.connect(self._take)
            self.destroyed.connect(popup.deleteLater)
            self._popup = popup
        return self._popup

    def _take(self, offer: _Offer) -> None:
        self._typed = False
        if isinstance(self._editor, QLineEdit):
            self._take_in_line(self._editor, offer)
        else:
            self._take_in_lines(self._editor, offer)
        self.close()

    def _take_in_line(self, editor: QLineEdit, offer: _Offer) -> None:
        word = len(self._word())
        if self._separators is None:
            editor.selectAll()
        else:
            editor.setSelection(editor.cursorPosition() - word, word)
        editor.insert(offer.value)

    def _take_in_lines(self, editor: QPlainTextEdit, offer: _Offer) -> None:
        cursor = editor.textCursor()
        cursor.movePosition(
            cursor.MoveOperation.Left, cursor.MoveMode.KeepAnchor, len(self._word())
        )
        cursor.insertText(offer.value)

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = QEvent.Type
        if event.type() in (kinds.KeyPress, kinds.InputMethod):
            self._typed = True
        if event.type() in (kinds.FocusOut, kinds.Hide):
            self.close()
        # Tab would move the focus before it came to be a key.
        elif event.type() in (kinds.KeyPress, kinds.ShortcutOverride) and isinstance(
            event, QKeyEvent
        ):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key, popup = Qt.Key(event.key()), self.suggestions
        pressed = event.type() == QEvent.Type.KeyPress
        if key == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if pressed:
                self._ask_now()
            return True
        if popup is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if key in _STEPS:
            if pressed:
                popup.step(_STEPS[key])
                self._speak(popup.current)
            return True
        if key == Qt.Key.Key_Escape:
            event.accept()
            if pressed:
                self.close()
            return True
        taken = popup.current or (popup.first if key == Qt.Key.Key_Tab else None)
        if taken is not None and (key in _ENTER or key == Qt.Key.Key_Tab):
            event.accept()
            if pressed:
                self._take(taken)
            return True
        return False

    def _speak(self, offer: _Offer | None) -> None:
        """The list is never focused, so that nothing else would say what has been chosen."""
        if offer is not None:
            said = ", ".join(filter(None, (clean(offer.text), clean(offer.description))))
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._editor, said))


def completing(editor: QWidget, kind: str, ask: Ask, separators: str = "") -> Completing | None:
    """Complete an editor of text; None for one that takes none."""
    if isinstance(editor, QLineEdit | QPlainTextEdit):
        return Completing(editor, kind, ask, separators)
    return None
