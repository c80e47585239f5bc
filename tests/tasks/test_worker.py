"""``celery -A worker_core worker`` is a worker as any Celery user expects, with our tasks."""

import json
from dataclasses import replace

import pytest

import resources
from tests.documents.builders import Value, old_workbook, rows, workbook, zipped
from tests.tasks.conftest import System, until
from worker_core import catalog
from worker_core.operations import client
from worker_core.operations.client import client_app
from worker_core.operations.errors import TaskUnavailable
from worker_core.operations.submit import submit, submit_document
from worker_core.operations.workers import inspect
from worker_core.schedule.builtin import SWEEP
from worker_core.storage.backups import backups
from worker_core.storage.condition import sqlite_file

pytestmark = pytest.mark.slow


def send(system: System, name: str, arguments: dict[str, object]) -> str:
    """What another program does: no catalog, no checks."""
    app = client_app(system.settings)
    with app.connection_for_write() as connection:
        queue = catalog.task(name).queue
        return str(app.send_task(name, kwargs=arguments, queue=queue, connection=connection).id)


def stored(system: System) -> str:
    sample = resources.sample_documents()[0]
    return system.storage.artifacts.put_file(sample.path, 2**30).sha256


def test_the_worker_registers_every_task_of_the_catalog_and_serves_every_queue(
    system: System,
) -> None:
    (registered,) = inspect("registered", settings=system.settings).values()
    assert set(catalog.TASKS) <= {entry.split(" ")[0] for entry in registered}
    (queues,) = inspect("active_queues", settings=system.settings).values()
    assert {queue["name"] for queue in queues} == set(catalog.QUEUES)


def test_celerys_own_commands_reach_it(system: System) -> None:
    answer = system.celery("inspect", "ping", "--json")
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)


def test_variables_that_celery_itself_ignores_are_in_force(system: System) -> None:
    (configuration,) = inspect("conf", settings=system.settings).values()
    assert configuration["timezone"] == "Europe/Berlin"
    assert configuration["task_acks_late"] is False
    assert configuration["worker_max_tasks_per_child"] == 77
    assert configuration["worker_concurrency"] == 2


@pytest.mark.parametrize("name", ["report.xlsx", "report.xls", "prices.csv", "filings.zip"])
def test_what_is_no_prose_is_stored_as_any_document(system: System, name: str) -> None:
    table: list[list[Value]] = [["INCOME - USD ($)", "Dec. 31, 2024"], ["Net sales", 391035]]
    content = {
        "report.xlsx": workbook({"Income": rows(table)}),
        "report.xls": old_workbook(table),
        "prices.csv": b"day,close\n2024-12-30,191\n2024-12-31,192\n",
        "filings.zip": zipped({"release.txt": "Net sales rose by five percent in the year."}),
    }[name]
    sha256 = system.storage.artifacts.put_bytes(content).sha256
    submission = submit_document({"document": sha256, "filename": name}, settings=system.settings)
    assert system.outcome(submission.task_id).state == "SUCCESS"
    for follow_up in submission.follow_ups:
        assert system.outcome(follow_up).state == "SUCCESS"
    record = system.storage.documents.by_sha(sha256)
    assert record is not None
    assert record.status == "parsed"
    assert system.storage.documents.text(record.id)


def test_a_document_is_read_and_its_sentiment_and_summary_follow(system: System) -> None:
    sha256 = stored(system)
    arguments = {
        "document": sha256,
        "filename": "annual.html",
        "company": "Harrow Vale",
        "filing_date": "2025-02-20",
    }
    submission = submit_document(arguments, settings=system.settings)
    outcome = system.outcome(submission.task_id)
    assert outcome.state == "SUCCESS", outcome
    for follow_up in submission.follow_ups:
        assert system.outcome(follow_up).state == "SUCCESS"
    record = system.storage.documents.by_sha(sha256)
    assert record is not None
    assert (record.company, str(record.filing_date)) == ("Harrow Vale", "2025-02-20")
    assert record.document_type == "10-K"
    sections = {section.name for section in system.storage.documents.sections(record.id)}
    assert {"Item 1", "Item 1A", "Item 7", "Item 8"} <= sections
    sentiment = system.storage.documents.sentiment(record.id)
    assert sentiment is not None
    assert sentiment.whole is not None
    assert sentiment.whole.sentences > 20
    summary = system.storage.documents.summary(record.id)
    assert summary is not None
    text = system.storage.documents.text(record.id) or ""
    for sentence in summary.sentences:
        assert text[sentence.start : sentence.end] == sentence.text


