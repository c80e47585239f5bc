"""A schedule of which most goes well: for screenshots."""

from datetime import UTC, datetime, timedelta
from typing import Any

from desktop_app.services.schedule import Schedule
from tests.seeded import NOW
from worker_core.operations.schedule import ScheduleEntry
from worker_core.operations.schedule_entry import shown
from worker_core.schedule.builtin import built_in
from worker_core.schedule.timetable import timetable
from worker_core.settings import current
from worker_core.storage import ScheduleEdit, ScheduleRecord

AT = datetime.fromtimestamp(NOW, UTC)
FORECAST = ScheduleEdit(
    "forecasting.generate_stock_forecast",
    {"ticker": "AAPL", "horizon_days": 30},
    "cron",
    "30 21 * * mon-fri",
    "America/New_York",
    expires_s=3600.0,
)


class SeededSchedule(Schedule):
    """What comes with the program, and what a user has added."""

    async def entries(self) -> tuple[ScheduleEntry, ...]:
        settings = current()
        edits = built_in(settings)
        records = [_record(name, edit, built_in=True) for name, edit in edits.items()]
        records.append(
            _record(
                "nightly-forecast",
                FORECAST,
                missed=3,
                missed_since=AT - timedelta(days=4, hours=13, minutes=30),
                last_missed_at=AT - timedelta(days=2, hours=13, minutes=30),
            )
        )
        rows = (shown(record, AT, settings) for record in records)
        return tuple(sorted(rows, key=lambda row: row.name))


def _record(name: str, edit: ScheduleEdit, **more: Any) -> ScheduleRecord:
    found = timetable(edit.kind, edit.expression, edit.timezone or "UTC")
    upcoming = found.first(AT - timedelta(seconds=17))
    gap = found.after(upcoming, upcoming) - upcoming
    facts: dict[str, Any] = {
        "enabled": name != "retrain-anomalies",
        "built_in": False,
        "edited": name == "retrain-anomalies",
        "version": 1,
        "next_run": upcoming,
        "last_run": upcoming - gap,
        "last_task_id": f"7d0e5c3a-52d0-4c1f-9a5e-{sum(map(ord, name)):012x}",
        "last_drift_s": 0.2 + len(name) / 20,
        "skipped_at": None,
        "skipped_why": None,
        "missed": 0,
        "missed_since": None,
        "last_missed_at": None,
        "updated_at": AT - timedelta(days=9),
    } | more
    if not facts["enabled"]:
        facts["next_run"] = None
    return ScheduleRecord(
        name=name,
        task=edit.task,
        arguments=dict(edit.arguments),
        kind=edit.kind,
        expression=edit.expression,
        timezone=edit.timezone,
        market_hours=edit.market_hours,
        expires_s=edit.expires_s,
        **facts,
    )
