"""Two filings of one company beside each other."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QTabBar, QVBoxLayout, QWidget

from desktop_app.services.documents import Documents
from desktop_app.ui import fonts
from desktop_app.ui.background import Background
from desktop_app.ui.columns import AnyIndex
from desktop_app.ui.controls import Hairline, Label, Surface, button, heading, icon_button, muted
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.picker import Picker
from desktop_app.ui.tokens import Space
from desktop_app.views.documents import compare_words as said
from desktop_app.views.documents.compare_tables import ComparedMetrics, ComparedSections
from desktop_app.views.documents.side_by_side import SideBySide
from worker_core.storage import DocumentRecord

if TYPE_CHECKING:
    from worker_core.operations.comparison import FilingComparison

T = TypeVar("T")

_TEXT, _METRICS = range(2)
_NO_OTHER = (
    "There is no other filing of this company",
    "Drop another one, or correct the company or ticker of one that belongs to it.",
)


class CompareView(Surface):
    """Closed until a filing is to be compared. The comparison is made in the background; one that
    another choice has overtaken is let fall."""

    closed = Signal()

    def __init__(
        self, documents: Documents, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Comparison")
        self._documents = documents
        self._background = background
        self._filings: list[DocumentRecord] = []
        self._asked = 0
        self.comparison: FilingComparison | None = None
        """What is on show."""
        self.before, self.after = self._picker("Earlier filing"), self._picker("Later filing")
        self.sections = ComparedSections()
        self.sections.current_changed.connect(self._section_chosen)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Text or metrics")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.addTab("Text")
        self.tabs.addTab("Metrics")
        self.tabs.currentChanged.connect(self._show_tab)
        self.changes = SideBySide()
        self.metrics = ComparedMetrics()
        self._sum, self._tones = muted(wrap=True), Label(font=fonts.medium())
        self._notes = Label(font=fonts.sans(12), ink="warning")
        self._notes.setWordWrap(True)
        self._periods = muted(wrap=True)
        self._nothing = EmptyState("documents", "")
        self._lay_out()
        self.hide()

    def _picker(self, name: str) -> Picker:
        picker = Picker()
        picker.setAccessibleName(name)
        picker.setToolTip(name)
        picker.activated.connect(self._compare)
        return picker

    def _lay_out(self) -> None:
        title = QHBoxLayout()
        title.setContentsMargins(Space.L, Space.S, Space.S, 0)
        title.addWidget(heading("Compare two filings"), 1)
        title.addWidget(icon_button("close", "Close the comparison (Esc)", self.close_view))
        choice = QHBoxLayout()
        choice.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        choice.setSpacing(Space.S)
        choice.addWidget(self.before, 1)
        choice.addWidget(button("⇄ Swap", self._swap))
        choice.addWidget(self.after, 1)
        left = QWidget()
        told = QVBoxLayout(left)
        told.setContentsMargins(0, Space.S, 0, 0)
        told.setSpacing(Space.XS)
        words = QVBoxLayout()
        words.setContentsMargins(Space.M, 0, Space.M, 0)
        words.setSpacing(Space.XS)
        for label in (self._tones, self._sum, self._notes):
            words.addWidget(label)
        told.addLayout(words)
        told.addWidget(self.sections, 1)
        right = QWidget()
        shown = QVBoxLayout(right)
        shown.setContentsMargins(0, 0, 0, 0)
        shown.setSpacing(0)
        shown.addWidget(self.tabs)
        shown.addWidget(Hairline())
        self._periods.setContentsMargins(Space.M, Space.S, Space.M, Space.XS)
        for part in (self.changes, self._periods, self.metrics):
            shown.addWidget(part, 0 if part is self._periods else 1)
        self._halves = QSplitter(Qt.Orientation.Horizontal)
        self._halves.setHandleWidth(1)
        self._halves.setChildrenCollapsible(False)
        self._halves.addWidget(left)
        self._halves.addWidget(right)
        self._halves.setSizes([520, 550])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(title)
        layout.addLayout(choice)
        layout.addWidget(Hairline())
        layout.addWidget(self._halves, 1)
        layout.addWidget(self._nothing, 1)
        self._show_tab()

    # What is compared

    def open(self, document: DocumentRecord) -> None:
        """Compare a filing with the one before it of its company."""
        self.comparison = None
        self._filings = []
        self._say("Looking for other filings of this company…", "")
        self.show()

        def found(others: tuple[DocumentRecord, ...]) -> None:
            if not others:
                self._say(*_NO_OTHER)
                return
            self._choose(document, others)

        self._run(self._documents.comparable(document.id), "find filings to compare with", found)

    def _choose(self, document: DocumentRecord, others: tuple[DocumentRecord, ...]) -> None:
        self._filings = sorted([document, *others], key=_when)
        for picker in (self.before, self.after):
            picker.clear()
            for filing in self._filings:
                picker.addItem(said.filing(filing))
        place = self._filings.index(document)
        # Best against one of its own kind: the year before, not the quarter between.
        alike = [
            at
            for at, one in enumerate(self._filings)
            if at != place and one.document_type == document.document_type
        ] or [at for at in range(len(self._filings)) if at != place]
        other = max((at for at in alike if at < place), default=min(alike))
        self.before.setCurrentIndex(min(place, other))
        self.after.setCurrentIndex(max(place, other))
        self._compare()

    def _swap(self) -> None:
        before = self.before.currentIndex()
        self.before.setCurrentIndex(self.after.currentIndex())
        self.after.setCurrentIndex(before)
        self._compare()

    def _compare(self) -> None:
        places = self.before.currentIndex(), self.after.currentIndex()
        if min(places) < 0:
            return
        if places[0] == places[1]:
            self._say("This is one and the same filing", "Choose another one on either side.")
            return
        self._say("Comparing…", "Large filings take a few seconds.")
        before, after = (self._filings[place].id for place in places)
        self._run(self._documents.compare(before, after), "compare the filings", self._show)

    def _run(self, asking: Coroutine[Any, Any, T], what: str, then: Callable[[T], object]) -> None:
        self._asked += 1
        asked = self._asked

        def answered(answer: T) -> None:
            if asked == self._asked:
                then(answer)

        def failed(error: Exception) -> None:
            if asked == self._asked:
                message = getattr(error, "message", "") or str(error) or type(error).__name__
                self._say(f"Could not {what}: {message}", getattr(error, "remedy", ""))

        self._background.run(asking, what, on_success=answered, on_failure=failed, owner=self)

    def _show(self, comparison: "FilingComparison") -> None:
        self.comparison = comparison
        self._tones.setText(said.tones(comparison))
        self._sum.setText(said.summed_up(comparison))
        self._notes.setText(" ".join(comparison.notes))
        self._notes.setVisible(bool(comparison.notes))
        self._periods.setText(said.periods(comparison))
        self.sections.show_comparison(comparison)
        self.metrics.show_comparison(comparison)
        self._nothing.hide()
        self._halves.show()
        most = [one.added + one.removed for one in comparison.sections]
        self.sections.selectRow(most.index(max(most)) if most else 0)
        if not comparison.sections:
            self.changes.show_change(None, "Neither filing has text.")
        self.sections.setFocus()

    def _section_chosen(self, index: AnyIndex) -> None:
        if not index.isValid() or self.comparison is None:
            return
        change = self.sections.rows.row_at(index.row())[1]
        self.changes.show_change(change, "Nothing in this section has changed.")

    def _show_tab(self) -> None:
        metrics = self.tabs.currentIndex() == _METRICS
        self.changes.setVisible(not metrics)
        self.metrics.setVisible(metrics)
        self._periods.setVisible(metrics)

    def _say(self, sentence: str, hint: str) -> None:
        self._nothing.set_text(sentence, hint)
        self._halves.hide()
        self._nothing.show()

    def close_view(self) -> None:
        if not self.isHidden():
            self._asked += 1
            self.comparison = None
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_view()
        else:
            super().keyPressEvent(event)


def _when(record: DocumentRecord) -> tuple[str, int]:
    """Orders filings in time."""
    filed = record.filing_date.isoformat() if record.filing_date else ""
    return record.period or filed, record.id
