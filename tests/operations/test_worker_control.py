"""Commands to real workers of several pools, and what each answers."""

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from worker_core.operations import prefetch, process, worker_control, worker_survey
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.client import send
from worker_core.operations.errors import BrokerUnreachable
from worker_core.operations.worker_answers import Answer
from worker_core.operations.workers import inspect
from worker_core.settings import Settings

STANDIN = Path(__file__).with_name("standins") / "any_worker.py"
HOST = socket.gethostname()
PREFORK, THREADS, SOLO, SCALED = (
    f"{name}@{HOST}" for name in ("prefork", "threads", "solo", "scaled")
)
PATIENT_S = 60.0

Until = Callable[..., Any]
Start = Callable[..., process.Running]


@pytest.fixture(scope="module")
def control_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    data_dir = tmp_path_factory.mktemp("control")
    broker = EmbeddedBroker(data_dir)
    broker.start()
    yield Settings(data_dir=data_dir)
    broker.stop()


@pytest.fixture(scope="module")
def start(
    control_settings: Settings, tmp_path_factory: pytest.TempPathFactory, until: Until
) -> Iterator[Start]:
    running = []

    def begin(node: str, *options: str) -> process.Running:
        log = tmp_path_factory.mktemp("worker") / "worker.log"
        one = process.start(
            [sys.executable, str(STANDIN), node, *options],
            log=log,
            environment={"AFI_DATA_DIR": str(control_settings.data_dir)},
        )
        running.append(one)
        until(
            lambda: inspect("ping", destination=[node], timeout=0.5, settings=control_settings),
            f"the answer of {node} ({log})",
        )
        return one

    yield begin
    for one in running:
        process.ask(one, "TERM")
    for one in running:
        if not process.wait(one, 30):
            process.kill(one)
        process.forget(one.watchdog.pid)


@pytest.fixture(scope="module")
def prefork(start: Start) -> str:
    start(PREFORK, "prefork", "2", "restarts")
    return PREFORK


@pytest.fixture(scope="module")
def threads(start: Start) -> str:
    start(THREADS, "threads", "2")
    return THREADS


@pytest.fixture
def tell(control_settings: Settings) -> Callable[..., Answer]:
    """One worker's one answer."""

    def give(command: str, node: str, **arguments: object) -> Answer:
        (answer,) = worker_control.ask(
            command, arguments, [node], timeout=PATIENT_S, settings=control_settings
        )
        assert answer.node == node
        return answer

    return give


def glance(settings: Settings, node: str) -> worker_survey.Glance | None:
    return worker_survey.survey(timeout=PATIENT_S, settings=settings).get(node)


# Every command


def test_a_pool_grows_and_shrinks_and_says_so(
    prefork: str, tell: Callable[..., Answer], control_settings: Settings, until: Until
) -> None:
    def slots() -> int | None:
        seen = glance(control_settings, prefork)
        return seen.stats.slots if seen and seen.stats else None

    before = slots()
    assert before is not None
    answer = tell("pool_grow", prefork, n=1)
    assert answer == Answer(prefork, "ok", "its pool grows by 1.")
    until(lambda: slots() == before + 1, "the pool had grown")
    assert tell("pool_shrink", prefork, n=1).text == "its pool shrinks by 1."
    until(lambda: slots() == before, "the pool had shrunk")


def test_a_pool_of_threads_refuses_to_grow_in_plain_words(
    threads: str, tell: Callable[..., Answer]
) -> None:
    answer = tell("pool_grow", threads, n=1)
    assert answer.outcome == "refused"
    assert "cannot change its size" in answer.text


def test_a_pool_is_restarted_only_where_its_worker_allows_it(
    prefork: str, threads: str, tell: Callable[..., Answer]
) -> None:
    assert tell("pool_restart", prefork).outcome == "ok"
    refused = tell("pool_restart", threads)
    assert refused.outcome == "refused"
    assert "worker_pool_restarts" in refused.text


def test_autoscale_is_changed_where_there_is_one_and_explained_where_not(
    start: Start, threads: str, tell: Callable[..., Answer], control_settings: Settings
) -> None:
    start(SCALED, "prefork", "1", "--autoscale=2,1")
    assert tell("autoscale", SCALED, max=3, min=1).text == "autoscale now max=3 min=1"
    seen = glance(control_settings, SCALED)
    assert seen is not None
    assert seen.stats is not None
    assert seen.stats.autoscale == (1, 3)
    assert "autoscaler" in tell("pool_grow", SCALED, n=1).text
    assert "--autoscale" in tell("autoscale", threads, max=3, min=1).text


def test_queues_are_added_and_left(
    threads: str, tell: Callable[..., Answer], control_settings: Settings, until: Until
) -> None:
    def queues() -> set[str]:
        seen = glance(control_settings, threads)
        return {queue.name for queue in (seen.queues if seen else None) or ()}

    assert tell("add_consumer", threads, queue="more").outcome == "ok"
    until(lambda: queues() == {"any", "more"}, "the queue was taken from")
    assert tell("cancel_consumer", threads, queue="more").text.endswith("from the queue more.")
    until(lambda: queues() == {"any"}, "the queue was left")


def test_limits_are_set_and_wrong_ones_refused(prefork: str, tell: Callable[..., Answer]) -> None:
    def limit(rate: str, task: str = "any.nothing") -> Answer:
        return tell("rate_limit", prefork, task_name=task, rate_limit=rate)

    assert limit("10/h").text == "its new rate limit is 10/h."
    assert limit("0").outcome == "ok"
    assert "does not understand" in limit("often").text
    assert limit("1/s", "nobody.knows").text == "refused: it has no task of this name."
    assert tell("time_limit", prefork, task_name="any.sleep", soft=5, hard=9).outcome == "ok"


