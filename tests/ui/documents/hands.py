"""What a hand does on the page, and what an eye sees there."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QLabel,
    QPushButton,
    QTextEdit,
    QWidget,
)

from desktop_app.views.documents import DocumentsPage
from desktop_app.views.documents.quote import Quote

KEY = Qt.Key


def click(view: QAbstractItemView, index: QModelIndex) -> None:
    view.scrollTo(index)
    where = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)


def press(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def words(widget: QWidget) -> str:
    """All that can be read in a widget."""
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(label.text() for label in labels)


def quotes(page: DocumentsPage) -> list[str]:
    found = page.result.findings.findChildren(Quote)
    return [quote.accessibleName() for quote in found if not quote.isHidden()]


def button(widget: QWidget, text: str) -> QPushButton:
    found = [b for b in widget.findChildren(QPushButton) if b.text() == text]
    assert len(found) == 1
    return found[0]


def marked(reader: QTextEdit) -> str:
    return "".join(mark.cursor.selectedText() for mark in reader.extraSelections())
