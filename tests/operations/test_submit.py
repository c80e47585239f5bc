"""Putting tasks on their queues."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from worker_core import catalog
from worker_core.arguments import ProcessDocument
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.client import client_app, send
from worker_core.operations.configuration import celery_configuration, stamp_enqueue_time
from worker_core.operations.connection import client
from worker_core.operations.errors import InvalidArguments, LedgerUnavailable, TaskUnavailable
from worker_core.operations.journal import ENTRIES_KEY
from worker_core.operations.ledger import ledger
from worker_core.operations.queues import peek
from worker_core.operations.results import TaskResult, result
from worker_core.operations.submit import checked, submit, submit_document
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

SHA = "ab" * 32
DOCUMENT = {"document": SHA, "filename": "10-K.html"}
SUMMARY = "document_processing.generate_document_summary"
PROCESS = "document_processing.process_document"

Until = Callable[..., Any]


@pytest.fixture
def outcome(shared_settings: Settings, until: Until) -> Callable[[str], TaskResult]:
    """Waits for a task to end, and returns what is stored of it."""

    def ended(task_id: str) -> TaskResult | None:
        found = result(task_id, settings=shared_settings)
        return found if found and found.state in {"SUCCESS", "FAILURE", "REVOKED"} else None

    return lambda task_id: until(lambda: ended(task_id), f"the end of task {task_id}")


@pytest.fixture
def black_hole() -> Iterator[str]:
    """The address of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def test_a_task_waits_on_its_queue_with_its_arguments_and_its_time(
    broker: EmbeddedBroker, settings: Settings
) -> None:
    before = time.time()
    with client(broker.start()) as redis:
        sent = submit(SUMMARY, {"document": SHA, "sentences": 3}, settings=settings)
        (row,) = peek(redis, "document_processing")
    assert (sent.name, sent.queue, sent.follow_ups) == (SUMMARY, "document_processing", ())
    assert (row.task_id, row.name) == (sent.task_id, SUMMARY)
    assert (row.args, row.kwargs) == ([], {"document": SHA, "sentences": 3})
    assert row.priority == 3
    assert row.enqueued_at is not None
    assert before <= row.enqueued_at <= time.time()


def test_the_id_a_header_and_a_countdown_can_be_given(
    broker: EmbeddedBroker, settings: Settings
) -> None:
    with client(broker.start()) as redis:
        sent = submit(
            SUMMARY,
            {"document": SHA},
            task_id="chosen",
            headers={"user_id": 7},
            countdown=3600,
            settings=settings,
        )
        (row,) = peek(redis, "document_processing")
    assert sent.task_id == row.task_id == "chosen"
    assert row.eta is not None
    assert json.loads(row.raw)["headers"]["user_id"] == 7


def test_only_what_was_given_is_sent(broker: EmbeddedBroker, settings: Settings) -> None:
    with client(broker.start()) as redis:
        submit(SUMMARY, {"document": SHA}, settings=settings)
        (row,) = peek(redis, "document_processing")
    assert row.kwargs == {"document": SHA}


def test_dates_are_sent_as_json(settings: Settings) -> None:
    values = checked(catalog.task(PROCESS), {**DOCUMENT, "filing_date": "2024-11-01"})
    assert values["filing_date"] == "2024-11-01"
    model = ProcessDocument.model_validate(values)
    assert checked(catalog.task(PROCESS), model) == values


