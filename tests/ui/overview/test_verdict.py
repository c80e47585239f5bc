"""The sentences of the overview, judged on what the monitor's own reducer makes of events."""

import subprocess
import sys

import pytest
from msgspec.structs import replace

from desktop_app.ui import formats
from desktop_app.views.overview.concern import (
    CHOOSE_BROKER,
    OPEN_CLUSTER,
    SHOW_UNFINISHED,
    Concern,
)
from desktop_app.views.overview.concerns import concerns
from desktop_app.views.overview.picture import FAILED, Picture
from desktop_app.views.overview.verdict import PROCESS_A_FILING, Verdict, verdict
from tests.ui.overview.feed import PROCESS, Feed
from worker_core import settings


def look(feed: Feed) -> tuple[Verdict, list[Concern]]:
    picture = Picture()
    picture.absorb(feed.snapshot())
    found = concerns(picture, feed.now)
    return verdict(picture, found), found


def test_without_a_broker_the_one_step_is_to_choose_one(feed: Feed) -> None:
    feed.connect("idle")
    result, found = look(feed)
    assert result.sentence == "No broker has been chosen"
    assert (result.severity, result.remedy) == ("waiting", CHOOSE_BROKER)
    assert found == []


def test_connecting_names_the_broker_and_repeats_what_hinders_it(feed: Feed) -> None:
    feed.connect("connecting", "Nothing answers. Trying again.")
    result, found = look(feed)
    assert result.sentence == "Connecting to redis://127.0.0.1:6391/0"
    assert result.detail == "Nothing answers. Trying again."
    assert result.severity == "running"
    assert found == []


def test_a_lost_broker_is_dated_and_leads_to_the_local_cluster_when_it_is_local(feed: Feed) -> None:
    feed.heartbeat()
    feed.connect("lost", "Nothing answers. Trying again.")
    feed.advance(12, live=False)
    result, found = look(feed)
    assert result.sentence == "Broker lost 12 s ago"
    assert result.severity == "danger"
    assert "What is shown is from" in result.detail
    assert "Nothing answers" in result.detail
    assert [concern.remedy for concern in found] == [OPEN_CLUSTER]


@pytest.mark.parametrize(
    ("label", "local"),
    [
        ("redis://localhost:6379/0", True),
        ("redis://127.0.0.1:6379/0", True),
        ("redis://[::1]:6379/0", True),
        ("/run/redis.sock", True),
        ("redis://broker.example.com:6379/0", False),
        ("rediss://10.1.2.3:6380/1", False),
    ],
)
def test_a_lost_broker_elsewhere_leads_to_the_choice_of_a_broker(
    feed: Feed, label: str, *, local: bool
) -> None:
    feed.connect("lost")
    picture = Picture()
    picture.absorb(feed.snapshot())
    picture.connection = type(picture.connection)("lost", label, feed.now)
    (concern,) = concerns(picture, feed.now)
    assert concern.remedy == (OPEN_CLUSTER if local else CHOOSE_BROKER)


def test_a_broker_lost_this_moment_is_lost_just_now(feed: Feed) -> None:
    feed.connect("lost")
    assert look(feed)[0].sentence == "Broker lost just now"


def test_while_the_broker_is_lost_nothing_is_said_about_workers_no_one_can_hear(feed: Feed) -> None:
    feed.poll(document_processing=3)
    feed.connect("lost")
    feed.advance(60, live=False)
    assert [concern.key for concern in look(feed)[1]] == ["connection"]


def test_all_is_well_counts_the_workers(feed: Feed) -> None:
    feed.heartbeat("w1@host", "w2@host", "w3@host")
    feed.poll()
    feed.succeed()
    feed.advance(1)
    result, found = look(feed)
    assert result.sentence == "All is well: 3 workers online, nothing waits"
    assert result.detail == "1 task ended in the last hour, none failed."
    assert (result.severity, result.remedy) == ("ok", None)
    assert found == []


def test_one_worker_is_one_worker(feed: Feed) -> None:
    feed.heartbeat()
    feed.poll()
    assert look(feed)[0].sentence == "All is well: 1 worker online, nothing waits"


def test_all_is_well_while_tasks_run_and_wait(feed: Feed) -> None:
    feed.heartbeat()
    feed.start()
    feed.start()
    feed.poll(document_processing=1200)
    assert look(feed)[0].sentence == "All is well: 1 worker online, 2 tasks running, 1,200 waiting"


