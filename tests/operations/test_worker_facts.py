"""What workers tell, of another Celery, an old one or none at all."""

from typing import Any

import pytest

from worker_core.operations import prefetch, worker_answers, worker_facts, worker_survey
from worker_core.operations.prefetch import HeldUp, Load
from worker_core.operations.worker_facts import Job, NotUnderstood, Served

RUBBISH: tuple[Any, ...] = (None, 7, "what", ["a"], {"error": "KeyError('stats')"}, [[]], [None])


@pytest.mark.parametrize("reply", RUBBISH)
def test_an_answer_that_is_no_description_is_refused_in_words(reply: Any) -> None:
    for read in (worker_facts.stats, worker_facts.settings):
        with pytest.raises(NotUnderstood, match="answered"):
            read(reply)


@pytest.mark.parametrize("reply", [None, 7, "what", {"error": "no"}, {"a": 1}])
def test_an_answer_that_is_no_list_is_refused_in_words(reply: Any) -> None:
    for read in (worker_facts.jobs, worker_facts.served, worker_facts.registered):
        with pytest.raises(NotUnderstood, match="answered"):
            read(reply)


def test_what_is_missing_in_old_answers_is_unknown() -> None:
    assert worker_facts.stats({}).slots is None
    assert worker_facts.stats({"pool": "prefork", "rusage": []}).pool == ""
    assert worker_facts.jobs([{"id": "1"}]) == [Job("1", "")]
    assert worker_facts.jobs([{}, 3, {"request": None}, {"id": None}]) == []
    assert worker_facts.served([{"name": "q", "exchange": None}, {"name": 5}]) == [Served("q")]


def test_wrong_figures_are_passed_over() -> None:
    told = {"pool": {"processes": [1, "x", True], "max-concurrency": "many"}, "uptime": -5}
    read = worker_facts.stats(told)
    assert (read.processes, read.slots, read.uptime) == ((1,), None, None)
    (job,) = worker_facts.jobs(
        [{"id": 5, "time_start": "now", "worker_pid": 1.5, "delivery_info": [], "eta": "soon"}]
    )
    assert (job.task_id, job.started, job.pid, job.eta) == ("5", None, None, None)


def test_the_arguments_of_old_and_new_workers_read_alike() -> None:
    old = {"id": "1", "args": "(1, 2)", "kwargs": "{'a': 3}"}
    new = {"id": "1", "args": [1, 2], "kwargs": {"a": 3}}
    assert worker_facts.jobs([old])[0].arguments == "(1, 2), {'a': 3}"
    assert worker_facts.jobs([new])[0].arguments == "1, 2, a=3"


def test_texts_without_end_are_cut() -> None:
    (job,) = worker_facts.jobs([{"id": "x" * 10**6, "args": ["y" * 10**6]}])
    assert len(job.task_id) == len(job.arguments) == worker_facts.TEXT_LIMIT


def test_the_rate_limit_is_read_from_a_registered_task() -> None:
    told = worker_facts.registered(["a.task [rate_limit=10/m]", "b.task", 5])
    assert [(task.name, task.rate_limit) for task in told] == [
        ("a.task", "10/m"),
        ("b.task", ""),
        ("5", ""),
    ]


@pytest.mark.parametrize(
    ("reply", "outcome", "part"),
    [
        (None, "ok", "without a word"),
        ({"ok": "all good"}, "ok", "all good"),
        (["odd"], "ok", "odd"),
        ({"error": "ValueError('Autoscale not enabled')"}, "refused", "--autoscale"),
        ({"error": 'ValueError("Can\'t shrink pool. All processes busy!")'}, "refused", "busy"),
        ({"error": ""}, "refused", "no reason"),
        ({"error": "x" * 10_000}, "refused", "…"),
    ],
)
def test_every_answer_has_an_outcome_and_words(reply: Any, outcome: str, part: str) -> None:
    answer = worker_answers.read("enable_events", {}, "a@b", reply)
    assert answer.outcome == outcome
    assert part in answer.text
    assert len(answer.text) < 500


def test_what_opens_something_is_masked_and_the_rest_is_not() -> None:
    told = {
        "broker_url": "redis://me:p@ss@host/0",
        "redis_password": "hunter2",
        "nested": {"api_key": "k", "secret_key": "s", "list": ["amqp://u:p@h"]},
        "task_default_routing_key": "celery",
        "redis_backend_use_ssl": {"ssl_keyfile": "/etc/key.pem"},
        "backend": "db+postgresql://h/d?user=a&password=hunter3&x=1",
        "result_backend_password": None,
    }
    shown = worker_survey.masked(told)
    for secret in ("p@ss", "hunter2", "'k'", "'s'", "u:p", "hunter3"):
        assert secret not in str(shown)
    assert shown["broker_url"] == f"redis://{worker_survey.MASKED}@host/0"
    assert shown["task_default_routing_key"] == "celery"
    assert shown["redis_backend_use_ssl"] == {"ssl_keyfile": "/etc/key.pem"}
    assert shown["result_backend_password"] is None
    assert shown["backend"].endswith("&x=1")


def load(node: str, running: int, held: int, queues: str = "q", slots: int = 2) -> Load:
    jobs = [Job(str(number), "a", routing_key="q") for number in range(held)]
    return Load(node, slots, running, jobs, [Served(name, name, name) for name in queues])


def test_held_tasks_are_found_only_where_another_worker_could_begin_them() -> None:
    greedy = load("greedy", 2, 5)
    assert prefetch.held_up([greedy, load("idle", 0, 0)]) == [
        HeldUp("greedy", "q", 5, (("idle", 2),))
    ]
    assert prefetch.held_up([greedy, load("elsewhere", 0, 0, queues="x")]) == []
    assert prefetch.held_up([greedy, load("busy", 2, 0)]) == []
    assert prefetch.held_up([greedy, load("about to begin", 0, 2)]) == []
    assert prefetch.held_up([greedy]) == []


def test_what_a_free_slot_is_about_to_take_is_not_held_up() -> None:
    assert prefetch.held_up([load("a", 0, 2), load("idle", 0, 0)]) == []
    (found,) = prefetch.held_up([load("a", 1, 3), load("idle", 0, 0)])
    assert found.tasks == 2