def test_events_are_turned_on_and_off_and_a_heartbeat_is_sent(
    prefork: str, tell: Callable[..., Answer]
) -> None:
    for command in ("enable_events", "disable_events", "enable_events", "heartbeat"):
        assert tell(command, prefork).outcome == "ok"


def test_a_command_that_a_worker_does_not_know_is_called_that(
    prefork: str, tell: Callable[..., Answer]
) -> None:
    assert tell("dance", prefork).text == "refused: it does not know this command."


def test_answers_come_one_by_one_and_the_silent_are_named_at_the_end(
    prefork: str, threads: str, control_settings: Settings
) -> None:
    nobody = "nobody@nowhere"
    answers = worker_control.ask(
        "heartbeat", None, [nobody, prefork, threads], timeout=3, settings=control_settings
    )
    first = next(answers)
    assert first.outcome == "ok"  # before the time for the silent one is over
    rest = list(answers)
    assert {first.node, rest[0].node} == {prefork, threads}
    assert (rest[1].node, rest[1].outcome) == (nobody, "no answer")


def test_no_worker_at_all_is_known_at_once(settings: Settings, broker: EmbeddedBroker) -> None:
    broker.start()
    (answer,) = worker_control.ask("heartbeat", None, ["a@b"], timeout=600, settings=settings)
    assert answer.outcome == "no answer"
    assert list(worker_control.ask("heartbeat", None, [], settings=settings)) == []


def test_an_unreachable_broker_is_an_error_and_no_silence(settings: Settings) -> None:
    away = settings.model_copy(update={"broker_url": "redis://127.0.0.1:1/0"})
    with pytest.raises(BrokerUnreachable):
        list(worker_control.ask("heartbeat", None, ["a@b"], settings=away))


# The end of a worker


@pytest.mark.parametrize("command", ["shutdown", "soft_shutdown"])
def test_a_worker_told_to_shut_down_ends(
    start: Start,
    tell: Callable[..., Answer],
    command: str,
) -> None:
    leaving = start(SOLO, "solo", "1")
    assert tell(command, SOLO).outcome == "ok"
    assert process.wait(leaving, PATIENT_S)


def test_who_is_not_there_to_be_shut_down_is_said(control_settings: Settings, prefork: str) -> None:
    (answer,) = worker_control.ask("shutdown", None, ["a@b"], settings=control_settings)
    assert answer.outcome == "no answer"
    assert "gone" in answer.text
    assert glance(control_settings, prefork)


# What workers tell


def test_a_survey_tells_pool_slots_queues_and_memory(
    prefork: str, threads: str, control_settings: Settings
) -> None:
    seen = worker_survey.survey(timeout=PATIENT_S, settings=control_settings)
    kinds = {node: seen[node].stats.pool for node in (prefork, threads)}  # type: ignore[union-attr]
    assert kinds == {prefork: "prefork", threads: "threads"}
    for node in (prefork, threads):
        load = seen[node].load
        assert load is not None
        assert load.slots == 2
        assert [queue.name for queue in load.queues] == ["any"]
        assert (seen[node].memory or 0) > 10_000_000


def test_details_hold_every_part_with_secrets_masked(
    prefork: str, control_settings: Settings
) -> None:
    told = worker_survey.details(prefork, timeout=PATIENT_S, settings=control_settings)
    assert not told.problems
    assert set(told.parts) == set(worker_survey.PARTS)
    assert "any.nothing" in {task.name for task in told.parts["registered"]}
    assert "hunter2" not in str(told.parts["conf"])


def test_details_of_nobody_say_so_for_each_part(control_settings: Settings, prefork: str) -> None:
    told = worker_survey.details("a@b", timeout=0.3, settings=control_settings)
    assert set(told.problems) == set(worker_survey.PARTS)
    assert not told.parts


def test_tasks_held_by_a_busy_worker_while_another_is_free_are_found(
    start: Start, threads: str, control_settings: Settings, until: Until
) -> None:
    start(SOLO, "prefork", "1")
    # What one worker takes ahead is seen once the other one comes to serve the queue.
    for command, node in (("cancel_consumer", threads),):
        list(worker_control.ask(command, {"queue": "any"}, [node], settings=control_settings))
    sent = [
        send("any.sleep", [4.0], {}, queue="held up", settings=control_settings) for _ in range(4)
    ]
    list(
        worker_control.ask("add_consumer", {"queue": "held up"}, [SOLO], settings=control_settings)
    )

    def hold() -> list[prefetch.HeldUp]:
        seen = worker_survey.survey(timeout=PATIENT_S, settings=control_settings)
        return prefetch.held_up(load for one in seen.values() if (load := one.load))

    def held() -> bool:
        one = glance(control_settings, SOLO)
        return bool(one and one.load and one.load.waiting == len(sent) - 1)

    until(held, "the tasks had been taken ahead")
    list(
        worker_control.ask(
            "add_consumer", {"queue": "held up"}, [threads], settings=control_settings
        )
    )
    (found,) = until(hold, "the idle worker had been found")
    assert (found.node, found.queue) == (SOLO, "held up")
    assert found.idle == ((threads, 2),)
    assert found.tasks >= 1
