"""The Insights page: one symbol in all panels, companies side by side, systemic risk."""

from collections.abc import Mapping, Sequence
from functools import partial
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
from desktop_app.views.insights.acts import Act
from desktop_app.views.insights.company import CompanyPane
from desktop_app.views.insights.compare import ComparePane
from desktop_app.views.insights.controls import COMPANY, COMPARE, RISK, Controls
from desktop_app.views.insights.following import Following
from desktop_app.views.insights.risk import RiskPane
from desktop_app.views.insights.stage import Stage, is_symbol
from worker_core.operations.submit import Submission
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
        self._insights, self._commands = insights, commands
        self._background, self._messages = background, messages
        self._following = Following()
        self._known: Mapping[str, Known] = {}
        self._listed: Sequence[Known] = ()
        self._number = 0
        self._read_only = False
        self._universe: RiskUniverse | None = None
        self.symbol = ""
        self.controls = Controls()
        self.status = Label(font=fonts.sans(12), ink="running")
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
        self.status.hide()
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
        controls.act_wanted.connect(self.start)
        for each in (company, self.compare, self.stage):
            each.act_wanted.connect(self.start)
        self.stage.again_wanted.connect(self.refresh)
        company.task_wanted.connect(lambda uuid: self.navigate.emit("tasks", {"uuid": uuid}))
        self.compare.wanted.connect(self._ask_comparison)
        self.risk.wanted.connect(self._choose_universe)
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
        self.notice.setVisible(not self._insights.of_the_workers)
        # All that the tasks of before have brought is read now.
        self._soon.stop()
        self.refresh()

    def went_out_of_sight(self) -> None:
        self._soon.stop()

    def tick(self) -> None:
        """Nothing here grows old by itself."""

    def take(self, batch: Batch) -> None:
        symbols = [self.symbol, *self.compare.symbols]
        heard = self._following.take(batch.tasks, symbols)
        for ended in heard.ended:
            if ended.problem:
                self._messages.warn(f"{ended.act.title} failed.", ended.problem)
            else:
                self._messages.info(f"{ended.act.title}: done.")
        self._show_status()
        if heard.news and self._live and not self._soon.isActive():
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
        self._number += 1
        if not self._live:
            return
        self._background.run(
            self._insights.known(),
            "list what is stored",
            on_success=partial(self._take_known, self._number),
            on_failure=partial(self._explain, self._number),
            owner=self,
        )

    def _take_known(self, number: int, known: Sequence[Known]) -> None:
        if number != self._number:
            return
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
        adjusted = self.controls.adjusted.isChecked()
        self._background.run(
            self._insights.picture(self.symbol, adjusted=adjusted),
            f"read what is stored of {self.symbol}",
            on_success=partial(self._take_picture, self._number),
            on_failure=partial(self._explain, self._number),
            owner=self,
        )

    def _take_picture(self, number: int, picture: Picture) -> None:
        if number != self._number or self.tab != COMPANY:
            return
        known = self._known.get(picture.symbol)
        name = picture.name or (known.name if known else "")
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
        if self.tab != COMPARE:
            return
        self._background.run(
            self._insights.comparison(symbols, basis),
            "compare the companies",
            on_success=partial(self._take_comparison, self._number),
            on_failure=partial(self._explain, self._number),
            owner=self,
        )

    def _take_comparison(self, number: int, comparison: Comparison) -> None:
        if number == self._number and self.tab == COMPARE:
            self.controls.set_acts([])
            self.stage.show_pane(self.compare)
            self.compare.show_comparison(comparison)
            self.set_read_only(self._read_only)

    def _choose_universe(self, universe: RiskUniverse) -> None:
        self._universe = universe
        self._ask_risk()

    def _ask_risk(self) -> None:
        chosen = self._universe
        names = (None, None) if chosen is None else (chosen.universe, chosen.window)
        self._background.run(
            self._insights.risk(*names),
            "read the systemic risk",
            on_success=partial(self._take_risk, self._number),
            on_failure=partial(self._explain, self._number),
            owner=self,
        )

    def _take_risk(self, number: int, risk: Risk) -> None:
        if number != self._number or self.tab != RISK:
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

    def _explain(self, number: int, error: Exception) -> None:
        if number == self._number:
            self.controls.set_acts([])
            self.stage.show_problem(error)

    # Tasks

    def start(self, act: Act) -> None:
        """Enqueue a task, and look again once it has succeeded."""
        if self._following.is_open(act):
            self._messages.info(f"{act.title} is under way already.")
            return
        self._background.run(
            self._commands.enqueue(act.name, act.arguments),
            f"enqueue “{act.title}”",
            on_success=partial(self._started, act),
            owner=self,
        )

    def _started(self, act: Act, submission: Submission) -> None:
        self._following.begin(submission.task_id, act)
        if submission.problem:
            self._messages.warn(submission.problem)
        self._show_status()

    def _show_status(self) -> None:
        words = self._following.words
        self.status.setText(words)
        self.status.setVisible(bool(words))
