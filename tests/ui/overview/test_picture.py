import pytest
from msgspec.structs import replace

from desktop_app.monitor.rows import Batch
from desktop_app.views.overview.picture import Picture, Wait
from tests.ui.overview.feed import PROCESS, Feed


def taken(feed: Feed) -> Batch:
    batch = feed.take()
    assert batch is not None
    return batch


@pytest.fixture
def picture() -> Picture:
    return Picture()


def test_the_oldest_wait_is_exact_when_every_waiting_task_was_seen(
    feed: Feed, picture: Picture
) -> None:
    feed.send()
    feed.advance(40)
    feed.send()
    feed.poll(document_processing=2)
    picture.absorb(taken(feed))
    wait = picture.oldest_wait(feed.now)
    assert wait is not None
    assert (wait.seconds, wait.exact) == (40, True)


def test_messages_from_before_make_the_oldest_wait_a_lower_bound(
    feed: Feed, picture: Picture
) -> None:
    feed.send()
    feed.advance(40)
    feed.poll(document_processing=9)
    picture.absorb(taken(feed))
    wait = picture.oldest_wait(feed.now)
    assert wait is not None
    assert (wait.seconds, wait.exact) == (40, False)


def test_tasks_that_left_their_queue_unseen_do_not_make_the_wait_longer(
    feed: Feed, picture: Picture
) -> None:
    for _ in range(3):
        feed.send()
        feed.advance(100)
    feed.poll(document_processing=1)
    picture.absorb(taken(feed))
    wait = picture.oldest_wait(feed.now)
    assert wait is not None
    assert (wait.seconds, wait.exact) == (100, False)


def test_without_sent_events_the_oldest_wait_is_unknown(feed: Feed, picture: Picture) -> None:
    feed.poll(document_processing=9)
    picture.absorb(taken(feed))
    assert picture.oldest_wait(feed.now) is None


def test_a_task_that_is_taken_waits_no_more(feed: Feed, picture: Picture) -> None:
    uuid = feed.send()
    feed.poll(document_processing=1)
    picture.absorb(taken(feed))
    feed.advance(5)
    feed.start(uuid)
    feed.poll()
    picture.absorb(taken(feed))
    assert picture.oldest_wait(feed.now) is None


def test_the_same_batch_may_come_twice(feed: Feed, picture: Picture) -> None:
    feed.fail()
    feed.gap(feed.now - 5, feed.now)
    batch = taken(feed)
    picture.absorb(batch)
    picture.absorb(batch)
    failures = picture.failures(feed.now)
    assert failures is not None
    assert failures.count == 1
    assert len(picture.recent_gaps(feed.now)) == 1


def test_a_reset_forgets_what_was_there(feed: Feed, picture: Picture) -> None:
    feed.heartbeat()
    feed.fail()
    feed.state.mark_outcome_unknown(feed.start())
    feed.send()
    feed.gap(feed.now - 5, feed.now)
    feed.poll(document_processing=1)
    picture.absorb(taken(feed))
    other = Feed(feed.now)
    picture.absorb(other.snapshot())
    assert picture.failures(feed.now) is None
    assert picture.oldest_wait(feed.now) is None
    assert (picture.vanished, picture.workers, picture.queues) == (0, [], [])
    assert picture.recent_gaps(feed.now) == []


def test_tasks_that_left_memory_are_forgotten(feed: Feed, picture: Picture) -> None:
    small = Feed(feed.now)
    small.state = type(small.state)(capacity=2, now=small.now)
    small.send(uuid="a")
    picture.absorb(taken(small))
    small.send(uuid="b")
    small.send(uuid="c")
    small.poll(document_processing=1)
    small.advance(10)
    small.send(uuid="d")
    picture.absorb(taken(small))
    wait = picture.oldest_wait(small.now)
    assert wait is not None
    assert wait.seconds == 0


def test_failures_that_left_memory_still_count(feed: Feed, picture: Picture) -> None:
    small = Feed(feed.now)
    small.state = type(small.state)(capacity=5, now=small.now)
    for _ in range(20):
        small.fail()
    small.advance(1)
    picture.absorb(small.snapshot())
    failures = picture.failures(small.now)
    assert failures is not None
    assert failures.count == 20
    assert failures.leading == PROCESS


def test_a_vanished_task_that_is_heard_again_is_found(feed: Feed, picture: Picture) -> None:
    uuid = feed.start()
    feed.state.mark_outcome_unknown(uuid)
    picture.absorb(taken(feed))
    assert picture.vanished == 1
    feed.succeed(uuid)
    picture.absorb(taken(feed))
    assert picture.vanished == 0


def test_the_head_of_a_queue_tells_the_wait_that_no_event_told(
    feed: Feed, picture: Picture
) -> None:
    feed.poll(document_processing=9, forecasting=1)
    batch = taken(feed)
    assert batch.queues is not None
    since = {"document_processing": feed.now - 90, "forecasting": feed.now - 20}
    heads = [replace(row, oldest=since.get(row.name)) for row in batch.queues]
    picture.absorb(replace(batch, queues=heads))
    assert picture.oldest_wait(feed.now) == Wait(90, exact=True)
    unsure = [replace(row, oldest_exact=row.name != "forecasting") for row in heads]
    picture.absorb(replace(batch, queues=unsure))
    assert picture.oldest_wait(feed.now) == Wait(90, exact=False)
