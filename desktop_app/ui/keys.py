"""``?``: the keys, in one dialog."""

from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.controls import Label, heading
from desktop_app.ui.tokens import Space

KEYS = (
    ("Ctrl+1 … Ctrl+9", "Go to a page"),
    ("Ctrl+K", "Find a page or an action"),
    ("/", "Search on this page"),
    ("Space, Return", "Open what is selected"),
    ("Esc", "Close the details, dismiss messages"),
    ("P", "Pause or resume live updates"),
    ("T", "Change between light and dark"),
    ("?", "Show these keys"),
)


class KeysDialog(QDialog):
    """What can be done without a mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        layout = QGridLayout(self)
        layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        layout.setHorizontalSpacing(Space.XL)
        layout.setVerticalSpacing(Space.S)
        layout.addWidget(heading("Keys"), 0, 0, 1, 2)
        for row, (keys, meaning) in enumerate(KEYS, 1):
            layout.addWidget(Label(keys, font=fonts.mono(), ink="text"), row, 0)
            layout.addWidget(Label(meaning, ink="text_muted"), row, 1)
