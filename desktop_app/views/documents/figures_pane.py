"""What a document reports, and what was made of it: metrics and facts with where they come from."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QTabBar, QVBoxLayout, QWidget

from desktop_app.services.document_store import Figures
from desktop_app.services.readable import Readable
from desktop_app.ui import formats
from desktop_app.ui.background import Background
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.controls import Hairline, button
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.filtered_list import FilterField
from desktop_app.ui.messages import Messages
from desktop_app.ui.picker import Picker
from desktop_app.ui.tokens import Space
from desktop_app.views.documents import figure_words as said
from desktop_app.views.documents.figure_detail import FigureDetail
from desktop_app.views.documents.figure_tables import FactsTable, MetricsTable
from worker_core.operations.submit import Submission
from worker_core.storage import DocumentRecord

_PERIOD_LETTERS: Final = 22
_METRICS, _FACTS = range(2)
_NO_FACTS: Final = (
    "No values are tagged in this document",
    "Metrics come from filings with inline XBRL, from workbooks and from tables of facts.",
)
_NOT_TAKEN: Final = (
    "The values of this document were never looked for",
    "It was read by an earlier version. “Process financial reports” on the Enqueue page does it.",
)
_NO_METRICS: Final = (
    "No metrics were calculated from this document",
    "They are made from the values of all filings of its company.",
)


class FiguresPane(QWidget):
    """Reads when it is first looked at, and again when what is open has changed."""

    place_wanted = Signal(object)
    """Where a value stands; carries a ``Wanted``."""

    def __init__(
        self,
        documents: Readable,
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._documents = documents
        self._background = background
        self._messages = messages
        self._document: DocumentRecord | None = None
        self._figures: Figures | None = None
        self._stale = False
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Metrics or facts")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for title in ("Metrics", "Facts"):
            self.tabs.addTab(title)
        self.tabs.currentChanged.connect(self._arrange)
        self.periods = Picker()
        self.periods.setMinimumContentsLength(_PERIOD_LETTERS)
        self.periods.setAccessibleName("Period of the metrics")
        self.periods.activated.connect(self._show_period)
        self.field = FilterField("Find a fact", "Find a fact", 180)
        self.field.textChanged.connect(self._show_facts)
        self.metrics = MetricsTable()
        self.facts = FactsTable()
        self.field.left.connect(self.facts.setFocus)
        self.detail = FigureDetail()
        self.detail.place_wanted.connect(self.place_wanted)
        self._empty = EmptyState("documents", "")
        self._calculate = button("Calculate them", self._have_calculated, kind="primary")
        for table in (self.metrics, self.facts):
            table.clicked.connect(self._chosen)
            table.opened.connect(self._chosen)
            table.current_changed.connect(self._moved)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(Space.S, Space.XS, Space.M, Space.XS)
        head.setSpacing(Space.S)
        head.addWidget(self.tabs)
        head.addStretch(1)
        head.addWidget(self.periods)
        head.addWidget(self.field)
        parts = self._parts = QSplitter(Qt.Orientation.Vertical)
        parts.setHandleWidth(1)
        parts.setChildrenCollapsible(False)
        for part in (self.metrics, self.facts, self.detail):
            parts.addWidget(part)
        parts.setSizes([320, 320, 260])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(Hairline())
        layout.addWidget(parts, 1)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self._calculate, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(Space.M)

    # What is open

    def show_document(self, document: DocumentRecord) -> None:
        """Be about this document; it is read once it is looked at."""
        if self._document is None or document.id != self._document.id:
            self._figures = None
            self.detail.hide()
            self.field.clear()
        self._document, self._stale = document, True
        if self.isVisible():
            self.read()

    def read(self) -> None:
        """Read what is open, unless it is here already."""
        document = self._document
        if document is None or not self._stale:
            return
        self._stale = False

        def arrived(figures: Figures) -> None:
            if self._document is not None and figures.document.id == self._document.id:
                self._show(figures)

        def failed(error: Exception) -> None:
            if self._document is None or document.id != self._document.id:
                return
            self._stale = True
            message = getattr(error, "message", "") or str(error) or type(error).__name__
            self._say(f"The figures could not be read: {message}", getattr(error, "remedy", ""))

        if self._figures is None:
            self._say("Reading the figures…", "")
        self._background.run(
            self._documents.figures(document),
            "read the document's figures",
            on_success=arrived,
            on_failure=failed,
            owner=self,
        )

    def _show(self, figures: Figures) -> None:
        self._figures = figures
        own = figures.document.period
        self.periods.clear()
        for period in figures.periods:
            self.periods.addItem(said.period(period))
        ends = [period.end.isoformat() for period in figures.periods]
        if own in ends:
            self.periods.setCurrentIndex(ends.index(own))
        metrics = len(figures.periods[0].metrics) if figures.periods else 0
        self.tabs.setTabText(_METRICS, f"Metrics  {formats.count(metrics)}")
        self.tabs.setTabText(_FACTS, f"Facts  {formats.count(len(figures.facts))}")
        self._show_facts()
        self._show_period()
        self._arrange()

    def _show_period(self) -> None:
        place = self.periods.currentIndex()
        periods = self._figures.periods if self._figures else ()
        self.metrics.show_period(periods[place] if 0 <= place < len(periods) else None)
        self.detail.hide()

    def _show_facts(self) -> None:
        wanted = self.field.text().casefold().split()
        facts = self._figures.facts if self._figures else ()
        self.facts.show_facts(
            [
                (place, fact)
                for place, fact in enumerate(facts)
                if all(word in f"{fact.concept} {fact.label or ''}".casefold() for word in wanted)
            ]
        )

    # What is on show

    def _arrange(self) -> None:
        facts = self.tabs.currentIndex() == _FACTS
        figures = self._figures
        something = figures is not None and bool(figures.facts if facts else figures.periods)
        self.field.setVisible(facts and something)
        self.periods.setVisible(not facts and something)
        self._parts.setVisible(something)
        self._empty.setVisible(not something)
        self._calculate.setVisible(False)
        self.metrics.setVisible(not facts)
        self.facts.setVisible(facts)
        self.detail.hide()
        if figures is not None and not something:
            self._explain(figures, facts=facts)

    def _explain(self, figures: Figures, *, facts: bool) -> None:
        if figures.taken is None:
            self._empty.set_text(*_NOT_TAKEN)
        elif facts or not figures.facts:
            self._empty.set_text(*_NO_FACTS)
        else:
            self._empty.set_text(*_NO_METRICS)
            self._calculate.setVisible(bool(figures.document.ticker or figures.document.company))

    def _say(self, sentence: str, hint: str) -> None:
        for part in (self._parts, self._calculate, self.field, self.periods):
            part.hide()
        self._empty.set_text(sentence, hint)
        self._empty.show()

    def _chosen(self, index: AnyIndex) -> None:
        row = index.row()
        if self.tabs.currentIndex() == _FACTS:
            self.detail.show_fact(self.facts.rows.row_at(row))
        else:
            self.detail.show_metric(self.metrics.rows.row_at(row))

    def _moved(self, index: AnyIndex) -> None:
        """While the details are open, the cursor leads them."""
        if index.isValid() and not self.detail.isHidden():
            self._chosen(index)

    def _have_calculated(self) -> None:
        if self._document is None:
            return

        def handed_over(task: Submission) -> None:
            self._messages.info(
                "The metrics are being calculated.",
                task.problem or "They are here when the task has ended.",
            )

        self._calculate.hide()
        self._background.run(
            self._documents.calculate_metrics(self._document),
            "have the metrics calculated",
            on_success=handed_over,
            owner=self,
        )
