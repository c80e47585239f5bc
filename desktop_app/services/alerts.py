"""Alerts and their rules: what the window knows of them, and what it does with them."""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import must_be_allowed
from worker_core import settings
from worker_core.operations import alert_rules, alert_trials, alerts
from worker_core.operations.alert_rules import Rule, RuleState
from worker_core.operations.alert_trials import Past, Tried
from worker_core.operations.errors import OperationError
from worker_core.storage import AlertChanges, AlertRecord, AlertRuleRecord, MeasureRead

SETTLED_KEPT = 1000
"""Alerts that are over, the latest, which the window keeps."""
PAST_KEPT_S = 30.0
_MOST_TURNS = 50
_LATE_TIMES = 3


@dataclass(frozen=True, slots=True)
class News:
    """``fired`` are alerts to tell of: they fire, and did not when they were seen last."""

    changed: bool
    fired: tuple[AlertRecord, ...] = ()


class AlertBook:
    """All that is known of alerts, as of the last look. ``problem`` says why there was none since
    ``problem_since`` (unix seconds)."""

    def __init__(self, place: str = "") -> None:
        self.place = place
        self.alerts: dict[int, AlertRecord] = {}
        self.rules: tuple[AlertRuleRecord, ...] = ()
        self.counts: Mapping[str, int] = {}
        self.evaluated_at: datetime | None = None
        self.problem = ""
        self.problem_since: float | None = None
        self.revision = 0
        self.known = False
        self._reads: dict[str, MeasureRead] = {}
        self._now: datetime | None = None
        self._looked_at = 0.0

    @property
    def firing(self) -> int | None:
        """How many alerts nobody has settled; None while that is not known."""
        return self.counts.get("firing", 0) if self.known and not self.problem else None

    def now(self) -> datetime | None:
        """The database's time; None before the first look."""
        if self._now is None:
            return None
        return self._now + timedelta(seconds=max(0.0, time.time() - self._looked_at))

    def state_of(self, rule: AlertRuleRecord) -> RuleState:
        """Whether the rule is judged, and if not, why."""
        now = self.now() or rule.updated_at
        return alert_rules.rule_state(rule, self._reads, now)

    def quiet_s(self) -> float | None:
        """Seconds since the last evaluation where that is longer than it should be, and rules are
        armed; endless where there was none. A system that has just begun has its first one
        ahead."""
        now = self.now()
        armed = [rule.updated_at for rule in self.rules if rule.armed]
        if now is None or not armed:
            return None
        quiet = (now - (self.evaluated_at or min(armed))).total_seconds()
        if quiet <= _LATE_TIMES * settings.current().alert_every_s:
            return None
        return quiet if self.evaluated_at is not None else float("inf")

    def take(self, told: AlertChanges) -> News:
        """Take in what has changed."""
        first = not self.known
        changed = first or bool(self.problem) or told.revision != self.revision
        self.problem, self.problem_since = "", None
        self.evaluated_at, self._now, self._looked_at = told.evaluated_at, told.now, time.time()
        self.revision, self.known = told.revision, True
        self._reads = {read.measure: read for read in told.reads}
        if told.rules is not None:
            self.rules, self.counts = told.rules, told.counts
        fired = []
        for alert in told.alerts:
            before = self.alerts.get(alert.id)
            self.alerts[alert.id] = alert
            was_firing = before is not None and before.state == "firing"
            # Where somebody took back what they did, they know.
            taken_back = alert.acted_at is not None and (
                before is None or before.acted_at != alert.acted_at
            )
            if alert.state == "firing" and not was_firing and not taken_back:
                fired.append(alert)
        self._forget()
        return News(changed, () if first else tuple(fired))

    def fail(self, problem: str) -> News:
        """It could not be looked; what is known is old from now on."""
        changed = problem != self.problem
        self.problem = problem
        if self.problem_since is None:
            self.problem_since = time.time()
        return News(changed)

    def _forget(self) -> None:
        over = [one for one in self.alerts.values() if one.resolved_at is not None]
        if len(over) > 2 * SETTLED_KEPT:
            over.sort(key=lambda one: (one.resolved_at or one.fired_at, one.id))
            for one in over[:-SETTLED_KEPT]:
                del self.alerts[one.id]


