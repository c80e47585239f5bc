"""The head of a page: its name, a few words beside it, and what can be done."""

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.controls import Label
from desktop_app.ui.tokens import Size, Space, Type


class TitleRow(QWidget):
    """As high on every page, also without a control; both texts stand on one line."""

    def __init__(self, title: str, words: QLabel, *controls: QWidget) -> None:
        super().__init__()
        self.setMinimumHeight(Size.CONTROL)
        name = Label(title, font=fonts.strong(Type.TITLE))
        words.setContentsMargins(0, _lower(words, name), 0, 0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(name)
        layout.addSpacing(Space.XS)
        layout.addWidget(words, 1)
        for control in controls:
            layout.addWidget(control)


def _lower(words: QLabel, beside: QLabel) -> int:
    """Pixels above words of one line that bring their baseline to that of larger ones, when both
    stand in the middle of a row."""
    rises = []
    for label in (beside, words):
        metrics = QFontMetrics(label.font())
        rises.append(metrics.ascent() - metrics.height() / 2)
    return round(2 * (rises[0] - rises[1]))
