"""The schedule as the window reaches it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.services.blocking import Blocking
from desktop_app.services.commands import ReadOnly
from desktop_app.services.schedule import Schedule, edit_of
from worker_core import settings
from worker_core.storage import ScheduleEdit

EDIT = ScheduleEdit(
    "document_processing.generate_document_summary", {"document": "ab" * 32}, "every", "300"
)


@pytest.fixture
def schedule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Schedule]:
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("AFI_DATABASE_URL", "")
    monkeypatch.setenv("CELERY_TIMEZONE", "Europe/Berlin")
    settings.current.cache_clear()
    blocking = Blocking(1, "test")
    yield Schedule(blocking)
    blocking.close()
    settings.override({})
    settings.current.cache_clear()


@pytest.mark.parametrize("zone", [None, "Asia/Tokyo"])
def test_an_entry_is_made_of_what_it_was_made_of(schedule: Schedule, zone: str | None) -> None:
    edit = replace(EDIT, timezone=zone, expires_s=60.0, market_hours=True)
    made = asyncio.run(schedule.add("summaries", edit))
    assert made.timezone == (zone or "Europe/Berlin")
    assert edit_of(made) == edit


def test_a_read_only_connection_changes_nothing(schedule: Schedule) -> None:
    async def everything() -> None:
        await schedule.add("summaries", EDIT)
        settings.override({"read_only": True})
        for change in (
            schedule.add("more", EDIT),
            schedule.edit("summaries", {"expression": "60"}),
            schedule.reset("summaries"),
            schedule.switch("summaries", on=False),
            schedule.forget_missed("summaries"),
            schedule.run_now("summaries"),
            schedule.remove("summaries"),
        ):
            with pytest.raises(ReadOnly):
                await change
        (left,) = await schedule.entries()
        assert left.enabled
        assert left.expression == "300"

    asyncio.run(everything())
