"""The sentences of the overview, judged on what the monitor's own reducer makes of events."""

import subprocess
import sys

import pytest

from desktop_app.ui import formats
from desktop_app.views.overview.concern import (
    CHOOSE_BROKER,
    OPEN_CLUSTER,
)
from desktop_app.views.overview.concerns import concerns
from desktop_app.views.overview.picture import Picture
from desktop_app.views.overview.verdict import PROCESS_A_FILING
from tests.ui.overview.feed import Feed
from tests.ui.overview.looking import look
from worker_core import settings


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
