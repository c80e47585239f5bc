"""``?``: the keys, each with what it does."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.ui.caps import Caps
from desktop_app.ui.controls import Label, button, caption, heading
from desktop_app.ui.overlay import Overlay
from desktop_app.ui.tokens import Space

Row = tuple[tuple[str, ...], str]

KEYS: dict[str, tuple[Row, ...]] = {
    "Everywhere": (
        (("Ctrl+1…0",), "Go to a page"),
        (("Ctrl+,",), "Go to the settings"),
        (("Ctrl+K",), "Find a page or an action"),
        (("/",), "Search on this page"),
        (("P",), "Pause or resume live updates"),
        (("T",), "Change between light and dark"),
        (("Esc",), "Close the details, dismiss messages"),
        (("?",), "Show these keys"),
    ),
    "In a table": (
        (("Up", "Down"), "Go to another row"),
        (("Home", "End"), "Go to the first or last row"),
        (("Space", "Return"), "Open the row"),
        (("Ctrl+A",), "Choose all that match"),
        (("Ctrl+C",), "Copy the chosen rows"),
    ),
    "Searching tasks": (
        (("Ctrl+Space",), "Show what fits here"),
        (("Tab", "Return"), "Take what is offered"),
    ),
    "In a chart": (
        (("Left", "Right"), "Earlier or later days"),
        (("Down", "Up"), "More or fewer of them"),
        (("Ctrl+Right",), "Read the next day"),
        (("Shift+Right", "Return"), "Go to the next mark, and open it"),
    ),
    "Reading a document": (
        (("Left", "Right"), "The sentence before or after"),
        (("Ctrl+Left", "Ctrl+Right"), "The next one that has a tone"),
        (("1", "2", "3"), "Label it positive, neutral, negative"),
        (("Ctrl+Z",), "Take the label back"),
    ),
    "On a page": (
        (("Ctrl+Return",), "Enqueue the task of the form"),
        (("N",), "Make an alert rule or a schedule entry"),
        (("Delete",), "Remove the chosen messages of a queue"),
        (("F5",), "Look at a queue again"),
        (("+", "−"), "Grow or shrink the chosen workers"),
        (("A", "R"), "Autoscale, or restart their pool"),
        (("Q", "Shift+Q"), "Let them serve a queue, or no more"),
        (("L", "Shift+L"), "Limit their rate, or their time"),
    ),
}


class KeyHelp(Overlay):
    """What can be done without a mouse."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Keys")
        layout = QVBoxLayout(self.panel)
        layout.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        layout.setSpacing(Space.L)
        layout.addWidget(heading("Keys"))
        # What holds everywhere at the left, what holds on some pages at the right.
        columns = QHBoxLayout()
        columns.setSpacing(2 * Space.XXL)
        groups = list(KEYS.items())
        for part in (groups[:3], groups[3:]):
            column = QVBoxLayout()
            column.setSpacing(Space.L)
            for title, rows in part:
                column.addLayout(_group(title, rows))
            column.addStretch(1)
            columns.addLayout(column)
        layout.addLayout(columns)
        close = button("Close", self.close_overlay)
        layout.addWidget(close, alignment=Qt.AlignmentFlag.AlignRight)


def _group(title: str, rows: Sequence[Row]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(Space.XXL)
    grid.setVerticalSpacing(Space.S)
    grid.setColumnStretch(0, 1)
    grid.addWidget(caption(title), 0, 0)
    for row, (alternatives, meaning) in enumerate(rows, 1):
        grid.addWidget(Label(meaning), row, 0)
        grid.addWidget(Caps(*alternatives), row, 1, Qt.AlignmentFlag.AlignRight)
    return grid
