"""The marks by which a task takes effect once."""

import uuid
from typing import TYPE_CHECKING

import pytest

from worker_core.operations.guard import DONE, LEASE, Guard, Limit, Sign
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

RUN = "t"
ENDED = {"state": "succeeded", "at": 1.0, "result": {"a": 1}}


@pytest.fixture
def guard(redis: "Redis", shared_settings: Settings) -> Guard:
    return Guard(redis, shared_settings)


@pytest.fixture
def name() -> str:
    """A name whose rate limit no other test has used."""
    return f"test.{uuid.uuid4()}"


def begin(guard: Guard, task_id: str, token: str = RUN, retries: int = 0) -> tuple[str, int]:
    answer = guard.begin(task_id, token, name="test.task", retries=retries)
    return answer.word, answer.number


def test_a_task_runs_under_one_lease_at_a_time(guard: Guard, redis: "Redis") -> None:
    assert begin(guard, "a", "mine") == ("run", 1)
    word, left_ms = begin(guard, "a", "theirs")
    assert word == "busy"
    assert 0 < left_ms <= 60_000
    assert redis.get(LEASE + "a") == b"mine"


def test_asking_again_with_the_same_token_counts_no_second_attempt(guard: Guard) -> None:
    assert begin(guard, "a") == ("run", 1)
    assert begin(guard, "a") == ("run", 1)


def test_a_task_that_ended_says_how(guard: Guard, redis: "Redis") -> None:
    begin(guard, "a")
    guard.finish("a", "t", ENDED)
    answer = guard.begin("a", "u", name="test.task", retries=0)
    assert (answer.word, answer.ending) == ("done", ENDED)
    assert not redis.exists(LEASE + "a")
    assert redis.ttl(DONE + "a") > 3600


def test_the_first_end_stands_and_a_stranger_does_not_take_the_lease(
    guard: Guard, redis: "Redis"
) -> None:
    begin(guard, "a", "mine")
    guard.finish("a", "theirs", ENDED)
    assert redis.get(LEASE + "a") == b"mine"
    guard.finish("a", "mine", {"state": "failed", "at": 2.0})
    assert guard.signs(["a"]) == {"a": Sign(ENDED, leased=False, retries=0)}


def test_a_message_from_before_a_retry_is_stale(guard: Guard) -> None:
    begin(guard, "a")
    guard.again("a", "t", 1)
    assert begin(guard, "a") == ("stale", 0)
    assert begin(guard, "a", retries=1) == ("run", 2)
    assert guard.signs(["a"])["a"] == Sign(None, leased=True, retries=1)


def test_starts_without_a_word_are_deaths_and_too_many_are_poison(guard: Guard) -> None:
    for _ in range(3):
        assert begin(guard, "a", "w0@host:7:x")[0] == "run"
        assert guard.abandon("a", "w0@host:7:")
    assert begin(guard, "a") == ("poison", 3)
    guard.clear("a")
    assert begin(guard, "a") == ("run", 1)


def test_an_attempt_that_could_say_how_it_failed_is_no_death(guard: Guard) -> None:
    for retry in range(5):
        assert begin(guard, "a", retries=retry)[0] == "run"
        guard.again("a", "t", retry + 1)


def test_only_the_holders_lease_is_abandoned(guard: Guard) -> None:
    begin(guard, "a", "w0@host:77:x")
    assert not guard.abandon("a", "w0@host:7:")
    assert guard.abandon("a", "w0@host:77:")
    assert not guard.abandon("a", "w0@host:77:")


def test_a_lease_is_renewed_by_its_holder_alone_and_made_anew_when_it_was_lost(
    guard: Guard, redis: "Redis"
) -> None:
    begin(guard, "a", "mine")
    redis.pexpire(LEASE + "a", 5000)
    assert guard.renew("a", "mine")
    assert redis.pttl(LEASE + "a") > 5000
    assert not guard.renew("a", "theirs")
    redis.delete(LEASE + "a")
    assert guard.renew("a", "mine")


def test_no_period_has_more_starts_than_the_limit(guard: Guard, name: str) -> None:
    limit = Limit(5, 3600)
    answers = [guard.begin(f"a{n}", "t", name=name, retries=0, limit=limit) for n in range(12)]
    assert [answer.word for answer in answers] == ["run"] * 5 + ["wait"] * 7
    hour = 3_600_000
    assert all(0.99 * hour < answer.number <= hour for answer in answers[5:10])
    assert all(1.99 * hour < answer.number <= 2 * hour for answer in answers[10:])


def test_a_start_that_was_granted_is_kept_for_its_task(guard: Guard, name: str) -> None:
    limit = Limit(1, 3600)
    first = [guard.begin(one, "t", name=name, retries=0, limit=limit) for one in ("a", "b")]
    again = guard.begin("b", "t", name=name, retries=0, limit=limit)
    assert [one.word for one in (*first, again)] == ["run", "wait", "wait"]
    assert 0 <= first[1].number - again.number < 60_000
    other = guard.begin("c", "t", name=f"{name}.other", retries=0, limit=limit)
    assert other.word == "run"


def test_a_lost_script_is_loaded_again(guard: Guard, redis: "Redis") -> None:
    begin(guard, "a")
    redis.script_flush()
    guard.finish("a", "t", ENDED)
    assert begin(guard, "a")[0] == "done"


@pytest.mark.parametrize(
    ("text", "limit"),
    [("100/m", Limit(100, 60)), ("10/h", Limit(10, 3600)), ("5/s", Limit(5, 1)), (None, Limit())],
)
def test_limits_are_read_in_celerys_notation(text: str | None, limit: Limit) -> None:
    assert Limit.parse(text) == limit
