"""The parts of a result: its text, and beside it what was found and what it reports."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QTabBar, QVBoxLayout, QWidget

from desktop_app.services.readable import Readable
from desktop_app.ui.background import Background
from desktop_app.ui.messages import Messages
from desktop_app.ui.tokens import Space
from desktop_app.views.documents.figures_pane import FiguresPane
from desktop_app.views.documents.findings import Findings
from desktop_app.views.documents.text_pane import TextPane
from worker_core.storage import Section

# From this width on the text stands beside the rest; below, one part is shown.
SIDE_BY_SIDE_FROM: Final = 900
_FINDINGS, _TEXT, _FIGURES = range(3)


class ResultPanes(QWidget):
    """Each leads to the others: a sentence to its place, a section to its text."""

    def __init__(
        self,
        documents: Readable,
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Parts of the result")
        for title in ("Findings", "Text", "Figures"):
            self.tabs.addTab(title)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setContentsMargins(Space.S, 0, 0, 0)
        self.tabs.currentChanged.connect(self._arrange)
        self.findings = Findings()
        self.findings.place_wanted.connect(self.show_place)
        self.findings.section_wanted.connect(self._show_section)
        self.text = TextPane(documents, background)
        self.text.section_shown.connect(self.findings.select_section)
        self.figures = FiguresPane(documents, background, messages)
        beside = self._beside = QWidget()
        stacked = self._stacked = QVBoxLayout(beside)
        stacked.setContentsMargins(0, 0, 0, 0)
        stacked.setSpacing(0)
        stacked.addWidget(self.findings)
        stacked.addWidget(self.figures)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setHandleWidth(1)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.text)
        halves.addWidget(beside)
        halves.setSizes([640, 400])
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs)
        layout.addWidget(halves, 1)
        self._arrange()

    def show_place(self, start: int, end: int) -> None:
        """Lead to a passage of the text."""
        self._show_text()
        self.text.show_place(start, end)

    def show_figures(self) -> None:
        """Bring the figures to the front."""
        self.tabs.setCurrentIndex(_FIGURES)

    def _show_section(self, section: Section) -> None:
        self._show_text()
        self.text.show_section(section)

    def _show_text(self) -> None:
        if self.tabs.isTabVisible(_TEXT):
            self.tabs.setCurrentIndex(_TEXT)

    def _arrange(self) -> None:
        narrow = self.width() < SIDE_BY_SIDE_FROM
        if self.tabs.isTabVisible(_TEXT) != narrow:
            shown = self.tabs.currentIndex()
            self.tabs.setTabVisible(_TEXT, narrow)
            # Beside the text they are about what stands there.
            (self._layout if narrow else self._stacked).insertWidget(0, self.tabs)
            if shown == _TEXT and not narrow:
                self.tabs.setCurrentIndex(_FINDINGS)
        shown = self.tabs.currentIndex()
        self.text.setVisible(not narrow or shown == _TEXT)
        self._beside.setVisible(not narrow or shown != _TEXT)
        self.findings.setVisible(shown != _FIGURES)
        self.figures.setVisible(shown == _FIGURES)
        if shown == _FIGURES:
            self.figures.read()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
