"""What was done with alerts is taken back."""

import asyncio
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop_app.services.alerts import Alerts
from desktop_app.services.blocking import Blocking
from worker_core.operations import alerts
from worker_core.settings import current
from worker_core.storage import AlertRecord
from worker_core.storage.alert_records import AlertState

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path / "data"))
    current.cache_clear()
    yield
    current.cache_clear()


def alert(number: int, state: AlertState, until: datetime | None = None) -> AlertRecord:
    return AlertRecord(
        id=number,
        rule_id=1,
        rule_name="Long queues",
        measure="queue_depth",
        subject="q",
        comparison="above",
        threshold=100.0,
        severity="warning",
        state=state,
        since=NOW,
        fired_at=NOW,
        last_seen=NOW,
        value=150.0,
        worst=150.0,
        snoozed_until=until,
        resolved_at=None,
        resolved_why=None,
        acted_by=None,
        acted_at=None,
        revision=1,
    )


def test_an_alert_whose_rest_is_over_by_now_fires_again(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, list[int]] = {"reopen": [], "acknowledge": [], "snooze": []}

    def kept(name: str, ids: Collection[int]) -> int:
        told[name] += ids
        return len(ids)

    monkeypatch.setattr(alerts, "reopen", lambda ids: kept("reopen", ids))
    monkeypatch.setattr(alerts, "acknowledge", lambda ids: kept("acknowledge", ids))
    monkeypatch.setattr(alerts, "snooze", lambda ids, _until: kept("snooze", ids))
    before = [
        alert(1, "firing"),
        alert(2, "acknowledged"),
        alert(3, "snoozed", NOW + timedelta(hours=1)),
        alert(4, "snoozed", NOW - timedelta(seconds=1)),
    ]
    blocking = Blocking(1, "test")
    try:
        assert asyncio.run(Alerts(blocking).put_back(before)) == 4
    finally:
        blocking.close()
    assert told == {"reopen": [1, 4], "acknowledge": [2], "snooze": [3]}
