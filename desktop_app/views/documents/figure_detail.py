"""How one figure came about: all that is known of a fact, or what a metric was made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.controls import Label, button, caption
from desktop_app.ui.details import KeyValues
from desktop_app.ui.tokens import Space
from desktop_app.views.documents import figure_words as said
from desktop_app.views.documents.figure_tables import FactRow, MetricRow
from desktop_app.views.documents.quote import Quote


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value whose place is wanted. ``document_id`` is None for the document that is open."""

    document_id: int | None
    source: str
    label: str | None
    value: Decimal | None


class FigureDetail(QScrollArea):
    """Pairs, and below them the values that a metric was made of; each leads to its place."""

    place_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("How this figure came about")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._title = Label(font=fonts.strong())
        self._title.setWordWrap(True)
        self._pairs = KeyValues()
        self._finds_places = True
        self._place = button("Show its place in the text", self._show_place, icon="documents")
        self._made_of = caption("Made of")
        self._inputs = QVBoxLayout()
        self._inputs.setSpacing(Space.XS)
        self._wanted: Wanted | None = None
        body = QWidget()
        body.setProperty("role", "plain")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(Space.S)
        layout.addWidget(self._title)
        layout.addWidget(self._pairs)
        layout.addWidget(self._place, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._made_of)
        layout.addLayout(self._inputs)
        layout.addStretch(1)
        self.setWidget(body)
        self.hide()

    def offer_no_places(self) -> None:
        """Where a value stands in the text is not to be had."""
        self._finds_places = False

    def show_fact(self, row: FactRow) -> None:
        fact = row[1]
        self._begin(said.concept(fact.concept), said.fact_rows(fact))
        self._wanted = Wanted(None, fact.source, fact.label, fact.value)
        self._place.setVisible(bool(fact.source) and self._finds_places)
        self.show()

    def show_metric(self, row: MetricRow) -> None:
        metric, period = row
        self._begin(said.metric_name(metric.name), said.metric_rows(metric, period))
        self._made_of.setVisible(bool(metric.inputs))
        for one in metric.inputs:
            self._inputs.addWidget(self._quote(one))
        self.show()

    def _begin(self, title: str, pairs: list[tuple[str, str]]) -> None:
        while (item := self._inputs.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._title.setText(title)
        self._pairs.set_rows(pairs)
        self._place.hide()
        self._made_of.hide()
        self._wanted = None
        self.verticalScrollBar().setValue(0)

    def _quote(self, one: Mapping[str, Any]) -> Quote:
        documents = [int(key) for key in one.get("documents") or () if str(key).isdecimal()]
        wanted = Wanted(
            documents[0] if documents else None,
            str(one.get("source") or ""),
            said.concept(str(one.get("origin", ""))),
            said.number(one.get("value")),
        )
        quote = Quote(said.input_line(one), said.input_source(one))
        if wanted.source and self._finds_places:
            quote.clicked.connect(partial(self._emit, wanted))
        else:
            quote.setEnabled(False)
        return quote

    def _emit(self, wanted: Wanted) -> None:
        self.place_wanted.emit(wanted)

    def _show_place(self) -> None:
        if self._wanted is not None:
            self.place_wanted.emit(self._wanted)