def test_a_system_that_never_ran_anything_offers_to_process_a_filing(feed: Feed) -> None:
    feed.heartbeat()
    feed.poll()
    result, _ = look(feed)
    assert result.remedy == PROCESS_A_FILING
    assert "Drop a filing" in result.detail


def test_a_system_that_was_quiet_for_an_hour_says_so(feed: Feed) -> None:
    feed.succeed()
    feed.advance(3700)
    feed.heartbeat()
    feed.poll()
    assert look(feed)[0].detail == "No task has ended in the last hour."


def test_right_after_connecting_missing_workers_are_awaited_and_no_concern() -> None:
    feed = Feed(1_800_000_000.0)
    feed.poll(document_processing=14)
    feed.advance(3)
    result, found = look(feed)
    assert result.severity == "running"
    assert result.sentence == "Connected, listening for workers"
    assert found == []


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
    assert concern.meaning.startswith("3 tasks ran there.")
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
    assert concern.meaning == f"Latest 2 min ago: ValueError('no text layer') ({PROCESS})"
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
    assert concern.meaning.endswith(f"(3 of them {PROCESS})")
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


def test_the_worst_comes_first_and_the_verdict_counts_the_rest(feed: Feed) -> None:
    feed.heartbeat()
    for _ in range(99):
        feed.succeed()
    feed.fail()
    feed.poll(forecasting=2)
    feed.set_consumers("forecasting", 0)
    feed.advance(1)
    result, found = look(feed)
    assert [concern.severity for concern in found] == ["danger", "warning"]
    assert result.sentence == found[0].sentence
    assert result.detail.endswith("1 more thing needs attention.")


def test_every_concern_has_words_and_a_step(feed: Feed) -> None:
    feed.heartbeat("gone@a", active=2)
    feed.advance(30)
    feed.fail()
    feed.state.mark_outcome_unknown(feed.start())
    feed.poll(forecasting=2)
    feed.advance(1)
    found = look(feed)[1]
    assert len(found) >= 3
    for concern in found:
        assert concern.sentence
        assert concern.meaning
        assert concern.remedy.label
        assert concern.remedy.page in {"cluster", "tasks", "welcome", "documents"}


def test_judging_loads_no_toolkit() -> None:
    # The package itself is the page; its judgement stands beside it.
    code = (
        "import sys, types\n"
        "import desktop_app.views\n"
        "package = types.ModuleType('desktop_app.views.overview')\n"
        "package.__path__ = [desktop_app.views.__path__[0] + '/overview']\n"
        "sys.modules['desktop_app.views.overview'] = package\n"
        "import desktop_app.views.overview.verdict\n"
        "print(any(name.startswith('PySide6') or name == 'numpy' for name in sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"


def test_a_broker_that_came_back_empty_is_dated_with_what_is_gone_and_what_comes_again(
    feed: Feed,
) -> None:
    feed.heartbeat()
    feed.connect("live")
    feed.lose(feed.now - 5, orders=3, document_processing=2)
    (concern,) = [one for one in look(feed)[1] if one.key == "loss"]
    assert concern.severity == "danger"
    assert concern.sentence == (
        f"The broker came back empty at {formats.clock(feed.now)}: 5 messages that waited are gone"
    )
    assert f"Last counted at {formats.clock(feed.now - 5)}, in 2 queues." in concern.meaning
    assert "sent again by themselves" in concern.meaning
    assert "other applications" in concern.meaning
    feed.lose(feed.now, document_processing=1)
    (concern,) = [one for one in look(feed)[1] if one.key == "loss"]
    assert "1 message that waited is gone" in concern.sentence
    assert "other applications" not in concern.meaning
    feed.lose(feed.now, orders=1)
    (concern,) = [one for one in look(feed)[1] if one.key == "loss"]
    assert "Nothing sends them again" in concern.meaning
    feed.advance(3601)
    assert not [one for one in look(feed)[1] if one.key == "loss"]


def test_without_the_ledger_nothing_is_promised(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFI_LEDGER", "0")
    settings.current.cache_clear()
    feed.connect("live")
    feed.lose(feed.now, document_processing=1)
    (concern,) = [one for one in look(feed)[1] if one.key == "loss"]
    settings.current.cache_clear()
    assert "Nothing sends them again" in concern.meaning