def test_processing_the_same_document_twice_changes_nothing(system: System) -> None:
    arguments = {"document": stored(system), "filename": "annual.html"}
    for _ in range(2):
        submission = submit_document(arguments, settings=system.settings)
        outcome = system.outcome(submission.task_id)
        for follow_up in submission.follow_ups:
            system.outcome(follow_up)
    assert outcome.result["already_processed"] is True
    record = system.storage.documents.by_sha(arguments["document"])
    assert record is not None
    sentiment = system.storage.documents.sentiment(record.id)
    assert sentiment is not None
    places = {(score.section, score.entity) for score in sentiment.scores}
    assert len(places) == len(sentiment.scores)


def test_a_bad_file_fails_for_good_with_its_reason_and_nothing_follows(system: System) -> None:
    artifact = system.storage.artifacts.put_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 32)
    arguments = {"document": artifact.sha256, "filename": "report.pdf"}
    submission = submit_document(arguments, settings=system.settings)
    outcome = system.outcome(submission.task_id)
    assert outcome.state == "FAILURE"
    assert outcome.retries == 0
    record = until(lambda: system.storage.documents.by_sha(artifact.sha256))
    assert record.status == "failed"
    assert record.error_message
    assert record.remedy
    assert "PNG" in record.error_message


def test_a_file_that_is_not_in_the_store_is_named_as_missing(system: System) -> None:
    arguments = {"document": "0" * 64, "filename": "gone.pdf"}
    outcome = system.outcome(submit_document(arguments, settings=system.settings).task_id)
    assert outcome.state == "FAILURE"
    assert outcome.error is not None
    assert "PermanentFailure" in outcome.error


def test_an_unavailable_task_is_refused_before_it_reaches_the_broker(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "monitoring.generate_system_report"
    spec = replace(catalog.TASKS[name], unavailable=catalog.NOT_BUILT)
    monkeypatch.setitem(catalog.TASKS, name, spec)
    with pytest.raises(TaskUnavailable, match="not part of this version"):
        submit(name, {}, settings=system.settings)


def test_arguments_that_do_not_fit_fail_by_name(system: System) -> None:
    task_id = send(system, "document_processing.process_document", {"document": "../../etc"})
    outcome = system.outcome(task_id)
    assert outcome.state == "FAILURE"
    assert "document" in str(outcome.error)
    assert "filename" in str(outcome.error)


def test_a_document_and_its_follow_ups_are_settled_in_the_ledger(system: System) -> None:
    arguments = {"document": stored(system), "filename": "annual.html"}
    submission = submit_document(arguments, settings=system.settings)
    for task_id in (submission.task_id, *submission.follow_ups):
        until(lambda: _succeeded(system, task_id))  # noqa: B023 - called at once
    row = system.storage.tasks.get(submission.task_id)
    assert row is not None
    assert row.first_sign_at is not None
    assert row.finished_at is not None
    # A worker may have ended before its sender has noted that the message is out.
    assert row.published_at is None or row.published_at <= row.first_sign_at
    assert row.attempts == 1


def _succeeded(system: System, task_id: str) -> bool | None:
    row = system.storage.tasks.get(task_id)
    return (row is not None and row.state == "succeeded") or None


def test_the_sweep_that_the_scheduler_starts_is_a_task_and_copies_the_database(
    system: System,
) -> None:
    task_id = client.send(SWEEP, (), {}, expires=60, settings=system.settings)
    assert system.outcome(task_id).result == {
        "given_back": 0,
        "published": 0,
        "settled": 0,
        "alive": 0,
        "forgotten": 0,
    }
    file = sqlite_file(system.settings.database_url)
    assert file is not None
    assert any(one.regular for one in backups(file))
