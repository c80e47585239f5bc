"""The quarantine, as an operator works with it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from worker_core import settings as settings_module
from worker_core.cli import cli
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client
from worker_core.operations.guard import DONE, TRIES
from worker_core.operations.ledger import ledger
from worker_core.operations.queues import peek
from worker_core.operations.results import KEY
from worker_core.settings import Settings
from worker_core.storage import NewTask, TaskNote

QUEUE = "document_processing"
NAME = "document_processing.generate_document_summary"
ARGUMENTS = {"document": "ab" * 32}


@pytest.fixture(autouse=True)
def _this_data_folder(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[None]:
    monkeypatch.setenv("AFI_DATA_DIR", str(data_dir))
    settings_module.current.cache_clear()
    yield
    settings_module.current.cache_clear()


@pytest.fixture
def poisoned(settings: Settings) -> str:
    """The id of a task in quarantine."""
    note = TaskNote(
        "poison", "quarantined", datetime.now(UTC), 3, 0, None, "Quarantined", "Thrice."
    )
    with ledger(settings) as tasks:
        tasks.quarantine(NewTask("poison", NAME, QUEUE, ARGUMENTS), note)
    return "poison"


def afi(*words: str) -> str:
    answer = CliRunner().invoke(cli, ["quarantine", *words])
    return f"{answer.exit_code}: {answer.output}"


def test_it_is_listed_with_its_reason(poisoned: str) -> None:
    assert f"{poisoned}  {NAME}" in afi("list")
    assert "Thrice." in afi("list")
    (row,) = json.loads(afi("list", "--json").removeprefix("0: "))
    assert (row["id"], row["attempts"], row["arguments"]) == (poisoned, 3, ARGUMENTS)


def test_an_empty_quarantine_says_so(settings: Settings) -> None:
    assert afi("list") == "0: No task is in quarantine.\n"


def test_a_released_task_is_on_its_queue_without_a_past(
    broker: EmbeddedBroker, poisoned: str
) -> None:
    with client(broker.start()) as redis:
        for key in (DONE, KEY):
            redis.set(key + poisoned, "{}")
        redis.hset(TRIES + poisoned, "deaths", 3)
        assert afi("release", poisoned) == f"0: {poisoned} is on its queue again.\n"
        (message,) = peek(redis, QUEUE)
        assert (message.task_id, message.kwargs) == (poisoned, ARGUMENTS)
        assert not redis.exists(DONE + poisoned, KEY + poisoned, TRIES + poisoned)
    assert "is not in quarantine" in afi("release", poisoned)


def test_without_a_broker_it_stays_there(settings: Settings, poisoned: str) -> None:
    assert "does not answer" in afi("release", poisoned)
    with ledger(settings) as tasks:
        assert [row.id for row in tasks.quarantined()] == [poisoned]
