"""The head of a result: whose document it is, the facts of its cover, and what was not read."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.controls import Label, button, icon_button
from desktop_app.ui.tokens import Radius, Space, Tone
from desktop_app.views.documents import wording
from desktop_app.views.documents.corrections import NAMES, Corrections
from desktop_app.views.documents.facts import Facts
from worker_core.storage import Correction, DocumentRecord


class Notice(QWidget):
    """A few sentences on the soft ground of a tone, beside its shape."""

    def __init__(self, tone: Tone, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self._icon = icon
        self._picture = QLabel()
        self._sentence = Label(font=fonts.medium())
        self._detail = Label(font=fonts.sans(12))
        words = QVBoxLayout()
        words.setSpacing(Space.XXS)
        for label in (self._sentence, self._detail):
            label.setWordWrap(True)
            words.addWidget(label)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        layout.setSpacing(Space.S)
        layout.addWidget(self._picture, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        theme.follow(self, self._redraw)

    def set_words(self, sentence: str, detail: str = "") -> None:
        self._sentence.setText(sentence)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self.setAccessibleName(sentence)
        self.setAccessibleDescription(detail)

    def _redraw(self) -> None:
        ink = theme.tokens().ink(self._tone)
        self._picture.setPixmap(icons.pixmap(self._icon, ink, 16))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.tokens().soft(self._tone))
        painter.drawRoundedRect(QRectF(self.rect()), Radius.SMALL, Radius.SMALL)


class ResultHead(QWidget):
    close_wanted = Signal()
    full_wanted = Signal()
    compare_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label(font=fonts.strong(15), elide=Qt.TextElideMode.ElideRight)
        self._file = Label(
            font=fonts.mono(11), ink="text_muted", elide=Qt.TextElideMode.ElideMiddle
        )
        self._full = icon_button("sidebar", "Give the result the whole page", self.full_wanted.emit)
        self._full.setCheckable(True)
        close = icon_button("close", "Close the result (Esc)", self.close_wanted.emit)
        self.facts = Facts()
        self.corrections = Corrections()
        self.refused = Notice(Tone.DANGER, "error")
        self.refused.hide()
        self.left_out = Notice(Tone.WARNING, "warning")
        self._offers_all = True
        first = QHBoxLayout()
        first.setSpacing(Space.XS)
        self._compare = button("Compare", self.compare_wanted.emit, kind="quiet")
        self._compare.setToolTip("Compare with another filing of this company")
        first.addWidget(self._title, 1)
        first.addWidget(self._compare)
        first.addWidget(self._full)
        first.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.S, Space.S, Space.M)
        layout.setSpacing(Space.XXS)
        layout.addLayout(first)
        layout.addWidget(self._file)
        layout.addSpacing(Space.S)
        layout.addWidget(self.facts)
        layout.addWidget(self.corrections)
        layout.addWidget(self.refused)
        layout.addSpacing(Space.XS)
        layout.addWidget(self.left_out)

    def show_document(
        self, document: DocumentRecord, corrections: Sequence[Correction] = ()
    ) -> None:
        self.set_title(wording.title(document), document.filename)
        corrected = {NAMES[one.field]: one for one in corrections if one.field in NAMES}
        self.facts.set_facts(wording.facts(document), corrected)
        self._compare.setVisible(self._offers_all and document.status == "parsed")
        self.facts.show()
        self.corrections.show_corrections(corrections)
        self.refused.hide()
        missing = wording.left_out(document)
        self.left_out.setVisible(bool(missing))
        self.left_out.set_words("Not everything was read", " ".join(missing))

    def show_name(self, name: str) -> None:
        """Where no more than a file's name is known."""
        self.set_title(name, "")
        for part in (self.facts, self.corrections, self.refused, self.left_out, self._compare):
            part.hide()

    def refuse(self, message: str, remedy: str) -> None:
        """Say why a correction does not count; what was typed stays to be mended."""
        self.refused.set_words(message, remedy)
        self.refused.show()

    def offer_reading_alone(self) -> None:
        """Neither comparing nor correcting is to be had where the document is."""
        self._offers_all = False
        self.set_editable(False)

    def set_editable(self, editable: bool) -> None:
        editable = editable and self._offers_all
        self.facts.set_editable(editable)
        self.corrections.set_editable(editable)

    def set_title(self, title: str, file: str) -> None:
        self._title.setText(title)
        self._file.setText(file)
        self._file.setVisible(bool(file) and file != title)

    @property
    def is_full(self) -> bool:
        """Whether the result has the whole page."""
        return self._full.isChecked()

    def set_full(self, full: bool) -> None:
        self._full.setChecked(full)
        tip = "Show the library beside the result" if full else "Give the result the whole page"
        self._full.setToolTip(tip)
        self._full.setAccessibleName(tip)
