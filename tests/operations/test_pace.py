"""The limits of sources, shared by all workers."""

from collections.abc import Iterator
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from worker_core.market.providers import LocalPace, Rate
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client
from worker_core.operations.pace import PACE, SharedPace

if TYPE_CHECKING:
    from redis import Redis


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Redis]":
    folder: Path = tmp_path_factory.mktemp("pace")
    broker = EmbeddedBroker(folder / "data")
    connection = client(broker.start())
    yield connection
    connection.close()
    broker.stop()


def test_all_that_share_a_database_share_the_places(redis: "Redis") -> None:
    rates = (Rate(3, 60.0),)

    def ask(_: int) -> float:
        return SharedPace(redis).turn("shared", rates, 1000.0)

    with ThreadPool(8) as pool:
        waits = sorted(pool.map(ask, range(8)))
    assert [round(wait / 60) for wait in waits] == [0, 0, 0, 1, 1, 1, 2, 2]


def test_a_place_that_is_too_far_away_is_not_taken(redis: "Redis") -> None:
    pace, rates = SharedPace(redis), (Rate(1, 3600.0),)
    assert pace.turn("hourly", rates, 10.0) == 0
    waits = [pace.turn("hourly", rates, 10.0) for _ in range(3)]
    assert all(3500 < wait <= 3600 for wait in waits)
    assert pace.turn("hourly", rates, 4000.0) <= 3600


def test_it_gives_the_places_that_its_plain_double_gives(redis: "Redis") -> None:
    rates = (Rate(2, 5.0), Rate(3, 60.0))
    shared, local = SharedPace(redis), LocalPace(lambda: 0.0)
    ours = [local.turn("x", rates, 1000.0) for _ in range(6)]
    theirs = [shared.turn("double", rates, 1000.0) for _ in range(6)]
    # The clock of the server goes on meanwhile.
    assert theirs == pytest.approx(ours, abs=4.0)
    assert shared.turn("none", (), 1.0) == 0


def test_every_key_expires_and_stands_behind_the_prefix(redis: "Redis") -> None:
    SharedPace(redis, "ours:").turn("s", (Rate(5, 60.0),), 1.0)
    keys = list(redis.scan_iter(f"ours:{PACE}*"))
    assert len(keys) == 1
    assert 0 < redis.pttl(keys[0]) <= 60_000
