"""Celery's beat over the schedule in the database.

Any number of these may run at once, on one or on several computers: each looks at the same table,
and each due time is claimed by one of them, together with the ledger's row of the task that it
starts. So a second one is a standby that has nothing to take over.

Nothing that goes wrong ends it: without a database it looks again, and what the broker could not
take waits in the ledger.
"""

import time
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from celery.beat import Scheduler
from celery.utils.log import get_logger

from worker_core import settings as settings_module
from worker_core.market.calendar import UnknownExchange, is_open
from worker_core.operations.client import send
from worker_core.operations.connection import label
from worker_core.operations.delivery import deliver
from worker_core.operations.errors import BrokerRefused, BrokerUnreachable, LedgerUnavailable
from worker_core.operations.ledger import kept_schedule, ledger
from worker_core.operations.schedule_entry import readiness
from worker_core.schedule.builtin import built_in
from worker_core.schedule.due import Market, always, claim_of
from worker_core.schedule.timetable import Timetable
from worker_core.storage import ScheduleClaim, ScheduleRecord, TaskRecord

LOOK_EVERY_S = 1.0

logger = get_logger(__name__)


class TableScheduler(Scheduler):  # type: ignore[misc]  # celery carries no types
    """Starts what is due in the schedule of the settings' database."""

    max_interval = LOOK_EVERY_S

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._settings = settings_module.current()
        self._seeded = False
        self._told_to_stop = False
        self._said: dict[str, str] = {}
        super().__init__(*args, **kwargs)

    @property
    def info(self) -> str:
        """A line of Celery's banner."""
        return f"    . schedule -> {label(self._settings.database_url)}"

    def setup_schedule(self) -> None:
        """Nothing yet: the first look seeds the table, once the database is there."""

    def close(self) -> None:
        """Called at the end, and by Celery's handler of SIGTERM before it raises SystemExit."""
        self._told_to_stop = True
        super().close()

    def tick(self, *_args: Any, **_kwargs: Any) -> float:
        """Start what is due; the seconds until the next look."""
        seconds = self._try_to_look()
        # Where the signal comes while an object is taken down, Python drops what its handler
        # raises, and the scheduler would run on.
        if self._told_to_stop:
            raise SystemExit
        return seconds

    def _try_to_look(self) -> float:
        try:
            seconds = self._look()
        except LedgerUnavailable as error:
            self._say("database", f"{error} Nothing is started until it can be.")
        except Exception as error:
            # A defect in one look must not end everything that is started by itself.
            if self._said.get("schedule") != repr(error):
                logger.exception("the schedule cannot be looked at")
            self._said["schedule"] = repr(error)
        else:
            self._say("schedule", None)
            self._say("database", None)
            return seconds
        return float(self.max_interval)

    def _look(self) -> float:
        with kept_schedule(self._settings) as schedule:
            if not self._seeded:
                schedule.seed(built_in(self._settings))
            records, now = schedule.read()
        since = time.monotonic()
        at_start, self._seeded = not self._seeded, True
        nearest = float(self.max_interval)
        due: list[tuple[ScheduleRecord, Timetable, dict[str, Any]]] = []
        for record in records:
            timetable, arguments, problem = readiness(record, self._settings)
            if not record.enabled:
                continue
            self._say(record.name, problem)
            if timetable is None or problem is not None:
                # Not later: another version of the program that runs beside this may have the task.
                if at_start and record.next_run is not None:
                    self._plan(record, None)
            elif record.next_run is not None and record.next_run <= now:
                due.append((record, timetable, arguments))
            else:
                planned = self._planned(record, timetable, now)
                nearest = min(nearest, (planned - now).total_seconds())
        broker_answers = True
        # The calendar of an exchange takes a while to load: those that need it come last.
        for record, timetable, arguments in sorted(due, key=lambda one: one[0].market_hours):
            at = now + timedelta(seconds=time.monotonic() - since)
            broker_answers &= self._start(record, timetable, arguments, at, send=broker_answers)
        return 0.0 if due else nearest

    def _planned(self, record: ScheduleRecord, timetable: Timetable, now: datetime) -> datetime:
        """When the entry runs next; planned anew where it was not yet, or by another clock."""
        planned = record.next_run
        if planned is None or not timetable.plausible(planned, now):
            planned = timetable.first(now)
            self._plan(record, planned)
        return planned

    def _plan(self, record: ScheduleRecord, when: datetime | None) -> None:
        with kept_schedule(self._settings) as schedule:
            schedule.plan(record, when)

    def _start(
        self,
        record: ScheduleRecord,
        timetable: Timetable,
        arguments: dict[str, Any],
        at: datetime,
        *,
        send: bool,
    ) -> bool:
        """Claim the run, and send its task unless ``send`` is false; whether the broker answers,
        as far as that is known."""
        try:
            claim = claim_of(record, timetable, arguments, at, self._market(record))
        except UnknownExchange as error:
            due, text = record.next_run or at, str(error.args[0])
            claim = ScheduleClaim(at, due, timetable.after(due, at), skipped=text)
        with kept_schedule(self._settings) as schedule:
            mine, task = schedule.claim(record, claim)
        if not mine:
            return send
        if claim.missed:
            logger.warning(
                "%s: %d runs were missed, from %s to %s",
                record.name,
                claim.missed,
                claim.missed_since,
                claim.last_missed_at,
            )
        if claim.skipped is not None or (claim.task is not None and task is None):
            why = claim.skipped or "it has been run already"
            logger.info("%s of %s is skipped: %s", record.name, claim.due, why)
            return send
        logger.info("%s of %s is started as %s", record.name, claim.due, claim.task_id)
        return send and self._send(record, claim, task)

    def _market(self, record: ScheduleRecord) -> Market:
        if not record.market_hours:
            return always
        exchange = self._settings.exchange
        return lambda at: is_open(at, exchange)

    def _send(self, record: ScheduleRecord, claim: ScheduleClaim, task: TaskRecord | None) -> bool:
        try:
            if task is not None:
                deliver(task, settings=self._settings)
            else:
                send(
                    record.task,
                    (),
                    {},
                    task_id=claim.task_id,
                    expires=record.expires_s,
                    settings=self._settings,
                )
        except (BrokerUnreachable, BrokerRefused) as error:
            self._say("broker", f"{error} What is due meanwhile waits in the ledger.")
            return False
        self._say("broker", None)
        # It is sent: what cannot be noted now, the sweep finds out.
        if task is not None:
            with suppress(LedgerUnavailable), ledger(self._settings) as tasks:
                tasks.published([task.id])
        return True

    def _say(self, about: str, trouble: str | None) -> None:
        """Log a trouble once, and that it is over."""
        if trouble == self._said.get(about):
            return
        if trouble is None:
            del self._said[about]
            logger.info("%s: well again", about)
        else:
            self._said[about] = trouble
            logger.warning("%s: %s", about, trouble)
