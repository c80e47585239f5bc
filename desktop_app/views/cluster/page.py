"""The local processes, side by side, with their logs below."""

import time
from collections.abc import Coroutine
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.ui import formats
from desktop_app.ui.background import Background
from desktop_app.ui.card_grid import CardGrid
from desktop_app.ui.controls import Label, button
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.messages import Messages
from desktop_app.ui.panes import Panes
from desktop_app.ui.title_row import TitleRow
from desktop_app.ui.tokens import Space
from desktop_app.views.cluster.log_pane import LogPane
from desktop_app.views.cluster.member import CARD_WIDTH, MemberCard
from desktop_app.views.cluster.processes import UP, Processes, Verb, noun
from worker_core.operations.cluster import MemberStatus

POLL_MS = 1000
_LOG_SHOWN_FIRST = "worker"


class ClusterPage(QWidget):
    """Starts, stops and watches this computer's broker, workers and scheduler.

    Polls once a second between :meth:`shown` and :meth:`hidden`, never twice at a time.
    """

    def __init__(
        self,
        cluster: Processes,
        background: Background,
        messages: Messages,
        parent: QWidget | None = None,
        *,
        poll_ms: int = POLL_MS,
    ) -> None:
        super().__init__(parent)
        self._cluster = cluster
        self._background = background
        self._messages = messages
        self._cards: dict[str, MemberCard] = {}
        self._logs: dict[str, LogPane] = {}
        self._asking = False
        self._all_under_way = False
        self._summary = Label("Looking for the local processes…", ink="text_muted")
        self._problem = Label("", ink="danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._start_all = button("Start all", self._start_everything, kind="primary", icon="play")
        self._stop_all = button(
            "Stop all",
            self._stop_everything,
            icon="stop",
            tip="Stops the workers and the scheduler, then the broker. Running tasks are "
            "finished first.",
        )
        self._members = CardGrid(CARD_WIDTH)
        self._panes = Panes()
        self._no_log = EmptyState(
            "terminal", "No log is open", "Open one with the button at the right of its process."
        )
        self._timer = QTimer(self, interval=poll_ms)
        self._timer.timeout.connect(self._poll)
        self._lay_out()
        self._update_totals()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.M)
        layout.addWidget(TitleRow("Local cluster", self._summary, self._start_all, self._stop_all))
        layout.addWidget(self._problem)
        layout.addWidget(self._members)
        layout.addWidget(self._panes, 1)
        layout.addWidget(self._no_log, 1)

    def shown(self) -> None:
        if not self._timer.isActive():
            self._timer.start()
            # The first look is taken from the loop, which may not run yet.
            QTimer.singleShot(0, self, self._poll)

    def hidden(self) -> None:
        self._timer.stop()

    def search(self) -> None:
        """Puts the cursor into the filter of the first log that is open."""
        for name, pane in self._logs.items():
            if self._cards[name].log_shown:
                pane.focus_filter()
                return

    # Looking

    def _poll(self) -> None:
        for name, card in self._cards.items():
            if card.log_shown:
                self._logs[name].read()
        if self._asking:
            return
        self._asking = True
        self._background.run(
            self._cluster.status(),
            "look at the local processes",
            on_success=self._show,
            on_failure=self._not_seen,
            on_end=self._asked,
            owner=self,
        )

    def _asked(self) -> None:
        self._asking = False

    def _not_seen(self, error: Exception) -> None:
        self._problem.setText(f"The local processes cannot be looked at: {error}")
        self._problem.show()

    def _show(self, statuses: list[MemberStatus]) -> None:
        self._problem.hide()
        now = time.time()
        for status in statuses:
            card = self._cards.get(status.name) or self._new_member(status)
            card.show_status(status, now)
        for gone in self._cards.keys() - {status.name for status in statuses}:
            self._remove(gone)
        self._update_totals()

    def _new_member(self, status: MemberStatus) -> MemberCard:
        card = self._cards[status.name] = MemberCard(status)
        card.asked.connect(self._command)
        card.log_toggled.connect(self._toggle_log)
        self._members.add(card)
        pane = self._logs[status.name] = LogPane(
            status, self._cluster, self._background, self._messages
        )
        pane.hide()
        self._panes.addWidget(pane)
        if status.name == _LOG_SHOWN_FIRST:
            card.show_log(shown=True)
        return card

    def _remove(self, name: str) -> None:
        self._members.remove(self._cards[name])
        for widget in (self._cards.pop(name), self._logs.pop(name)):
            widget.hide()
            widget.deleteLater()

    def _toggle_log(self, name: str, shown: bool) -> None:
        pane = self._logs[name]
        pane.setVisible(shown)
        self._panes.share_evenly()
        self._update_totals()
        if shown and self._timer.isActive():
            pane.read()

    def _update_totals(self) -> None:
        cards = self._cards.values()
        shown = any(card.log_shown for card in cards)
        self._panes.setVisible(shown)
        self._no_log.setVisible(bool(cards) and not shown)
        up = [card for card in cards if card.status.state in UP]
        self._start_all.setEnabled(len(up) < len(cards) and not self._all_under_way)
        self._stop_all.setEnabled(bool(up) and not self._all_under_way)
        if cards:
            memory = sum(card.status.memory_bytes or 0 for card in cards)
            words = f"{len(up)} of {len(cards)} running" if up else "Nothing runs"
            self._summary.setText(f"{words} · {formats.size(memory)}" if memory else words)

    # Doing

    def _command(self, name: str, verb: Verb) -> None:
        card = self._cards[name]
        do = {
            "start": self._cluster.start,
            "stop": self._cluster.stop,
            "restart": self._cluster.restart,
        }[verb]
        card.set_under_way(verb)
        self._background.run(
            do(name), f"{verb} {noun(card.title)}", on_end=partial(self._done, [name]), owner=self
        )

    def _start_everything(self) -> None:
        waiting = [name for name, card in self._cards.items() if card.status.state not in UP]
        self._all("start", waiting, self._cluster.start_all())

    def _stop_everything(self) -> None:
        up = [name for name, card in self._cards.items() if card.status.state in UP]
        self._all("stop", up, self._cluster.stop_all())

    def _all(self, verb: Verb, names: list[str], operation: Coroutine[Any, Any, None]) -> None:
        for name in names:
            self._cards[name].set_under_way(verb)
        self._all_under_way = True
        self._update_totals()
        self._background.run(
            operation,
            f"{verb} the local processes",
            on_end=partial(self._all_done, names),
            owner=self,
        )

    def _all_done(self, names: list[str]) -> None:
        self._all_under_way = False
        self._done(names)

    def _done(self, names: list[str]) -> None:
        for name in names:
            if name in self._cards:
                self._cards[name].set_under_way(None)
        self._update_totals()
        if self._timer.isActive():
            self._poll()
