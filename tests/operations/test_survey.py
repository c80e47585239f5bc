"""Looking around at a broker."""

from typing import TYPE_CHECKING

import pytest

from worker_core.operations.errors import BrokerUnreachable
from worker_core.operations.survey import survey
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis


def test_a_broker_with_a_worker_says_who_is_there(
    shared_settings: Settings, redis: "Redis", worker: str
) -> None:
    found = survey(shared_settings)
    assert worker in found.workers
    assert "document_processing" in found.queues
    assert found.ours
    assert found.refusals == ()
    assert found.answers_in_s >= 0


def test_a_user_without_rights_is_told_what_it_may_not_do(
    shared_settings: Settings, redis: "Redis"
) -> None:
    redis.acl_setuser("looker", enabled=True, passwords=["+pw"], commands=["+ping", "+select"])
    where = redis.connection_pool.connection_kwargs
    url = f"redis://looker:pw@{where['host']}:{where['port']}/0"
    try:
        found = survey(shared_settings.model_copy(update={"broker_url": url}))
    finally:
        redis.acl_deluser("looker")
    assert found.refusals == (
        "ask the server what it is",
        "list the queues",
        "listen to events",
        "ask the workers",
    )


def test_a_broker_that_is_not_there_is_said_so(shared_settings: Settings) -> None:
    away = shared_settings.model_copy(update={"broker_url": "redis://127.0.0.1:1/0"})
    with pytest.raises(BrokerUnreachable):
        survey(away)