@pytest.mark.parametrize(
    ("arguments", "field", "says"),
    [
        ({}, "document", "is needed"),
        ({"document": "XYZ"}, "document", "form that is needed"),
        ({"document": SHA, "colour": "red"}, "colour", "is not an argument of this task"),
        ({"document": SHA, "sentences": 0}, "sentences", "greater than or equal to 1"),
        ({"document": SHA, "sentences": "many"}, "sentences", "valid integer"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_field_by_field(
    settings: Settings, arguments: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(InvalidArguments) as caught:
        submit(SUMMARY, arguments, settings=settings)
    assert list(caught.value.fields) == [field]
    assert says in caught.value.fields[field]
    assert f"{field} {caught.value.fields[field]}" in caught.value.message
    assert "document, sentences" in caught.value.remedy


def test_a_document_too_needs_arguments_that_fit(settings: Settings) -> None:
    with pytest.raises(InvalidArguments, match="filename is needed"):
        submit_document({"document": SHA}, settings=settings)


def test_a_task_that_is_not_available_is_refused_at_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = replace(catalog.TASKS[SUMMARY], unavailable=catalog.NOT_BUILT)
    monkeypatch.setitem(catalog.TASKS, SUMMARY, spec)
    with pytest.raises(TaskUnavailable, match=spec.title):
        submit(SUMMARY, {}, settings=settings)


def test_an_unknown_task_is_refused_with_the_nearest_names(settings: Settings) -> None:
    with pytest.raises(catalog.UnknownTask, match=r"document_processing\.process_document"):
        submit("document_processing.proces_document", {}, settings=settings)


@pytest.mark.timeout(30)
def test_without_a_broker_the_answer_comes_soon(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    nowhere = Settings(data_dir=data_dir, broker_url=f"redis://127.0.0.1:{port}/0")
    for _ in range(5):
        for sent in (
            submit_document(DOCUMENT, settings=nowhere),
            submit(SUMMARY, {"document": SHA}, settings=nowhere),
        ):
            assert not sent.delivered
            assert "does not answer" in (sent.problem or "")
            assert "delivered when the broker is back" in (sent.problem or "")
            with ledger(nowhere) as tasks:
                record = tasks.get(sent.task_id)
            assert record is not None
            assert record.state == "waiting"


@pytest.mark.timeout(30)
def test_a_store_of_results_that_is_down_does_not_hold_up_a_submission(
    broker: EmbeddedBroker, data_dir: Path
) -> None:
    url = broker.start()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    values = Settings(data_dir=data_dir, result_backend=f"redis://127.0.0.1:{port}/0")
    submit_document(DOCUMENT, settings=values)
    with client(url) as redis:
        assert len(peek(redis, "document_processing")) == 1


@pytest.mark.timeout(30)
def test_a_broker_that_accepts_and_keeps_silent_is_given_up(
    data_dir: Path, black_hole: str
) -> None:
    sent = submit_document(DOCUMENT, settings=Settings(data_dir=data_dir, broker_url=black_hole))
    assert not sent.delivered
    assert "in time" in (sent.problem or "")


def test_a_second_submission_with_one_key_answers_the_first_task(
    broker: EmbeddedBroker, settings: Settings
) -> None:
    with client(broker.start()) as redis:
        sent = [
            submit_document(DOCUMENT, owner=owner, idempotency_key="upload-1", settings=settings)
            for owner in ("ann", "ann", "bob")
        ]
        rows = peek(redis, "document_processing")
    assert sent[0] == sent[1]
    assert sent[0].task_id != sent[2].task_id
    assert [row.task_id for row in rows] == [sent[0].task_id, sent[2].task_id]


def test_a_key_that_cannot_be_kept_is_refused(settings: Settings) -> None:
    for key in ("", "x" * 156, "two\nlines"):
        with pytest.raises(InvalidArguments, match="idempotency key"):
            submit_document(DOCUMENT, idempotency_key=key, settings=settings)


def test_a_task_that_cannot_be_written_down_is_not_sent(
    broker: EmbeddedBroker, data_dir: Path
) -> None:
    with client(broker.start()) as redis:
        values = Settings(data_dir=data_dir, database=f"sqlite:///{data_dir}")
        with pytest.raises(LedgerUnavailable, match="cannot be opened"):
            submit(SUMMARY, {"document": SHA}, settings=values)
        assert peek(redis, "document_processing") == []


def test_the_password_is_in_no_failure(broker: EmbeddedBroker, settings: Settings) -> None:
    url = broker.start()
    broker.stop()
    sent = submit_document(DOCUMENT, settings=settings)
    assert sent.problem
    assert url.split(":")[2].partition("@")[0] not in sent.problem


def test_a_full_broker_takes_no_task_and_says_why(
    broker: EmbeddedBroker, settings: Settings
) -> None:
    with client(broker.start()) as redis:
        redis.config_set("maxmemory", "1")
        sent = submit_document(DOCUMENT, settings=settings)
    assert not sent.delivered
    assert "memory is full" in (sent.problem or "")


def test_a_broker_that_moved_is_found_without_a_restart(
    broker: EmbeddedBroker, settings: Settings
) -> None:
    before = broker.start()
    submit(SUMMARY, {"document": SHA}, settings=settings)
    broker.stop()
    with socket.create_server(("127.0.0.1", int(before.rpartition(":")[2].partition("/")[0]))):
        after = broker.start()
    assert after != before
    submit(SUMMARY, {"document": SHA}, settings=settings)
    with client(after) as redis:
        assert len(peek(redis, "document_processing")) == 2


def test_many_threads_submit_at_once_and_nothing_is_lost(
    broker: EmbeddedBroker, settings: Settings
) -> None:
    with client(broker.start()) as redis:
        with ThreadPoolExecutor(8) as pool:
            sent = {
                future.result().task_id
                for future in [
                    pool.submit(submit_document, DOCUMENT, settings=settings) for _ in range(200)
                ]
            }
        rows = peek(redis, "document_processing", 500)
    assert len(sent) == 200
    assert {row.task_id for row in rows} == sent
    assert threading.active_count() < 20


def test_a_document_is_followed_by_its_sentiment_and_its_summary(
    shared_settings: Settings,
    redis: "Redis",
    worker: str,
    outcome: Callable[[str], TaskResult],
) -> None:
    sent = submit_document(DOCUMENT, headers={"x_case": 12}, settings=shared_settings)
    assert (sent.name, sent.queue) == (PROCESS, "document_processing")
    first = outcome(sent.task_id)
    assert first.state == "SUCCESS"
    assert first.result["kwargs"] == DOCUMENT
    assert first.result["case"] == 12
    after = [outcome(task_id) for task_id in sent.follow_ups]
    assert [one.name for one in after] == ["sentiment_analysis.analyze_document_sentiment", SUMMARY]
    assert [one.queue for one in after] == ["sentiment_analysis", "document_processing"]
    for one in after:
        # Their own arguments alone: what the document's task returned is not handed on.
        assert one.result["args"] == []
        assert one.result["kwargs"] == {"document": SHA}
        assert one.result["parent"] == one.result["root"] == sent.task_id
        assert one.result["enqueued_at"] > first.result["enqueued_at"]
    assert set(first.children) == set(sent.follow_ups)


def test_nothing_follows_a_document_that_cannot_be_read(
    shared_settings: Settings,
    redis: "Redis",
    worker: str,
    outcome: Callable[[str], TaskResult],
) -> None:
    sent = submit_document({**DOCUMENT, "filename": "damaged.pdf"}, settings=shared_settings)
    failed = outcome(sent.task_id)
    assert (failed.state, failed.error) == ("FAILURE", "ValueError: damaged")
    assert "ValueError" in (failed.traceback or "")
    later = submit_document(DOCUMENT, settings=shared_settings)
    for task_id in later.follow_ups:
        outcome(task_id)
    assert all(result(one, settings=shared_settings) is None for one in sent.follow_ups)


def test_a_foreign_task_is_sent_as_it_is(
    shared_settings: Settings,
    redis: "Redis",
    worker: str,
    outcome: Callable[[str], TaskResult],
) -> None:
    sent = send(
        "foreign.echo",
        [1, "two"],
        {"three": None},
        queue="data_processing",
        settings=shared_settings,
    )
    told = outcome(sent)
    assert (told.args, told.kwargs) == ([1, "two"], {"three": None})
    assert told.result["args"] == [1, "two"]


def test_every_task_of_the_catalog_is_routed_to_its_queue(settings: Settings) -> None:
    app = client_app(settings)
    for name, spec in catalog.TASKS.items():
        assert app.amqp.router.route({}, name)["queue"].name == spec.queue
    assert app.amqp.router.route({}, "celery.backend_cleanup")["queue"].name == "monitoring"


def test_the_configuration_opens_json_alone(settings: Settings) -> None:
    values = celery_configuration(settings)
    assert values["accept_content"] == values["result_accept_content"] == ["json"]
    assert values["task_serializer"] == values["result_serializer"] == "json"


def test_the_configuration_follows_the_settings(data_dir: Path) -> None:
    values = celery_configuration(
        Settings(
            data_dir=data_dir,
            broker_url="redis://b/0",
            result_backend="redis://r/1",
            timezone="Europe/Berlin",
            visibility_timeout_s=90,
            worker_max_memory_mb=256,
            task_acks_late=False,
        )
    )
    assert (values["broker_url"], values["result_backend"]) == ("redis://b/0", "redis://r/1")
    assert values["timezone"] == "Europe/Berlin"
    assert values["broker_transport_options"]["visibility_timeout"] == 90
    assert values["worker_max_memory_per_child"] == 256 * 1024
    assert values["task_acks_late"] is False


@pytest.mark.parametrize("variable", ["CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"])
def test_an_empty_variable_is_no_address_to_celery_either(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    from celery import Celery

    monkeypatch.setenv(variable, "")
    app = Celery("test", set_as_current=False)
    app.conf.update(celery_configuration(Settings(data_dir=data_dir)))
    usual = "redis://127.0.0.1:6379/0"
    assert (app.conf.broker_url, app.conf.result_backend) == (usual, usual)


def test_celery_knows_every_setting_of_the_configuration(settings: Settings) -> None:
    from celery.app.defaults import NAMESPACES, flatten

    known = {name for name, _ in flatten(NAMESPACES)}
    assert set(celery_configuration(settings)) - known == {ENTRIES_KEY}


def test_a_stamp_needs_headers_to_go_on() -> None:
    headers: dict[str, Any] = {}
    stamp_enqueue_time(headers=headers, sender="a.b", body=())
    assert headers["afi_enqueued_at"] <= time.time()
    stamp_enqueue_time()
