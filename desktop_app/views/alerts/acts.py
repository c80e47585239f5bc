"""Changes to alerts and rules, and what is said when they are done."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject

from desktop_app.services.alerts import Alerts
from desktop_app.ui import formats
from desktop_app.ui.background import Background
from desktop_app.ui.messages import MessageAction, Messages
from desktop_app.ui.one_at_a_time import OneAtATime
from worker_core.operations.alert_rules import Rule
from worker_core.storage import AlertRecord, AlertRuleRecord


class Acts(OneAtATime):
    """``changed`` says that alerts or rules are others now."""

    def __init__(
        self,
        alerts: Alerts,
        background: Background,
        messages: Messages,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, messages, parent)
        self._alerts = alerts

    def acknowledge(self, rows: Sequence[AlertRecord]) -> None:
        self.run(
            self._alerts.acknowledge([row.id for row in rows]),
            f"acknowledge {_alerts(len(rows))}",
            lambda done: self._told(done, rows, "acknowledged"),
        )

    def snooze(self, rows: Sequence[AlertRecord], until: datetime, words: str) -> None:
        lasting = words if words.startswith("Until") else f"for {words}"
        said = f"snoozed {lasting[:1].lower()}{lasting[1:]}"
        self.run(
            self._alerts.snooze([row.id for row in rows], until),
            f"snooze {_alerts(len(rows))}",
            lambda done: self._told(done, rows, said),
        )

    def reopen(self, rows: Sequence[AlertRecord]) -> None:
        firing = [_as_firing(row) for row in rows]
        self.run(
            self._alerts.put_back(firing),
            f"let {_alerts(len(rows))} fire again",
            lambda done: self._told(done, rows, "firing again"),
        )

    def _told(self, done: int, before: Sequence[AlertRecord], said: str) -> None:
        over = len(before) - done
        also = f" {_alerts(over)} {'was' if over == 1 else 'were'} over already." if over else ""
        verb = "is" if done == 1 else "are"
        if not done:
            self._messages.info(f"Nothing was changed.{also}")
            return
        back = MessageAction("Undo", lambda: self._put_back(before))
        self._messages.info(f"{_alerts(done)} {verb} {said}.{also}", action=back)

    def _put_back(self, before: Sequence[AlertRecord]) -> None:
        self.run(
            self._alerts.put_back(before),
            "take it back",
            lambda done: self._messages.info(f"{_alerts(done)} as before."),
        )

    def arm(self, rule: AlertRuleRecord) -> None:
        on = not rule.armed

        def done(now: AlertRuleRecord) -> None:
            back = MessageAction("Undo", lambda: self.arm(now))
            said = "is armed" if on else "is disarmed; what fired by it is settled"
            self._messages.info(f"{rule.name} {said}.", action=back)

        self.run(
            self._alerts.arm(rule.name, armed=on),
            f"{'arm' if on else 'disarm'} {rule.name}",
            done,
        )

    def remove(self, rule: AlertRuleRecord) -> None:
        def removed(was: AlertRuleRecord) -> None:
            back = MessageAction("Undo", lambda: self._restore(was))
            self._messages.info(f"{rule.name} is deleted.", action=back)

        self.run(self._alerts.remove(rule.name), f"delete {rule.name}", removed)

    def _restore(self, was: AlertRuleRecord) -> None:
        self.run(
            self._alerts.restore(was),
            f"put {was.name} back",
            lambda _: self._messages.info(f"{was.name} is there again."),
        )

    def save(
        self,
        rule: Rule,
        *,
        armed: bool,
        was: AlertRuleRecord | None,
        on_done: Callable[[], object],
        on_refused: Callable[[Exception], object],
    ) -> None:
        """Keep a new rule, or with ``was`` change that one."""

        def saved(_: AlertRuleRecord) -> None:
            on_done()
            self._messages.info(f"{rule.name} is {'armed' if armed else 'kept, and not armed'}.")

        self.run(
            self._alerts.save(rule, armed=armed, was=was),
            f"save {rule.name}",
            saved,
            failed=on_refused,
        )


def _alerts(count: int) -> str:
    return formats.plural(count, "alert")


def _as_firing(row: AlertRecord) -> AlertRecord:
    return replace(row, state="firing", snoozed_until=None)
