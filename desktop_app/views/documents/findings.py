"""What was found in a document: its summary, its tone, and its sections."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app.services.document_store import DocumentResult
from desktop_app.ui import fonts, formats
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.controls import Label, caption, muted
from desktop_app.ui.tokens import Space
from desktop_app.views.documents import sections, tone, wording
from desktop_app.views.documents.quote import Quote
from worker_core.storage import Section, SentimentRecord, SentimentSentence

Quoted = tuple[SentimentSentence, str]
"""A scored sentence and its words."""


class Block(QWidget):
    """A titled part that is out of sight while it has nothing."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "plain")
        self.content = QVBoxLayout()
        self.content.setSpacing(Space.XS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(caption(title))
        layout.addLayout(self.content)


class Findings(QScrollArea):
    """One column that scrolls. Sentences lead to their places, sections to their texts."""

    place_wanted = Signal(int, int)
    """Start and end of a passage of the text."""
    section_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Findings")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._result: DocumentResult | None = None
        self._summary = Block("Summary")
        self._tone = Block("Tone")
        self._mean = Label(font=fonts.medium())
        self._mean.setWordWrap(True)
        self._shares = tone.ShareBar()
        self._model = muted()
        self._model.setFont(fonts.sans(11))
        self._model.setWordWrap(True)
        for part in (self._mean, self._shares, self._model):
            self._tone.content.addWidget(part)
        self._strongest = Block("Strongest sentences")
        self._sections = Block("Sections")
        self.table = sections.SectionsTable()
        self.table.clicked.connect(self._section_chosen)
        self.table.opened.connect(self._section_chosen)
        self._sections.content.addWidget(self.table)
        body = QWidget()
        body.setProperty("role", "plain")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.XL)
        for block in (self._summary, self._tone, self._strongest, self._sections):
            layout.addWidget(block)
        layout.addStretch(1)
        self.setWidget(body)

    def show_result(self, result: DocumentResult) -> None:
        self._result = result
        self._show_summary(result)
        self._show_tone(result.sentiment)
        self.show_strongest((), ())
        scores = result.sentiment.scores if result.sentiment else ()
        found = sections.rows(result.sections, scores)
        self.table.set_rows(found)
        self._sections.setVisible(bool(found))
        self.verticalScrollBar().setValue(0)

    def _show_summary(self, result: DocumentResult) -> None:
        _clear(self._summary.content)
        if result.summary is None or not result.summary.sentences:
            said = "No summary yet." if result.summary is None else "No sentence stood out."
            self._summary.content.addWidget(muted(said, wrap=True))
            return
        for sentence in result.summary.sentences:
            self._summary.content.addWidget(
                self._quote(sentence.text, sentence.start, sentence.end, "border")
            )

    def _show_tone(self, sentiment: SentimentRecord | None) -> None:
        whole = sentiment.whole if sentiment else None
        self._shares.setVisible(whole is not None)
        self._model.setVisible(sentiment is not None)
        if sentiment is None or whole is None:
            self._mean.setText("Not scored yet.")
            self._mean.set_ink("text_muted")
            return
        self._mean.set_ink("text")
        self._mean.setText(
            f"{wording.signed(whole.mean).strip()}  {wording.tone_word(whole.mean)}, "
            f"the mean of {formats.plural(whole.sentences, 'sentence')}"
        )
        self._shares.set_score(whole)
        when = sentiment.created_at.astimezone()
        self._model.setText(
            f"Scale −1 to +1. Scored by {sentiment.model_version} on {when:%d %b %Y, %H:%M}."
        )

    def show_strongest(self, positive: Sequence[Quoted], negative: Sequence[Quoted]) -> None:
        """The sentences that weigh most, once their words are here."""
        _clear(self._strongest.content)
        for sentence, text in (*positive, *negative):
            self._strongest.content.addWidget(
                self._quote(
                    text,
                    sentence.start,
                    sentence.end,
                    tone.ink_of(sentence.score),
                    wording.signed(sentence.score),
                )
            )
        self._strongest.setVisible(bool(positive or negative))

    def _quote(self, text: str, start: int, end: int, ink: str, score: str = "") -> Quote:
        result = self._result
        where = wording.place(
            result.sections if result else (), start, result.document.characters if result else None
        )
        quote = Quote(text, " · ".join(filter(None, (score, where))), ink)
        quote.clicked.connect(lambda: self.place_wanted.emit(start, end))
        return quote

    def _section_chosen(self, index: AnyIndex) -> None:
        self.section_wanted.emit(self.table.sections.row_at(index.row()).section)

    def select_section(self, section: Section | None) -> None:
        """Put the cursor on the section that the reader shows."""
        for row in range(self.table.sections.rowCount()):
            if self.table.sections.row_at(row).section == section:
                self.table.selectRow(row)
                return
        self.table.clearSelection()


def _clear(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
