"""A schedule of which most goes well: for screenshots."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from desktop_app.services.schedule import Schedule
from worker_core.catalog import task
from worker_core.operations.schedule import ScheduleEntry
from worker_core.operations.schedule_entry import shown
from worker_core.schedule.builtin import SWEEP, built_in
from worker_core.schedule.timetable import timetable
from worker_core.settings import current
from worker_core.storage import ScheduleEdit, ScheduleRecord

TONE = ScheduleEdit(
    "sentiment_analysis.analyze_document_sentiment",
    {"document": "3f1b7a20" * 8},
    "cron",
    "30 17 * * mon-fri",
    "America/New_York",
    expires_s=3600.0,
)
SUMMARY = ScheduleEdit(
    "document_processing.generate_document_summary",
    {"document": "3f1b7a20" * 8, "sentences": 5},
    "every",
    "14400",
)
AGAIN = ScheduleEdit(
    "document_processing.process_document",
    {"document": "3f1b7a20" * 8, "filename": "10-K_2024_annual_report.pdf"},
    "cron",
    "0 6 1 * *",
)


class SeededSchedule(Schedule):
    """What comes with the program, and what a user has added."""

    async def entries(self) -> tuple[ScheduleEntry, ...]:
        settings, at = current(), datetime.fromtimestamp(time.time(), UTC)
        edits = built_in(settings)
        records = [_record(at, name, edit, built_in=True) for name, edit in edits.items()]
        records += [
            _record(at, "annual-report", AGAIN, enabled=False),
            _record(at, "report-summary", SUMMARY),
            _record(
                at,
                "report-tone",
                TONE,
                missed=3,
                missed_since=at - timedelta(days=5, hours=17, minutes=30),
                last_missed_at=at - timedelta(days=3, hours=17, minutes=30),
            ),
        ]
        rows = (shown(record, at, settings) for record in records)
        return tuple(sorted(rows, key=lambda row: row.name))


def _record(at: datetime, name: str, edit: ScheduleEdit, **more: Any) -> ScheduleRecord:
    found = timetable(edit.kind, edit.expression, edit.timezone or "UTC")
    last = next(found.until(found.first(at - timedelta(days=60, seconds=17)), at))
    upcoming = found.after(last, at)
    runs = edit.task == SWEEP or task(edit.task).unavailable is None
    facts: dict[str, Any] = {
        "enabled": True,
        "built_in": False,
        "edited": False,
        "version": 1,
        "next_run": upcoming if runs else None,
        "last_run": last if runs else None,
        "last_task_id": f"7d0e5c3a-52d0-4c1f-9a5e-{sum(map(ord, name)):012x}" if runs else None,
        "last_drift_s": 0.2 + len(name) / 20 if runs else None,
        "skipped_at": None,
        "skipped_why": None,
        "missed": 0,
        "missed_since": None,
        "last_missed_at": None,
        "updated_at": at - timedelta(days=9),
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
