"""The tabulator goes through a page, whatever hands its focus on to what."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget

from desktop_app.ui.page_stack import PageSpec
from desktop_app.ui.shell import Shell

STOPS = ["above", "list", "number", "below"]


class Page(QWidget):
    """Hands on to its list, as the pages do, with a half beside it that hands on to what is
    hidden."""

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        above, listed, number, below = QLineEdit(), QLineEdit(), QSpinBox(), QPushButton("below")
        half, hidden, off = QWidget(), QLineEdit(), QPushButton("off")
        for widget, name in zip((above, listed, number, below), STOPS, strict=True):
            widget.setObjectName(name)
        inside = QVBoxLayout(half)
        for widget in (hidden, number, off, below):
            inside.addWidget(widget)
        for widget in (above, listed, half):
            layout.addWidget(widget)
        hidden.hide()
        off.setEnabled(False)
        half.setFocusProxy(hidden)
        self.setFocusProxy(listed)


def test_the_tabulator_stops_at_all_that_takes_keys_once_and_comes_round_either_way(
    shell: Shell,
) -> None:
    shell.add_page(PageSpec("odd", "Odd", "tasks", Page))
    shell.show_page("odd")
    start = QApplication.focusWidget()
    assert start is not None
    assert start.objectName() == "list"

    def walk(modifier: Qt.KeyboardModifier) -> list[str]:
        seen: list[str] = []
        for _ in range(60):
            focused = QApplication.focusWidget()
            assert focused is not None
            if focused is start and seen:
                break
            seen.append(focused.objectName())
            QTest.keyClick(focused, Qt.Key.Key_Tab, modifier)
        assert QApplication.focusWidget() is start
        return [name for name in seen if name in STOPS]

    forward = walk(Qt.KeyboardModifier.NoModifier)
    assert forward == ["list", "number", "below", "above"]
    assert walk(Qt.KeyboardModifier.ShiftModifier) == [forward[0], *reversed(forward[1:])]