class Alerts:
    """The alerts in the database of the connection in use.

    Every method raises OperationError, with words for the user, when it cannot do its part.
    """

    def __init__(self, blocking: Blocking) -> None:
        self._blocking = blocking
        self._past: tuple[str, Past, float] | None = None
        self.book = AlertBook()

    @property
    def of_the_workers(self) -> bool:
        """Whether these are the alerts of the workers that are looked at. Without the address of
        their database they are those of this computer."""
        return settings.current().ledger

    async def follow(self) -> News:
        """Read what has changed since the last look. A failure is noted in the book, not raised:
        the next look may succeed."""
        place = settings.current().database_url
        if place != self.book.place:
            self.book = AlertBook(place)
        book, changed, fired = self.book, False, list[AlertRecord]()
        for _ in range(_MOST_TURNS):
            try:
                told = await self._blocking.run(alerts.changes, book.revision)
            except OperationError as error:
                return book.fail(f"{error.message} {error.remedy}")
            news = book.take(told)
            changed |= news.changed
            fired += news.fired
            if not told.more:
                break
        return News(changed, tuple(fired))

    async def acknowledge(self, ids: Collection[int]) -> int:
        """How many of them were open."""
        must_be_allowed()
        return await self._blocking.run(alerts.acknowledge, ids)

    async def snooze(self, ids: Collection[int], until: datetime) -> int:
        """How many of them were open."""
        must_be_allowed()
        return await self._blocking.run(alerts.snooze, ids, until)

    async def put_back(self, before: Iterable[AlertRecord]) -> int:
        """Make alerts what they were; how many are still open."""
        must_be_allowed()

        def back() -> int:
            done, snoozed = 0, dict[datetime, list[int]]()
            by_state: dict[str, list[int]] = {}
            now = datetime.now(UTC)
            for alert in before:
                until = alert.snoozed_until
                if alert.state == "snoozed" and until is not None and until > now:
                    snoozed.setdefault(until, []).append(alert.id)
                else:
                    # Where its rest is over by now, it fires again.
                    state = "firing" if alert.state == "snoozed" else alert.state
                    by_state.setdefault(state, []).append(alert.id)
            done += alerts.reopen(by_state.get("firing", []))
            done += alerts.acknowledge(by_state.get("acknowledged", []))
            return done + sum(alerts.snooze(ids, until) for until, ids in snoozed.items())

        return await self._blocking.run(back)

    async def try_rule(self, rule: Rule) -> Tried:
        """When a rule would have fired last week. While one types, it is tried against what was
        read a moment ago."""
        place = settings.current().database_url
        kept = self._past
        fresh = kept is not None and kept[0] == place and kept[1].measure == rule.measure
        if kept is None or not fresh or time.monotonic() - kept[2] > PAST_KEPT_S:
            past = await self._blocking.run(alert_trials.past_of, rule.measure)
            kept = self._past = place, past, time.monotonic()
        return await self._blocking.run(alert_trials.try_against, rule, kept[1])

    async def subjects(self, measure: str) -> tuple[str, ...]:
        """What the measure has values of."""
        return await self._blocking.run(alert_trials.subjects, measure)

    async def save(
        self, rule: Rule, *, armed: bool, was: AlertRuleRecord | None = None
    ) -> AlertRuleRecord:
        """Keep a new rule, or put it in the place of the one that it was."""
        must_be_allowed()

        def saved() -> AlertRuleRecord:
            if was is None:
                return alert_rules.add(rule, armed=armed)
            changed = alert_rules.change(was.name, rule)
            return changed if changed.armed == armed else alert_rules.arm(rule.name, armed=armed)

        return await self._blocking.run(saved)

    async def arm(self, name: str, *, armed: bool) -> AlertRuleRecord:
        must_be_allowed()
        return await self._blocking.run(alert_rules.arm, name, armed=armed)

    async def remove(self, name: str) -> AlertRuleRecord:
        """Remove a rule; what it was."""
        must_be_allowed()
        return await self._blocking.run(alert_rules.remove, name)

    async def restore(self, record: AlertRuleRecord) -> AlertRuleRecord:
        """Put back a rule that was removed."""
        must_be_allowed()
        return await self._blocking.run(alert_rules.restore, record)

    @property
    def on_desktop(self) -> bool:
        """Whether new alerts are told by the desktop too."""
        return settings.current().alert_notifications

    async def tell_on_desktop(self, *, wanted: bool) -> None:
        """From now on, and after a restart."""
        await self._blocking.run(settings.save, {"alert_notifications": wanted})
