"""Who hears the course of a task, and for how long."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from worker_core.api.routes import streams


def test_a_stream_ends_with_its_token_however_much_there_is_to_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There is something new at each look, so that no heartbeat ever comes."""
    monkeypatch.setattr(streams, "LOOK_EVERY_S", 0.0)
    monkeypatch.setattr(streams, "TOKEN_EVERY_S", 0.0)
    monkeypatch.setattr(streams, "_id", lambda look: str(look.number))
    monkeypatch.setattr(streams, "_event", lambda _look, event_id: event_id)
    record = SimpleNamespace(id="t1")
    number = 0
    asked_about_it = 0

    async def look(_task_id: str) -> Any:
        nonlocal number
        number += 1
        return SimpleNamespace(number=number, state="running", record=record)

    async def still(_caller: Any) -> bool:
        nonlocal asked_about_it
        asked_about_it += 1
        return asked_about_it < 3

    asked: Any = SimpleNamespace(
        caller=SimpleNamespace(name="ann"),
        services=SimpleNamespace(look=look, tokens=SimpleNamespace(still=still)),
    )

    async def heard() -> list[str]:
        first: Any = await look("t1")
        return [one async for one in streams._told(asked, first, "")]

    told = asyncio.run(heard())
    assert told[1:] == ["1", "2", "3"]
