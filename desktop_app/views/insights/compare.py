"""Companies side by side: metrics, sentiment over time, and whether that differs."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.services.insights import Comparison, Known
from desktop_app.ui import fonts
from desktop_app.ui.controls import Label, Surface, button, caption, icon_button
from desktop_app.ui.export import Exporter
from desktop_app.ui.picker import Picker
from desktop_app.ui.search_field import SearchField
from desktop_app.ui.timechart import Curve, Rules, Sessions, Span, TimeChart
from desktop_app.ui.tokens import Space
from desktop_app.views.insights import acts, wording
from desktop_app.views.insights.act_button import ActButtons
from desktop_app.views.insights.compare_tables import MOST, MetricsTable, PairsTable
from desktop_app.views.insights.drawn import days
from worker_core.storage import Basis, ToneComparison

_BASES: Final[tuple[tuple[str, Basis], ...]] = (("By year", "annual"), ("By quarter", "quarter"))


class Chips(QWidget):
    """The companies that are compared, each with its colour and a way to take it out."""

    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.symbols: list[str] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(Space.XS)

    def show_symbols(self, symbols: Sequence[str]) -> None:
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.symbols = list(symbols)
        for place, symbol in enumerate(symbols):
            chip = Surface()
            row = QHBoxLayout(chip)
            row.setContentsMargins(Space.S, 0, 0, 0)
            row.setSpacing(Space.XS)
            # In the colour of its line.
            row.addWidget(Label("●", font=fonts.sans(11), ink=f"series:{place}"))
            row.addWidget(Label(symbol, font=fonts.medium(12)))
            row.addWidget(icon_button("close", f"Take {symbol} out", self._take_out(symbol)))
            self._layout.addWidget(chip)

    def _take_out(self, symbol: str) -> Callable[[], None]:
        return lambda: self.removed.emit(symbol)


class ComparePane(QWidget):
    """``wanted`` asks for a comparison of these symbols on this basis."""

    wanted = Signal(list, str)
    act_wanted = Signal(object)

    def __init__(self, exporter: Exporter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.symbols: list[str] = []
        self._known: frozenset[str] = frozenset()
        self.field = SearchField("Company to compare", {}, "Add a company or symbol")
        self.add = button("Add", self._add)
        self.basis = Picker()
        self.chips = Chips()
        self.said = Label(ink="text_muted", font=fonts.sans(12))
        self.metrics, self.pairs = MetricsTable(), PairsTable()
        self.span = Span(self)
        self.tone = TimeChart("Sentiment, moving average", self.span, wording.tone)
        exporter.attach(self.tone)
        self.missing = Label(ink="text_muted", font=fonts.sans(12))
        self.acts = ActButtons()
        self._arrange()
        self.field.returnPressed.connect(self._add)
        self.basis.currentIndexChanged.connect(lambda _: self.ask())
        self.chips.removed.connect(self._remove)
        self.acts.wanted.connect(self.act_wanted)

    def _arrange(self) -> None:
        self.basis.setAccessibleName("Periods of the metrics")
        for words, basis in _BASES:
            self.basis.addItem(words, basis)
        for label in (self.missing, self.said):
            label.setWordWrap(True)
        self.field.setFixedWidth(240)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        for widget in (self.field, self.add, self.chips):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.basis)
        left = Surface()
        inside = QVBoxLayout(left)
        inside.setContentsMargins(1, Space.S, 1, 1)
        title = caption("Metrics, the latest of each")
        title.setContentsMargins(Space.M, 0, Space.M, 0)
        inside.addWidget(title)
        inside.addWidget(self.metrics, 1)
        right = QVBoxLayout()
        right.setSpacing(Space.S)
        right.addWidget(self.tone, 3)
        pairs = Surface()
        inner = QVBoxLayout(pairs)
        inner.setContentsMargins(1, Space.S, 1, Space.S)
        heading = caption("Do their documents differ in tone?")
        for label in (heading, self.missing):
            label.setContentsMargins(Space.M, 0, Space.M, 0)
        inner.addWidget(heading)
        inner.addWidget(self.pairs, 1)
        inner.addWidget(self.missing)
        inner.addStretch()
        right.addWidget(pairs, 2)
        right.addWidget(self.acts)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(left, 5)
        row.addLayout(right, 5)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addLayout(head)
        layout.addWidget(self.said)
        layout.addLayout(row, 1)
        self.setFocusProxy(self.field)
        self._say()

    # Which companies

    def offer(self, known: Sequence[Known]) -> None:
        """Complete from these."""
        self._known = frozenset(one.symbol for one in known)
        self.field.set_choices({one.symbol: shown(one) for one in known})

    def begin_with(self, symbol: str) -> None:
        """Where nothing is compared yet, this is the first."""
        if not self.symbols:
            self._take([symbol])

    def _add(self) -> None:
        symbol = (
            self.field.value().upper()
            if self.field.value() not in self._known
            else (self.field.value())
        )
        if not symbol:
            return
        if symbol not in self._known:
            self._tell(f"Nothing is stored of {symbol}. Choose one of the list.")
        elif len(self.symbols) == MOST:
            self._tell(f"{MOST} can be compared at once. Take one out first.")
        elif symbol not in self.symbols:
            self.field.clear()
            self._take([*self.symbols, symbol])

    def _remove(self, symbol: str) -> None:
        self._take([one for one in self.symbols if one != symbol])

    def _take(self, symbols: list[str]) -> None:
        self.symbols = symbols
        self.chips.show_symbols(symbols)
        self._say()
        self.acts.offer([acts.compare_tone(symbols)] if len(symbols) > 1 else [])
        self.ask()

    def _say(self) -> None:
        few = len(self.symbols) < 2
        self._tell("Add a second company to compare them." if few else "")

    def _tell(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def ask(self) -> None:
        """Ask anew for what is shown."""
        self.wanted.emit(self.symbols, self.basis.currentData())

    # What is shown

    def show_comparison(self, comparison: Comparison) -> None:
        if [one.symbol for one in comparison.companies] != self.symbols:
            return
        self.metrics.show_comparison(comparison)
        self._show_tone(comparison)
        self._show_pairs(comparison.tone)

    def _show_tone(self, comparison: Comparison) -> None:
        with_days = [one for one in comparison.companies if one.tone_days]
        every = sorted({day.day for one in with_days for day in one.tone_days})
        sessions = Sessions(days([]))
        if every:
            ends = sessions.places(days([every[0], every[-1]]))
            self.span.set_sessions(sessions, float(ends[0]), float(ends[1]))
        layers = [
            Curve(
                one.symbol,
                days([day.day for day in one.tone_days]),
                np.array([day.ewma for day in one.tone_days]),
                f"series:{self.symbols.index(one.symbol)}",
                width=2,
            )
            for one in with_days
        ]
        empty = "None of them has a sentiment series. “Update sentiment” on its page makes one."
        rules = [Rules([], [], "border", zero=True)] if layers else []
        self.tone.show_layers([*rules, *layers], empty=empty)

    def _show_pairs(self, tone: ToneComparison | None) -> None:
        chosen = set(self.symbols)
        pairs = [
            pair
            for pair in (tone.differences if tone else ())
            if {pair["first"], pair["second"]} <= chosen
        ]
        self.pairs.setVisible(bool(pairs))
        self.pairs.rows.show(pairs)
        self.missing.setText(self._lacking(tone, compared=bool(pairs)))

    def _lacking(self, tone: ToneComparison | None, *, compared: bool) -> str:
        if len(self.symbols) < 2:
            return ""
        if tone is None:
            return "They were not compared together yet. “Compare sentiment” does that."
        when = wording.day(tone.created_at.date())
        since = wording.day(tone.since)
        said = [f"As of {when}, documents since {since}; p corrected (Benjamini-Hochberg)."]
        if not compared:
            said = [f"Compared on {when}: there was too little."]
        return " ".join([*said, *tone.missing])


def shown(one: Known) -> str:
    """What a company is called in a list."""
    return f"{one.symbol} · {one.name}" if one.name else one.symbol
