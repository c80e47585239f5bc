"""One worker: what it runs, holds and knows, in tabs."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QTabWidget, QVBoxLayout, QWidget

from desktop_app.qt_models.fleet_table import FleetRow
from desktop_app.qt_models.words import clean
from desktop_app.ui import fonts, formats
from desktop_app.ui.controls import Label, Surface, button, icon_button
from desktop_app.ui.pills import Pill
from desktop_app.ui.tokens import Space
from desktop_app.views.workers import lists
from desktop_app.views.workers.listing import Listing
from worker_core.operations.worker_survey import Details, Glance

_SEARCH_WIDTH = 180


class Panel(Surface):
    """Fed with glances, which come often, and details, which come when they are asked for."""

    navigate = Signal(str, object)
    refresh_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The worker")
        self._node = ""
        self._parts: dict[str, Any] = {}
        self._problems: dict[str, str] = {}
        self._name = Label("", font=fonts.strong(15), elide=Qt.TextElideMode.ElideMiddle)
        self._facts = Label(
            "", font=fonts.sans(12), ink="text_muted", elide=Qt.TextElideMode.ElideRight
        )
        self._pill = Pill("offline")
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Search in this list")
        self.filter.setAccessibleName("Search in this list")
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(_SEARCH_WIDTH)
        self.filter.textChanged.connect(self._search)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("What the worker tells")
        self.tabs.setDocumentMode(True)
        self.listings: dict[str, Listing] = {}
        for kept in lists.KEPT:
            listing = Listing(kept, self._follow_task)
            self.listings[kept.part] = listing
            self.tabs.addTab(listing, kept.title)
        self.tabs.currentChanged.connect(self._search)
        self._lay_out()

    def _lay_out(self) -> None:
        follow: Callable[[], object] = self._follow_worker
        head = QHBoxLayout()
        head.setContentsMargins(Space.L, Space.S, Space.S, Space.XS)
        head.setSpacing(Space.S)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._facts)
        head.addWidget(self._pill)
        head.addLayout(words, 1)
        head.addWidget(self.filter)
        head.addWidget(button("Its tasks", follow, icon="tasks"))
        head.addWidget(icon_button("retry", "Ask the worker again", self.refresh_wanted.emit))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.tabs, 1)

    @property
    def node(self) -> str:
        """The worker that is shown, or empty."""
        return self._node

    @property
    def queue(self) -> str:
        """The queue with the cursor, where the queues are in front."""
        listing = self.listings["active_queues"]
        at = listing.table.current_row()
        if self.tabs.currentWidget() is not listing or not 0 <= at < listing.model.rowCount():
            return ""
        return str(listing.model.row_at(at).name)

    @property
    def task(self) -> str:
        """The task with the cursor, where the registered ones are in front."""
        listing = self.listings["registered"]
        at = listing.table.current_row()
        if self.tabs.currentWidget() is not listing or not 0 <= at < listing.model.rowCount():
            return ""
        return str(listing.model.row_at(at).name)

    @property
    def known_tasks(self) -> list[str]:
        return [task.name for task in self._parts.get("registered") or ()]

    def show_worker(self, row: FleetRow) -> None:
        """Show this worker's head, and begin anew where it is another."""
        if row.name != self._node:
            self._node = row.name
            self._parts, self._problems = {}, {}
            for listing in self.listings.values():
                listing.lack("Asking the worker…")
            self._title()
        self._name.setText(clean(row.name))
        self._pill.set_state(row.state)
        self._facts.setText(_facts(row, time.time()))
        if row.state == "offline":
            self._lack_all("It has left, so that it tells nothing any more.")

    def show_glance(self, glance: Glance) -> None:
        """What was seen of the worker in passing is newer than its details."""
        seen: Mapping[str, Any] = {
            "stats": glance.stats,
            "active": glance.active,
            "reserved": glance.reserved,
            "active_queues": glance.queues,
        }
        self._take({part: told for part, told in seen.items() if told is not None}, {})

    def show_details(self, details: Details) -> None:
        if details.node == self._node:
            self._take(details.parts, details.problems)

    def fail(self, problem: str) -> None:
        """The worker could not be asked."""
        self._take({}, dict.fromkeys(self.listings, problem))

    def tick(self) -> None:
        """A second has passed."""
        listing = self.tabs.currentWidget()
        if isinstance(listing, Listing):
            listing.tick()

    def _take(self, parts: Mapping[str, Any], problems: Mapping[str, str]) -> None:
        self._parts.update(parts)
        for part, listing in self.listings.items():
            if part in parts:
                listing.fill(lists.rows(part, parts[part], self._parts))
            elif part in problems and part not in self._parts:
                listing.lack(problems[part])
        self._title()

    def _lack_all(self, why: str) -> None:
        self._parts = {}
        for listing in self.listings.values():
            listing.lack(why)
        self._title()

    def _title(self) -> None:
        for place, listing in enumerate(self.listings.values()):
            self.tabs.setTabText(place, listing.title)

    def _search(self) -> None:
        listing = self.tabs.currentWidget()
        for each in self.listings.values():
            each.search(self.filter.text() if each is listing else "")

    def _follow_task(self, task_id: str) -> None:
        self.navigate.emit("tasks", {"uuid": task_id})

    def _follow_worker(self) -> None:
        self.navigate.emit("tasks", {"worker": self._node})


def _facts(row: FleetRow, now: float) -> str:
    stats = row.glance.stats if row.glance else None
    heard = row.worker.last_heartbeat
    parts = [
        f"{row.pool} pool" if row.pool else "",
        f"autoscale {stats.autoscale[0]}–{stats.autoscale[1]}" if stats and stats.autoscale else "",
        f"process {stats.pid}" if stats and stats.pid else "",
        f"up {formats.duration(stats.uptime)}" if stats and stats.uptime is not None else "",
        f"prefetches {stats.prefetch}" if stats and stats.prefetch else "",
        f"heard {formats.age(now - heard)} ago" if heard and row.state != "online" else "",
    ]
    return clean(" · ".join(part for part in parts if part))
