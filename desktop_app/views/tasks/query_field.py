"""The field in which a search is typed: with suggestions, colours, and a mark at a mistake."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAction,
    QFocusEvent,
    QHideEvent,
    QInputMethodEvent,
    QKeyEvent,
    QTextCharFormat,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_app.monitor.query import (
    Completion,
    QuerySyntaxError,
    Vocabulary,
    complete,
)
from desktop_app.monitor.query.lexer import LONGEST, Is, tokens
from desktop_app.qt_models.words import clean
from desktop_app.ui import icons, theme
from desktop_app.ui.suggestions import Suggestions

_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class QueryField(QLineEdit):
    """Down and Up choose a suggestion, Tab and Return take it. Escape closes the suggestions, then
    empties the field, then goes on to the page."""

    left = Signal()
    """Return or the down arrow: on to what was found."""
    settled = Signal()
    """The suggestions were closed."""

    def __init__(self, vocabulary: Callable[[], Vocabulary], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._popup: Suggestions[Completion] | None = None
        self._error: QuerySyntaxError | None = None
        self.setAccessibleName("Search tasks")
        self.setPlaceholderText("Search:  state:failed  task:forecast*  runtime:>5  age:<1h   /")
        self.setMaxLength(LONGEST)
        self.setClearButtonEnabled(True)
        self._lens = QAction("Search", self)
        self.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        self.textEdited.connect(self._suggest)
        self.textChanged.connect(self._changed)
        theme.follow(self, self._recolour)

    # Suggestions

    @property
    def suggestions(self) -> Suggestions[Completion] | None:
        """The list while it is open."""
        return None if self._popup is None or self._popup.isHidden() else self._popup

    def suggest(self) -> None:
        """Offer what could stand at the cursor, also where nothing has been typed yet."""
        popup = self._list()
        found = complete(self.text(), self.cursorPosition(), self._vocabulary())
        below = self.mapTo(self.window(), QPoint(self.cursorRect().left(), self.height() + 2))
        popup.offer(found, below)

    def close_suggestions(self) -> None:
        if self._popup is not None and not self._popup.isHidden():
            self._popup.hide()
            self.settled.emit()

    def is_busy_with(self, error: QuerySyntaxError) -> bool:
        """Whether that is where one types just now, and a suggestion may put it right."""
        here = error.start <= self.cursorPosition() <= error.end
        return here and self.suggestions is not None

    def _speak(self, completion: Completion | None) -> None:
        """The list is never focused, so that nothing else would say what has been chosen."""
        if completion is not None:
            said = ", ".join(filter(None, (clean(completion.text), completion.description)))
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))

    def _list(self) -> Suggestions[Completion]:
        if self._popup is None or self._popup.parentWidget() is not self.window():
            self._popup = Suggestions(self.window(), lambda one: one.kind == "field")
            self._popup.chosen.connect(self._take)
        return self._popup

    def _suggest(self) -> None:
        before = self.text()[: self.cursorPosition()]
        if before and not before[-1].isspace() and before[-1] not in '()"':
            self.suggest()
        else:
            self.close_suggestions()

    def _take(self, completion: Completion) -> None:
        self.setSelection(completion.start, completion.end - completion.start)
        self.insert(completion.text)
        if completion.kind in {"field", "operator"}:
            self.suggest()
        else:
            self.close_suggestions()

    # Colours

    def mark(self, error: QuerySyntaxError | None) -> None:
        """Underline a mistake, until the text changes."""
        self._error = error
        self._colour()

    def _changed(self) -> None:
        self._error = None
        self._colour()

    def _recolour(self) -> None:
        self._lens.setIcon(icons.icon("search"))
        self._colour()

    def _colour(self) -> None:
        # The only way into the layout of a QLineEdit is that of an input method.
        t, cursor = theme.tokens(), self.cursorPosition()
        attributes = []

        def add(start: int, end: int, made: QTextCharFormat) -> None:
            kind = QInputMethodEvent.AttributeType.TextFormat
            attributes.append(QInputMethodEvent.Attribute(kind, start - cursor, end - start, made))

        for start, end, is_field in _coloured(self.text()):
            made = QTextCharFormat()
            made.setForeground(t.accent if is_field else t.text_muted)
            add(start, end, made)
        if self._error is not None and self.text():
            made = QTextCharFormat()
            made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            made.setUnderlineColor(t.ink("danger"))
            made.setForeground(t.ink("danger"))
            add(self._error.start, max(self._error.end, self._error.start + 1), made)
        QCoreApplication.sendEvent(self, QInputMethodEvent("", attributes))

    # Keys

    def event(self, event: QEvent) -> bool:
        """Tab would move the focus before it came to be a key."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Tab
            and (popup := self.suggestions) is not None
        ):
            completion = popup.current or (popup.first if self._typing else None)
            if completion is not None:
                self._take(completion)
                return True
        return super().event(event)

    @property
    def _typing(self) -> bool:
        before = self.text()[: self.cursorPosition()]
        return bool(before) and not before[-1].isspace()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, popup = Qt.Key(event.key()), self.suggestions
        if popup is not None and key in _STEPS:
            popup.step(_STEPS[key])
            self._speak(popup.current)
        elif popup is not None and key in _ENTER and popup.current is not None:
            self._take(popup.current)
        elif key == Qt.Key.Key_Escape and popup is not None:
            self.close_suggestions()
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.suggest()
        elif key == Qt.Key.Key_Down or key in _ENTER:
            self.close_suggestions()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close_suggestions()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.close_suggestions()


def _coloured(text: str) -> list[tuple[int, int, bool]]:
    """Where fields and keywords stand, and which of both it is."""
    try:
        found = tokens(text)
    except QuerySyntaxError:
        return []
    keywords = {Is.AND, Is.OR, Is.NOT}
    fields = [
        (one.start, one.start + len(one.text) + 1, True) for one in found if one.kind is Is.TERM
    ]
    return fields + [(one.start, one.end, False) for one in found if one.kind in keywords]
