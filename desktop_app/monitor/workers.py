"""Workers by their signs of life."""

import sys
from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from desktop_app.monitor import events as e
from desktop_app.monitor.pace import Pace
from desktop_app.monitor.rows import WorkerRow

# Two missed heartbeats and a little for the way: a busy broker delays one now and then.
MISSED_HEARTBEATS: Final = 2
GRACE_SECONDS: Final = 5.0
FORGET_AFTER_SECONDS: Final = 3600.0
# What was read from the journal and is older does not tell that a worker is there now.
FRESH_SECONDS: Final = 30.0
_WORKERS_KEPT: Final = 10_000
_NAME_LIMIT: Final = 512


class Workers:
    """The workers heard of. A worker is online until it says goodbye or stays silent for more
    than two heartbeats and a grace; silence while we ourselves are cut off does not count."""

    def __init__(self) -> None:
        self._rows: dict[str, WorkerRow] = {}
        self._left_at: dict[str, float] = {}
        self._paces: dict[str, Pace] = {}
        self._changed = False
        self._now = 0.0

    def at(self, now: float) -> None:
        """It is ``now``; signs of life that are much older tell of the past alone."""
        self._now = now

    def apply(self, event: e.WorkerEvent, received_at: float) -> None:
        known = self._known(event.hostname, received_at)
        if known is None:
            return
        if isinstance(event, e.WorkerOffline):
            left = max(self._left_at.get(event.hostname, 0.0), event.timestamp)
            self._left_at[event.hostname] = left
            self._store(replace(known, online=False, left=True, active=0, rate=None))
            return
        if event.timestamp <= self._left_at.get(event.hostname, -1.0):
            return  # a heartbeat that the goodbye has overtaken
        pace = self._paces.setdefault(event.hostname, Pace())
        self._store(
            replace(
                known,
                pid=known.pid if event.pid is None else event.pid,
                online=known.online or self._is_fresh(received_at),
                left=False,
                last_heartbeat=max(known.last_heartbeat or 0.0, received_at),
                active=known.active if event.active is None else event.active,
                processed=known.processed if event.processed is None else event.processed,
                loadavg=tuple(event.loadavg or known.loadavg)[:3],
                freq=event.freq or known.freq,
                sw_ident=e.text(event.sw_ident, _NAME_LIMIT) or known.sw_ident,
                sw_ver=e.text(event.sw_ver, _NAME_LIMIT) or known.sw_ver,
                sw_sys=e.text(event.sw_sys, _NAME_LIMIT) or known.sw_sys,
                clock_offset=round(event.timestamp - received_at, 2),
                rate=pace.a_minute(received_at, event.processed),
            )
        )

    def working(self, hostname: str, timestamp: float, received_at: float) -> None:
        """A task's event is a sign of life as well: a solo worker sends no heartbeat while it
        runs a task."""
        known = self._rows.get(hostname)
        if known is not None and known.online and received_at < (known.last_heartbeat or 0.0) + 1:
            return
        if timestamp <= self._left_at.get(hostname, -1.0):
            return
        known = self._known(hostname, received_at)
        if known is None:
            return
        alive = max(known.last_heartbeat or 0.0, received_at)
        online = known.online or self._is_fresh(received_at)
        self._store(replace(known, online=online, left=False, last_heartbeat=alive))

    def answered(self, hostnames: Iterable[str], at: float) -> None:
        """These workers replied to a question put at ``at``."""
        for hostname in hostnames:
            known = self._rows.get(hostname) or WorkerRow(sys.intern(hostname))
            alive = max(known.last_heartbeat or 0.0, at)
            self._store(replace(known, online=True, left=False, last_heartbeat=alive))

    def tick(self, now: float, live_since: float | None) -> None:
        """Take the silent ones for offline, and forget the long gone. ``live_since`` is when our
        own connection came up, None while it is down."""
        if live_since is None:
            return
        for row in list(self._rows.values()):
            silent = now - max(row.last_heartbeat or 0.0, live_since)
            if row.online and silent > MISSED_HEARTBEATS * row.freq + GRACE_SECONDS:
                self._store(replace(row, online=False, rate=None))
            elif not row.online and silent > FORGET_AFTER_SECONDS:
                self._forget(row.hostname)

    def dismiss(self, hostnames: Iterable[str]) -> None:
        """Forget these as long as they are not online; one that is heard again comes back."""
        for hostname in hostnames:
            row = self._rows.get(hostname)
            if row is not None and not row.online:
                self._forget(hostname)

    def online(self) -> int:
        return sum(row.online for row in self._rows.values())

    def online_names(self) -> set[str]:
        return {row.hostname for row in self._rows.values() if row.online}

    def rows(self) -> list[WorkerRow]:
        """All of them, by name."""
        return sorted(self._rows.values(), key=lambda row: row.hostname)

    def take_changed(self) -> list[WorkerRow] | None:
        """All of them if any changed since the last call, else None."""
        if not self._changed:
            return None
        self._changed = False
        return self.rows()

    def _known(self, hostname: str, received_at: float) -> WorkerRow | None:
        """The row to go on with; None if the worker was long gone when this window began."""
        known = self._rows.get(hostname)
        if known is None and received_at < self._now - FORGET_AFTER_SECONDS:
            return None
        return known or WorkerRow(sys.intern(hostname), online=False)

    def _is_fresh(self, received_at: float) -> bool:
        return received_at >= self._now - FRESH_SECONDS

    def _store(self, row: WorkerRow) -> None:
        self._rows[row.hostname] = row
        self._changed = True
        if len(self._rows) > _WORKERS_KEPT:
            oldest = min(self._rows.values(), key=lambda r: (r.online, r.last_heartbeat or 0.0))
            self._forget(oldest.hostname)

    def _forget(self, hostname: str) -> None:
        self._rows.pop(hostname, None)
        self._left_at.pop(hostname, None)
        self._paces.pop(hostname, None)
        self._changed = True
