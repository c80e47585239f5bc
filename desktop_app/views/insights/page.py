"""The Insights page: one symbol in all panels, companies side by side, systemic risk."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.monitor.rows import Batch
from desktop_app.qt_models.bridge import Bridge
from desktop_app.qt_models.live_page import LivePage
from desktop_app.services.commands import Commands
from desktop_app.services.insights import Comparison, Insights, Known, Picture, Risk
from desktop_app.ui import fonts
from desktop_app.ui.background import Background
from desktop_app.ui.controls import Label
from desktop_app.ui.export import Exporter
from desktop_app.ui.messages import Messages
from desktop_app.ui.one_at_a_time import READ_ONLY
from desktop_app.ui.tokens import Space
from desktop_app.views.insights import acts, wording
from desktop_app.views.insights.company import CompanyPane
from desktop_app.views.insights.compare import ComparePane
from desktop_app.views.insights.controls import COMPANY, COMPARE, RISK, Controls
from desktop_app.views.insights.reader import Reader
from desktop_app.views.insights.risk import RiskPane
from desktop_app.views.insights.stage import Stage, is_symbol
from desktop_app.views.insights.tasks import Tasks
from worker_core.storage import RiskUniverse

SOON_MS: Final = 400
"""From a task that succeeded to a look at the store: several end together."""
_ELSEWHERE: Final = (
    "This is what is stored on this computer. The workers of this connection keep their results "
    "in a database whose address the Connections page does not have yet."
)


class InsightsPage(LivePage):
    """Reads the store when it comes into sight, when something else is asked for, and when a task
    that brings something new has succeeded."""

    navigate = Signal(str, object)

    def __init__(
        self,
        bridge: Bridge,
        insights: Insights,
        commands: Commands,
        background: Background,
        messages: Messages,
        exporter: Exporter,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(bridge, parent)
        self.reader = Reader(insights, background, self)
        self.tasks = Tasks(commands, background, messages, self)
        self.status = self.tasks.status
        self._known: Mapping[str, Known] = {}
        self._listed: Sequence[Known] = ()
        self._read_only = False
        self._universe: RiskUniverse | None = None
        self.symbol = ""
        self.controls = Controls()
        self.notice = Label(_ELSEWHERE, font=fonts.sans(12), ink="warning")
        self.company = CompanyPane(exporter)
        self.compare = ComparePane(exporter)
        self.risk = RiskPane(exporter)
        self.stage = Stage(self.company, self.compare, self.risk)
        self._soon = QTimer(self, interval=SOON_MS, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        self._arrange()
        self._join()

    def _arrange(self) -> None:
        self.notice.setWordWrap(True)
        self.notice.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(Space.S)
        layout.addWidget(self.controls)
        layout.addWidget(self.notice)
        layout.addWidget(self.status)
        layout.addWidget(self.stage, 1)
        self.setFocusProxy(self.company)

    def _join(self) -> None:
        controls, company = self.controls, self.company
        controls.tabs.currentChanged.connect(self._choose_tab)
        controls.symbol_chosen.connect(self.show_symbol)
        controls.period_chosen.connect(self._show_last)
        controls.adjusted_chosen.connect(lambda _: self.refresh())
        controls.log_chosen.connect(company.set_log)
        for each in (controls, company, self.compare, self.stage):
            each.act_wanted.connect(self.tasks.start)
        self.stage.again_wanted.connect(self.refresh)
        company.task_wanted.connect(lambda uuid: self.navigate.emit("tasks", {"uuid": uuid}))
        self.compare.wanted.connect(self._ask_comparison)
        self.risk.wanted.connect(self._choose_universe)
        reader = self.reader
        reader.known.connect(self._take_known)
        reader.picture.connect(self._take_picture)
        reader.comparison.connect(self._take_comparison)
        reader.risk.connect(self._take_risk)
        reader.failed.connect(self._explain)
        controls.show_tab(COMPANY)

    # What the window calls

    def open(self, detail: object) -> None:
        """Show what a mapping names: ``symbol``, or ``tab``: ``compare`` or ``risk``."""
        if isinstance(detail, Mapping):
            if symbol := detail.get("symbol"):
                self.controls.tabs.setCurrentIndex(COMPANY)
                self.show_symbol(str(symbol))
            tab = {"compare": COMPARE, "risk": RISK}.get(str(detail.get("tab")))
            if tab is not None:
                self.controls.tabs.setCurrentIndex(tab)

    def search(self) -> None:
        field = self.compare.field if self.tab == COMPARE else self.controls.field
        if self.tab != RISK:
            field.setFocus()
            field.selectAll()

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        why = READ_ONLY if read_only else ""
        self.controls.hinder(why)
        self.company.side.missing.hinder(why)
        self.compare.acts.hinder(why)
        self.stage.hinder(why)

    def came_into_sight(self) -> None:
        self.notice.setVisible(not self.reader.of_the_workers)
        # All that the tasks of before have brought is read now.
        self._soon.stop()
        self.refresh()

    def went_out_of_sight(self) -> None:
        self._soon.stop()

    def tick(self) -> None:
        """Nothing here grows old by itself."""

    def take(self, batch: Batch) -> None:
        symbols = [self.symbol, *self.compare.symbols]
        news = self.tasks.take(batch.tasks, symbols)
        if news and self._live and not self._soon.isActive():
            self._soon.start()

    # What is asked of the store

    @property
    def tab(self) -> int:
        return self.controls.tabs.currentIndex()

    def _choose_tab(self, tab: int) -> None:
        self.controls.show_tab(tab)
        self.refresh()

    def _show_last(self, sessions: int | None) -> None:
        (self.risk if self.tab == RISK else self.company).show_last(sessions)

    def show_symbol(self, symbol: str) -> None:
        """Let this symbol drive all panels."""
        self.symbol = symbol.strip()
        self.refresh()

    def refresh(self) -> None:
        """Read anew what is shown; an answer to an earlier question is not shown any more."""
        self.reader.begin()
        if self._live:
            self.reader.ask_known()

    def _take_known(self, known: Sequence[Known]) -> None:
        if known != self._listed:  # thousands of symbols take time to be offered
            self._listed = known
            self._known = {one.symbol: one for one in known}
            self.controls.offer(known)
            self.compare.offer(known)
        if not self.symbol:
            first = next((one for one in known if one.prices), next(iter(known), None))
            self.symbol = first.symbol if first else ""
        if self.symbol not in self._known:
            self.symbol = self.symbol.upper()
        if self.tab == RISK:
            self._ask_risk()
        elif not self.symbol:
            self.controls.set_acts([])
            self.stage.show_nothing_stored()
        elif self.tab == COMPARE:
            if self.compare.symbols:
                self.compare.ask()
            else:
                self.compare.begin_with(self.symbol)
        else:
            self.controls.field.set_value(self.symbol)
            if self.symbol in self._known or is_symbol(self.symbol):
                self._ask_picture()
            else:
                self._show_unknown(self.symbol)

    def _ask_picture(self) -> None:
        self.reader.ask_picture(self.symbol, adjusted=self.controls.adjusted.isChecked())

    def _take_picture(self, picture: Picture) -> None:
        if self.tab != COMPANY:
            return
        known = self._known.get(picture.symbol)
        # A name that is known stands in the field already.
        name = "" if known and known.name else picture.name or ""
        self.controls.about.setText(wording.about(picture, name))
        if picture.empty:
            self._show_unknown(picture.symbol)
            return
        symbol = picture.symbol
        has_prices = bool(len(picture.prices))
        offered = [acts.update_prices(symbol)]
        offered += [acts.forecast(symbol), acts.find_anomalies(symbol)] if has_prices else []
        self.controls.set_acts(offered)
        self.stage.show_pane(self.company)
        self.company.show_picture(picture)
        self.set_read_only(self._read_only)

    def _ask_comparison(self, symbols: list[str], basis: Any) -> None:
        if self.tab == COMPARE:
            self.reader.ask_comparison(symbols, basis)

    def _take_comparison(self, comparison: Comparison) -> None:
        if self.tab == COMPARE:
            self.controls.set_acts([])
            self.stage.show_pane(self.compare)
            self.compare.show_comparison(comparison)
            self.set_read_only(self._read_only)

    def _choose_universe(self, universe: RiskUniverse) -> None:
        self._universe = universe
        self._ask_risk()

    def _ask_risk(self) -> None:
        self.reader.ask_risk(self._universe)

    def _take_risk(self, risk: Risk) -> None:
        if self.tab != RISK:
            return
        if not risk.measures:
            self.controls.set_acts([])
            self.stage.show_no_risk()
            return
        self.controls.set_acts([acts.measure_risk()])
        self.stage.show_pane(self.risk)
        self.risk.show_risk(risk)

    def _show_unknown(self, symbol: str) -> None:
        self.controls.set_acts([])
        self.stage.show_unknown(symbol)

    def _explain(self, error: Exception) -> None:
        self.controls.set_acts([])
        self.stage.show_problem(error)
