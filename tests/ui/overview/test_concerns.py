"""What needs someone: workers, queues, failures and gaps."""

from msgspec.structs import replace

from desktop_app.monitor import filling
from desktop_app.views.overview.concern import OPEN_CLUSTER, SHOW_QUEUES, SHOW_UNFINISHED
from desktop_app.views.overview.concerns import concerns
from desktop_app.views.overview.picture import FAILED, Picture
from tests.ui.overview.feed import PROCESS, Feed
from tests.ui.overview.looking import look


def test_no_worker_and_tasks_in_one_queue_names_the_queue(feed: Feed) -> None:
    feed.poll(consumers=0, document_processing=14)
    result, found = look(feed)
    assert result.sentence == "No worker is online: 14 tasks wait in document_processing"
    assert result.severity == "danger"
    assert [concern.remedy for concern in found] == [OPEN_CLUSTER]


def test_no_worker_and_one_task_is_said_in_the_singular(feed: Feed) -> None:
    feed.poll(forecasting=1)
    assert look(feed)[0].sentence == "No worker is online: 1 task waits in forecasting"


def test_no_worker_and_tasks_in_several_queues_counts_the_queues(feed: Feed) -> None:
    feed.poll(document_processing=14, forecasting=2, monitoring=1)
    assert look(feed)[0].sentence == "No worker is online: 17 tasks wait in 3 queues"


def test_no_worker_and_nothing_waiting_is_a_warning(feed: Feed) -> None:
    feed.poll()
    result, found = look(feed)
    assert result.sentence == "No worker is online, and nothing waits"
    assert result.severity == "warning"
    assert [concern.remedy for concern in found] == [OPEN_CLUSTER]


def test_a_worker_that_said_goodbye_is_no_concern_while_another_is_online(feed: Feed) -> None:
    feed.heartbeat("w1@a", "w2@a")
    feed.poll()
    feed.event("worker-offline", hostname="w2@a")
    assert look(feed)[1] == []


def test_a_worker_that_went_silent_with_tasks_is_named_and_dated(feed: Feed) -> None:
    feed.heartbeat("w1@a")
    feed.heartbeat("local@host", active=3)
    feed.poll()
    for _ in range(6):
        feed.advance(2)
        feed.heartbeat("w1@a")
    (concern,) = look(feed)[1]
    assert concern.sentence == "local@host silent for 12 s"
    assert concern.meaning == (
        "3 tasks ran there. What is AFI Desk's is given to another worker within 1 min, while a "
        "scheduler and a worker run; what is not, once the broker's visibility timeout has passed."
    )
    assert (concern.severity, concern.remedy) == ("warning", OPEN_CLUSTER)


def test_several_silent_workers_are_counted_and_dated_by_the_first(feed: Feed) -> None:
    feed.heartbeat("w1@a", "w2@a", "w3@a")
    feed.poll()
    feed.advance(10)
    feed.heartbeat("w1@a", "w2@a")
    for _ in range(15):
        feed.advance(2)
        feed.heartbeat("w1@a")
    (concern,) = look(feed)[1]
    assert concern.sentence == "2 of 3 workers silent for 40 s"
    assert concern.meaning.startswith("Nothing ran")
    assert concern.remedy == SHOW_UNFINISHED


def test_the_silence_of_the_only_worker_needs_someone_now(feed: Feed) -> None:
    feed.heartbeat("far@away", active=1)
    feed.advance(20)
    feed.poll(document_processing=1)
    found = look(feed)[1]
    assert [concern.key for concern in found] == ["workers", "silent"]
    assert {concern.severity for concern in found} == {"danger"}
    assert found[1].remedy.detail == {"worker": "far@away"}


def test_a_queue_that_no_worker_takes_from_is_named(feed: Feed) -> None:
    feed.heartbeat()
    feed.poll(forecasting=5)
    feed.set_consumers("forecasting", 0)
    result, found = look(feed)
    assert result.sentence == "No worker takes from forecasting: 5 tasks wait"
    assert [concern.key for concern in found] == ["consumers:forecasting"]


def test_an_empty_queue_without_workers_is_no_concern(feed: Feed) -> None:
    feed.heartbeat()
    feed.poll(consumers=0)
    assert look(feed)[1] == []


def test_a_queue_whose_consumers_are_unknown_is_no_concern(feed: Feed) -> None:
    feed.heartbeat()
    feed.poll(consumers=None, forecasting=5)
    assert look(feed)[1] == []


def test_tasks_that_no_free_worker_takes_for_a_minute_are_a_concern(feed: Feed) -> None:
    feed.heartbeat()
    for _ in range(70):
        feed.poll(model_training=4)
        feed.advance(1)
        feed.heartbeat()
    (concern,) = look(feed)[1]
    assert concern.key == "stalled"
    assert concern.sentence == "4 tasks wait and no worker has taken one for 1 min"


def test_tasks_that_wait_while_others_run_are_no_concern(feed: Feed) -> None:
    feed.heartbeat()
    feed.start()
    for _ in range(70):
        feed.poll(model_training=4)
        feed.advance(1)
        feed.heartbeat()
    assert look(feed)[1] == []


