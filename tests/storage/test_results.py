"""Large results of tasks in the database."""

import os

import pytest
from sqlalchemy import Engine, func, select, update

from worker_core.storage import StorageError, schema
from worker_core.storage.engine import reading, writing
from worker_core.storage.results import ResultRepository

HOUR_S = 3600.0


@pytest.fixture
def results(engine: Engine) -> ResultRepository:
    return ResultRepository(engine)


def rows(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.scalar(select(func.count()).select_from(schema.results)) or 0


@pytest.mark.parametrize("body", [b"", b"{}", os.urandom(3_000_000)], ids=["none", "few", "many"])
def test_a_result_comes_back_as_it_was(results: ResultRepository, body: bytes) -> None:
    results.save("t", body, HOUR_S)
    assert results.load("t") == body


def test_json_takes_less_room_than_it_has_characters(
    results: ResultRepository, engine: Engine
) -> None:
    results.save("t", b'{"ticker": "AAPL"}' * 10_000, HOUR_S)
    with reading(engine) as connection:
        packed, size = connection.execute(
            select(func.length(schema.results.c.body), schema.results.c.bytes)
        ).one()
    assert size == 180_000
    assert packed < size / 10


def test_a_result_that_is_stored_again_replaces_the_first(
    results: ResultRepository, engine: Engine
) -> None:
    results.save("t", b"first", HOUR_S)
    results.save("t", b"second", HOUR_S)
    assert results.load("t") == b"second"
    assert rows(engine) == 1


def test_there_is_no_result_of_an_unknown_task(results: ResultRepository) -> None:
    assert results.load("t") is None


def test_an_expired_result_is_none_and_is_removed_alone(
    results: ResultRepository, engine: Engine
) -> None:
    results.save("old", b"old", 0.0)
    results.save("new", b"new", HOUR_S)
    assert results.load("old") is None
    assert results.forget_expired() == 1
    assert rows(engine) == 1
    assert results.load("new") == b"new"
    assert results.forget_expired() == 0


@pytest.mark.parametrize(
    "damage",
    [{"body": b"what?"}, {"bytes": 4}, {"bytes": 6}, {"body": b""}],
    ids=["not packed", "longer", "shorter", "empty"],
)
def test_a_damaged_result_is_refused(
    results: ResultRepository, engine: Engine, damage: dict[str, object]
) -> None:
    results.save("t", b"12345", HOUR_S)
    with writing(engine) as connection:
        connection.execute(update(schema.results).values(**damage))
    with pytest.raises(StorageError, match="damaged") as caught:
        results.load("t")
    assert caught.value.code == "corrupt"
