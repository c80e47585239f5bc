"""Commands to many messages that tell how far they are, and are stopped on the way."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.operations.test_queue_control import SOURCE, TARGET, ids_in
from tests.operations.test_queues import message
from worker_core.operations import queue_changes, queue_control, removal, removed
from worker_core.operations.course import Course
from worker_core.operations.guard import Guard
from worker_core.operations.queues import peek
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

URGENT = ["u0", "u1"]
USUAL = [f"m{number}" for number in range(8)]


class StoppedAt(Course):
    """As if somebody pressed the button once so many were through."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.seen: list[tuple[int, int]] = []

    def begin(self, total: int) -> None:
        super().begin(total)
        self.advance(0)

    def advance(self, by: int) -> None:
        super().advance(by)
        self.seen.append((self.done, self.total))
        if self.done >= self.number:
            self.stop()


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_control, "SETTLED_AT_ONCE", 3)
    monkeypatch.setattr(removed, "SLICE", 3)
    monkeypatch.setattr(removed, "READ_AT_ONCE", 4)


@pytest.fixture
def filled(redis: "Redis") -> Iterator[None]:
    """Two urgent messages and eight usual ones."""
    redis.lpush(SOURCE, *(message({"task": "x.y", "id": one}) for one in URGENT))
    redis.lpush(f"{SOURCE}\x06\x163", *(message({"task": "x.y", "id": one}) for one in USUAL))
    for queue in (SOURCE, TARGET):
        redis.sadd(f"_kombu.binding.{queue}", f"{queue}\x06\x16\x06\x16{queue}")
    yield
    redis.delete(f"_kombu.binding.{SOURCE}", f"_kombu.binding.{TARGET}")


def test_a_purge_tells_how_far_it_is_until_all_are_through(
    redis: "Redis", shared_settings: Settings, filled: None
) -> None:
    course = StoppedAt(1000)
    done = queue_control.purge(SOURCE, course=course, settings=shared_settings)
    assert (done.count, done.left) == (10, 0)
    assert course.seen == [(0, 10), (3, 10), (6, 10), (9, 10), (10, 10)]


def test_a_purge_that_is_stopped_puts_back_what_is_not_through_and_keeps_the_rest_for_an_undo(
    redis: "Redis", shared_settings: Settings, filled: None
) -> None:
    done = queue_control.purge(SOURCE, course=StoppedAt(5), settings=shared_settings)
    assert (done.count, done.left, done.gone, done.problem) == (6, 4, 0, None)
    # Those that would be served first are removed, and nothing of the others has changed.
    assert ids_in(redis, SOURCE) == USUAL[4:]
    signs = Guard(redis, shared_settings).signs([*URGENT, *USUAL])
    assert [one for one, sign in signs.items() if sign.ending] == [*URGENT, *USUAL[:4]]
    [batch] = queue_control.removed(settings=shared_settings)
    assert (batch.id, batch.count, batch.verb) == (done.batch, 6, "purged")
    later = message({"task": "x.y", "id": "later"})
    redis.lpush(f"{SOURCE}\x06\x163", later)
    assert queue_control.undo(batch.id, settings=shared_settings).count == 6
    assert ids_in(redis, SOURCE) == [*URGENT, *USUAL, "later"]
    assert redis.ttl(f"{SOURCE}\x06\x163") == redis.ttl(SOURCE) == -1


def test_a_purge_that_is_stopped_at_once_has_removed_nothing(
    redis: "Redis", shared_settings: Settings, filled: None
) -> None:
    done = queue_control.purge(SOURCE, course=StoppedAt(0), settings=shared_settings)
    assert (done.count, done.left, done.batch) == (0, 10, None)
    assert ids_in(redis, SOURCE) == [*URGENT, *USUAL]
    assert not list(redis.scan_iter("afi:removed*"))


def test_stopped_what_comes_meanwhile_stands_behind_what_is_put_back(
    redis: "Redis", shared_settings: Settings, filled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = Course()

    def arrives(*_: object) -> None:
        redis.lpush(f"{SOURCE}\x06\x163", message({"task": "x.y", "id": "meanwhile"}))
        course.stop()

    monkeypatch.setattr(removal, "settle_removed", arrives)
    done = queue_control.purge(SOURCE, course=course, settings=shared_settings)
    assert (done.count, done.left) == (3, 7)
    assert ids_in(redis, SOURCE) == [*USUAL[1:], "meanwhile"]


def test_of_what_is_too_large_to_be_kept_the_part_that_is_not_through_is_not_lost(
    redis: "Redis", shared_settings: Settings, filled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removed, "KEPT_BYTES", 100)
    done = queue_control.purge(SOURCE, course=StoppedAt(3), settings=shared_settings)
    assert (done.count, done.left, done.batch) == (3, 7, None)
    assert ids_in(redis, SOURCE) == USUAL[1:]


def test_a_deletion_that_is_stopped_leaves_the_others_where_they_are(
    redis: "Redis", shared_settings: Settings, filled: None
) -> None:
    course = StoppedAt(4)
    rows = peek(redis, SOURCE, 9)
    done = queue_control.delete(rows, course=course, settings=shared_settings)
    # Two urgent ones, and one part of the others.
    assert (done.count, done.gone, done.left) == (5, 0, 4)
    assert ids_in(redis, SOURCE) == USUAL[3:]
    assert course.total == 9
    assert queue_control.undo(str(done.batch), settings=shared_settings).count == 5
    assert ids_in(redis, SOURCE) == [*URGENT, *USUAL]


def test_a_move_that_is_stopped_leaves_the_others_where_they_are(
    redis: "Redis", shared_settings: Settings, filled: None
) -> None:
    rows = peek(redis, SOURCE, 10)
    redis.rpop(SOURCE)
    done = queue_changes.move(rows, TARGET, course=StoppedAt(4), settings=shared_settings)
    assert (done.count, done.gone, done.left) == (4, 1, 5)
    assert ids_in(redis, SOURCE) == USUAL[3:]
    assert ids_in(redis, TARGET) == ["u1", *USUAL[:3]]


def test_of_two_messages_that_are_the_same_to_the_last_byte_both_are_moved(
    redis: "Redis", shared_settings: Settings, filled: None
) -> None:
    twin = message({"task": "x.y", "id": "twin"})
    redis.rpush(SOURCE, twin, twin)
    rows = peek(redis, SOURCE, 2)
    done = queue_changes.move(rows, TARGET, settings=shared_settings)
    assert (done.count, done.gone) == (2, 0)
    assert ids_in(redis, TARGET) == ["twin", "twin"]


def test_putting_back_goes_on_to_its_end_when_it_is_told_to_stop(
    redis: "Redis", shared_settings: Settings, filled: None
) -> None:
    done = queue_control.purge(SOURCE, settings=shared_settings)
    course = StoppedAt(1)
    assert queue_control.undo(str(done.batch), course=course, settings=shared_settings).count == 10
    assert course.seen[-1] == (10, 10)
    assert ids_in(redis, SOURCE) == [*URGENT, *USUAL]