def test_a_few_failures_degrade_and_lead_to_the_failed_tasks(feed: Feed) -> None:
    feed.heartbeat()
    feed.poll()
    for _ in range(99):
        feed.succeed()
    feed.fail(exception="ValueError('no text layer')")
    feed.advance(120)
    feed.heartbeat()
    result, (concern,) = look(feed)
    assert result.sentence == "1 of 100 tasks failed in the last hour"
    assert result.severity == "warning"
    assert concern.meaning == f"Latest 2 min ago: ValueError: no text layer. It is {PROCESS}."
    assert concern.remedy.page == "tasks"
    assert concern.remedy.detail == {"states": FAILED, "name": PROCESS}


def test_more_than_one_in_twenty_failures_needs_someone(feed: Feed) -> None:
    feed.heartbeat()
    feed.poll()
    for _ in range(18):
        feed.succeed()
    feed.fail()
    feed.advance(1)
    assert look(feed)[0].severity == "danger"


def test_the_task_that_failed_most_is_named_among_several(feed: Feed) -> None:
    feed.heartbeat()
    feed.poll()
    for _ in range(3):
        feed.fail()
    feed.fail(name="forecasting.generate_stock_forecast")
    feed.advance(1)
    _, (concern,) = look(feed)
    assert concern.sentence == "4 tasks failed in the last hour"
    assert concern.meaning.endswith(f" 3 of them are {PROCESS}.")
    assert concern.remedy.detail == {"states": FAILED}


def test_a_single_failure_is_one_task(feed: Feed) -> None:
    feed.heartbeat()
    feed.poll()
    feed.fail()
    feed.advance(1)
    assert look(feed)[0].sentence == "1 task failed in the last hour"


def test_a_failure_of_more_than_an_hour_ago_is_no_concern_any_more(feed: Feed) -> None:
    feed.fail()
    feed.advance(3700)
    feed.heartbeat()
    feed.poll()
    assert look(feed)[1] == []


def test_a_long_exception_is_shortened_in_the_middle(feed: Feed) -> None:
    feed.heartbeat()
    feed.poll()
    feed.fail(exception=f"ValueError('{'x' * 3000}')")
    feed.advance(1)
    assert len(look(feed)[1][0].meaning) < 220


def test_tasks_that_ended_unseen_lead_to_what_is_unfinished(feed: Feed) -> None:
    feed.heartbeat()
    feed.poll()
    feed.state.mark_outcome_unknown(feed.start())
    (concern,) = look(feed)[1]
    assert concern.sentence == "It is unknown how 1 task ended"
    assert concern.remedy == SHOW_UNFINISHED


def test_a_gap_in_events_tells_how_long_it_was(feed: Feed) -> None:
    feed.heartbeat()
    feed.poll()
    picture = Picture()
    feed.gap(feed.now - 100, feed.now - 58)
    batch = feed.take()
    assert batch is not None
    picture.absorb(batch)
    (concern,) = concerns(picture, feed.now)
    assert concern.sentence == "Events were missed for 42 s in the last hour"
    assert concern.severity == "warning"
    assert concern.remedy == SHOW_UNFINISHED


def test_counted_losses_are_told_as_a_count(feed: Feed) -> None:
    feed.heartbeat()
    feed.poll()
    feed.gap(feed.now - 100, feed.now - 99, dropped=1200)
    feed.gap(feed.now - 50, feed.now - 49, dropped=34)
    picture = Picture()
    batch = feed.take()
    assert batch is not None
    picture.absorb(batch)
    (concern,) = concerns(picture, feed.now)
    assert concern.sentence == "1,234 event messages were missed in the last hour"


def test_event_messages_that_cannot_be_read_are_counted_and_forgotten_after_an_hour(
    feed: Feed,
) -> None:
    feed.heartbeat()
    feed.poll()
    batch = feed.take()
    assert batch is not None
    picture = Picture()
    link = replace(batch.connection, last_event=feed.now)
    told = {"counters": replace(batch.counters, malformed=3), "connection": link}
    picture.absorb(replace(batch, **told))
    (concern,) = concerns(picture, feed.now)
    assert (concern.severity, concern.sentence) == ("warning", "3 event messages could not be read")
    assert concern.meaning.startswith("Last just now.")
    picture.absorb(replace(batch, **told))
    assert concerns(picture, feed.now + 3700) == []


def test_a_gap_of_more_than_an_hour_ago_is_forgotten(feed: Feed) -> None:
    feed.heartbeat()
    feed.poll()
    feed.gap(feed.now - 4000, feed.now - 3700)
    picture = Picture()
    batch = feed.take()
    assert batch is not None
    picture.absorb(batch)
    assert concerns(picture, feed.now) == []


def test_a_full_broker_comes_before_what_only_degrades(feed: Feed) -> None:
    feed.heartbeat("w1@a")
    feed.poll()
    feed.connection = replace(feed.connection, message=filling.words(99, 100))
    (concern,) = look(feed)[1]
    assert concern.sentence.startswith("The broker's memory is full: it holds")
    assert (concern.severity, concern.remedy) == ("danger", SHOW_QUEUES)
    feed.connection = replace(feed.connection, message="A queue cannot be counted. Look at it.")
    (concern,) = look(feed)[1]
    assert (concern.sentence, concern.severity) == ("A queue cannot be counted", "warning")
