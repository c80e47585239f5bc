"""The rows above: which symbol, how far back, how the prices are shown, and what can be done."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from desktop_app.services.insights import Known
from desktop_app.ui import fonts
from desktop_app.ui.controls import Label, button
from desktop_app.ui.search_field import SearchField
from desktop_app.ui.tokens import Space
from desktop_app.views.insights.act_button import hinder
from desktop_app.views.insights.acts import Act
from desktop_app.views.insights.company import PERIODS
from desktop_app.views.insights.compare import shown

TABS = ("Company", "Compare", "Systemic risk")
COMPANY, COMPARE, RISK = range(3)


class Controls(QWidget):
    symbol_chosen = Signal(str)
    period_chosen = Signal(object)
    """Sessions, or None for all."""
    adjusted_chosen = Signal(bool)
    log_chosen = Signal(bool)
    act_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("What is looked at")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for words in TABS:
            self.tabs.addTab(words)
        self.field = SearchField("Symbol", {}, "Symbol or company   /")
        self.field.setMinimumWidth(190)
        self.field.setMaximumWidth(340)
        self.periods = QButtonGroup(self)
        self.adjusted = _toggle("Adjusted", "For splits and dividends; else as traded", on=True)
        self.log = _toggle("Log", "Equal ratios are equally high", on=False)
        self._acts: list[tuple[Act, QPushButton]] = []
        self._hindrance = ""
        self._of_company: list[QWidget] = [self.field]
        self._of_days: list[QWidget] = []
        self.about = Label(font=fonts.sans(12), ink="text_muted", elide=Qt.TextElideMode.ElideRight)
        self._row = QHBoxLayout()
        self._row.setSpacing(Space.S)
        self._row.addWidget(self.tabs)
        self._row.addStretch(1)
        self._below = QHBoxLayout()
        self._below.setSpacing(Space.XS)
        self._below.addWidget(self.field, 2)
        self._below.addSpacing(Space.XS)
        for words, sessions in (*PERIODS, ("All", 0)):
            self._add_period(words, sessions)
        for toggle in (self.adjusted, self.log):
            self._below.addWidget(toggle)
            self._of_company.append(toggle)
        self._below.addSpacing(Space.S)
        self._below.addWidget(self.about, 3)
        self._below.addStretch()
        self._of_company.append(self.about)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addLayout(self._row)
        layout.addLayout(self._below)
        self._join()

    def _add_period(self, words: str, sessions: int) -> None:
        made = button(words, lambda: self.period_chosen.emit(sessions or None), kind="quiet")
        made.setAccessibleName(f"Show {words}" if sessions else "Show all")
        made.setFixedWidth(42)
        self.periods.addButton(made, sessions)
        self._below.addWidget(made)
        self._of_days.append(made)

    def _join(self) -> None:
        self.field.returnPressed.connect(self._choose)
        completer = self.field.completer()
        if completer is not None:
            completer.activated.connect(lambda _: self._choose())
        self.adjusted.toggled.connect(self.adjusted_chosen)
        self.log.toggled.connect(self.log_chosen)

    def _choose(self) -> None:
        if symbol := self.field.value():
            self.symbol_chosen.emit(symbol)

    def offer(self, known: Sequence[Known]) -> None:
        self.field.set_choices({one.symbol: shown(one) for one in known})

    def show_tab(self, place: int) -> None:
        """What is of one company is there with that alone, the periods with all that has one
        axis of days."""
        for widget in self._of_company:
            widget.setVisible(place == COMPANY)
        for widget in self._of_days:
            widget.setVisible(place in {COMPANY, RISK})

    def set_acts(self, acts: Sequence[Act]) -> None:
        """What can be done with what is shown."""
        if [act for act, _ in self._acts] == list(acts):
            return
        for _, made in self._acts:
            self._row.removeWidget(made)
            made.hide()
            made.deleteLater()
        self._acts = []
        for act in acts:
            made = button(act.words, lambda act=act: self.act_wanted.emit(act))  # type: ignore[misc]
            self._row.addWidget(made)
            self._acts.append((act, made))
        self.hinder(self._hindrance)

    @property
    def act_buttons(self) -> dict[str, QPushButton]:
        """By what stands on them."""
        return {act.words: made for act, made in self._acts}

    def hinder(self, why: str) -> None:
        self._hindrance = why
        for act, made in self._acts:
            hinder(made, act, why)


def _toggle(words: str, tip: str, *, on: bool) -> QPushButton:
    made = button(words, tip=tip)
    made.setCheckable(True)
    made.setChecked(on)
    return made
