"""What a person said of a document in place of what was found, and the way back."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.ui import fonts, formats
from desktop_app.ui.controls import Label, button
from desktop_app.ui.tokens import Space
from worker_core.storage import Correction

FIELDS = {
    "Company": "company",
    "Ticker": "ticker",
    "Form": "document_type",
    "Period": "period",
    "Filed": "filing_date",
}
NAMES = {field: name for name, field in FIELDS.items()}


def told(correction: Correction) -> str:
    """Who corrected what, when, and what the document says."""
    who = f" by {correction.corrected_by}" if correction.corrected_by else ""
    when = correction.corrected_at.astimezone()
    found = "nothing" if correction.found is None else f"“{_shown(correction.found)}”"
    name = NAMES.get(correction.field, correction.field)
    return f"{name} corrected{who} on {when:%d %b %Y, %H:%M}. Found in the document: {found}."


def _shown(value: str | date) -> str:
    return value.isoformat() if isinstance(value, date) else formats.shorten(value, 60)


class Corrections(QWidget):
    """A line for each, with a button that lets what was found count again."""

    undo_wanted = Signal(str)
    """The field whose correction is to be taken back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editable = True
        self._corrections: Sequence[Correction] = ()
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)
        self.hide()

    def show_corrections(self, corrections: Sequence[Correction]) -> None:
        self._corrections = corrections
        while (item := self._lines.takeAt(0)) is not None:
            if (line := item.widget()) is not None:
                line.hide()
                line.deleteLater()
        for correction in corrections:
            self._lines.addWidget(self._line(correction))
        self.setVisible(bool(corrections))

    def set_editable(self, editable: bool) -> None:
        if editable != self._editable:
            self._editable = editable
            self.show_corrections(self._corrections)

    def _line(self, correction: Correction) -> QWidget:
        line = QWidget()
        words = Label(
            told(correction),
            font=fonts.sans(12),
            ink="text_muted",
            elide=Qt.TextElideMode.ElideRight,
        )
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(words, 1)
        if self._editable:
            name = NAMES.get(correction.field, correction.field)
            undo = button(
                "Undo", lambda: self.undo_wanted.emit(correction.field), kind="quiet", icon="undo"
            )
            undo.setAccessibleName(f"Undo the correction of {name}")
            layout.addWidget(undo)
        return line
