"""Handing in tasks and documents."""

import hashlib
from typing import Any

import pytest

from tests.api.conftest import FORECAST, TASKS, TEXT, Desk
from worker_core.catalog import TASKS as CATALOG
from worker_core.operations.connection import client
from worker_core.operations.queues import find
from worker_core.operations.submit import AFTER_PROCESSING, PROCESS

PROCESS_TEXT = f"{TASKS}/document/process"
UPLOAD = f"{TASKS}/document/upload"


def waiting(desk: Desk, task_id: str, queue: str) -> Any:
    assert desk.settings.broker_url
    with client(desk.settings.broker_url) as redis:
        return find(redis, task_id, [queue])


def test_a_task_is_written_down_sent_and_audited(desk: Desk) -> None:
    answer = desk.ask("ann", "POST", FORECAST, json={"ticker": "AAPL", "horizon": 5})
    told = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == told["status_url"]
    assert told["delivered"]
    assert not told["repeated"]
    record = desk.storage.tasks.get(told["task_id"])
    assert record is not None
    assert (record.owner, record.state) == ("user:ann", "published")
    assert record.headers == {"request_id": answer.headers["x-request-id"], "user_id": "ann"}
    message = waiting(desk, told["task_id"], "forecasting")
    assert message.kwargs == {"ticker": "AAPL", "horizon": 5}
    entry = desk.audited("submit")[0]
    assert (entry.actor, entry.outcome) == ("user:ann", "ok")
    assert told["task_id"] in entry.subject
    assert entry.request_id == answer.headers["x-request-id"]


def test_every_task_of_the_catalog_has_its_route(desk: Desk) -> None:
    paths = desk.api.openapi()["paths"]
    for name in CATALOG:
        assert "post" in paths[f"{TASKS}/{name.replace('.', '/')}"]


def test_a_text_is_stored_and_processed_with_what_follows(desk: Desk) -> None:
    metadata = {
        "company": "AAPL",
        "document_type": "earnings_report",
        "filing_date": "2024-01-01T00:00:00Z",
    }
    data = {**TEXT["document_data"], "metadata": metadata}
    told = desk.ask("ann", "POST", PROCESS_TEXT, json={"document_data": data}).json()
    sha256 = hashlib.sha256(TEXT["document_data"]["content"].encode()).hexdigest()
    assert told["document"] == sha256
    assert desk.storage.artifacts.exists(sha256)
    record = desk.storage.tasks.get(told["task_id"])
    assert record is not None
    assert record.arguments == {
        "document": sha256,
        "filename": "document.txt",
        "ticker": "AAPL",
        "document_type": "earnings_report",
        "filing_date": "2024-01-01",
    }
    after = desk.storage.tasks.follow_ups(told["task_id"])
    assert [one.name for one in after] == list(AFTER_PROCESSING)
    assert {one.owner for one in after} == {"user:ann"}
    assert told["follow_ups"] == [one.id for one in after]


def test_files_are_uploaded_with_what_is_known_of_them(desk: Desk) -> None:
    files = [("file", ("a.txt", b"First. Good.")), ("file", ("b.html", b"<p>Second.</p>"))]
    answer = desk.ask("ann", "POST", UPLOAD, files=files, data={"ticker": "MSFT"})
    assert answer.status_code == 202, answer.text
    first, second = answer.json()["documents"]
    assert (first["filename"], second["filename"]) == ("a.txt", "b.html")
    record = desk.storage.tasks.get(second["task_id"])
    assert record is not None
    assert record.arguments["ticker"] == "MSFT"
    with desk.storage.artifacts.open(first["document"]) as kept:
        assert kept.read() == b"First. Good."


def form(name: bytes) -> dict[str, Any]:
    """An upload of one file whose name stands there as it is, whatever it does to the header."""
    body = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n\r\nWords.\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=cut"}
    return {"content": body % name + b"--cut--\r\n", "headers": headers}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"../../etc/passwd", "passwd"),
        (b"..\\..\\windows\\system.ini", "system.ini"),
        (b"/absolute/path.txt", "path.txt"),
        (b"%2e%2e%2fpath.txt", "%2e%2e%2fpath.txt"),
        ("\u202efdp.exe".encode(), "fdp.exe"),
        (b"nul\x00byte.txt", "nul byte.txt"),
        (b"tab\tand\x1bescape.txt", "tab and escape.txt"),
        (b"a" * 4000 + b".pdf", "a" * 250 + "….pdf"),
        (b"", "unnamed"),
        (b"/", "unnamed"),
    ],
)
def test_a_name_of_a_file_is_a_word_and_never_a_path(desk: Desk, name: bytes, shown: str) -> None:
    answer = desk.ask("ann", "POST", UPLOAD, **form(name))
    assert answer.status_code == 202, answer.text
    assert answer.json()["documents"][0]["filename"] == shown


@pytest.mark.parametrize("name", [b"a\r\nX-Evil: b.txt", b'a"; name="other', b"\r\n\r\n--cut--"])
def test_a_name_cannot_end_its_header(desk: Desk, name: bytes) -> None:
    answer = desk.ask("ann", "POST", UPLOAD, **form(name))
    assert answer.status_code in {202, 400, 422}
    assert "x-evil" not in answer.headers
    if answer.status_code == 202:
        told = answer.json()["documents"][0]["filename"]
        assert not set("\r\n/\\") & set(told)


@pytest.mark.parametrize(
    ("files", "data", "said"),
    [
        ({}, {"ticker": "AAPL"}, "body.file"),
        ({"file": ("a.txt", b"")}, {}, "is empty"),
        ({"other": ("a.txt", b"x")}, {}, "body.other"),
        ({"file": ("a.txt", b"x")}, {"ticker": "not a ticker"}, "body.ticker"),
        ({"file": ("a.txt", b"x")}, {"filing_date": "yesterday"}, "body.filing_date"),
        ({"file": ("a.txt", b"x")}, {"colour": "red"}, "body.colour"),
    ],
)
def test_a_form_that_does_not_fit_is_refused_in_words(
    desk: Desk, files: dict[str, Any], data: dict[str, str], said: str
) -> None:
    if not files:
        more: dict[str, Any] = {"files": {name: (None, one) for name, one in data.items()}}
    else:
        more = {"files": files, "data": data}
    answer = desk.ask("ann", "POST", UPLOAD, **more)
    assert answer.status_code == 422
    assert said in answer.text


def test_one_key_is_one_task_for_each_user(desk: Desk) -> None:
    key = {"Idempotency-Key": "monday"}
    body = {"ticker": "IBM"}
    first, again = (desk.ask("ann", "POST", FORECAST, json=body, headers=key) for _ in range(2))
    other = desk.ask("bob", "POST", FORECAST, json=body, headers=key)
    assert first.json()["task_id"] == again.json()["task_id"] != other.json()["task_id"]
    assert (first.json()["repeated"], again.json()["repeated"]) == (False, True)


def test_one_key_for_something_else_is_refused(desk: Desk) -> None:
    key = {"Idempotency-Key": "tuesday"}
    desk.ask("ann", "POST", FORECAST, json={"ticker": "IBM"}, headers=key)
    answer = desk.ask("ann", "POST", FORECAST, json={"ticker": "AAPL"}, headers=key)
    assert answer.status_code == 409
    assert "idempotency key" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body.ticker"),
        ({"ticker": "AAPL", "horizon": 0}, "body.horizon"),
        ({"ticker": "AAPL", "extra": 1}, "body.extra"),
        ({"ticker": "\ud800"}, "body.ticker"),
        ([], "body"),
    ],
)
def test_arguments_that_do_not_fit_are_named(desk: Desk, body: Any, field: str) -> None:
    import json

    answer = desk.ask(
        "ann",
        "POST",
        FORECAST,
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 422
    assert field in {one["field"] for one in answer.json()["errors"]}


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"ticker": NaN}', b""])
def test_what_is_no_json_is_refused(desk: Desk, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = desk.ask("ann", "POST", FORECAST, content=content, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_task_that_cannot_run_is_refused_and_audited(desk: Desk) -> None:
    missing = [spec for spec in CATALOG.values() if spec.unavailable]
    if not missing:
        return
    answer = desk.ask("olga", "POST", f"{TASKS}/{missing[0].name.replace('.', '/')}", json={})
    assert answer.status_code == 409
    assert desk.audited("submit")[0].outcome == "refused"


@pytest.mark.parametrize(
    "name",
    [
        "model_training.retrain_sentiment_model",
        "data_processing.cleanup_old_data",
        "document_processing.update_document_index",
        "monitoring.cache_warming",
    ],
)
def test_what_is_everybodys_is_for_operators(desk: Desk, name: str) -> None:
    path = f"{TASKS}/{name.replace('.', '/')}"
    answer = desk.ask("ann", "POST", path, json={})
    assert answer.status_code == 403
    assert desk.audited("submit")[0].outcome == "forbidden"
    assert desk.ask("olga", "POST", path, json={}).status_code in {202, 409}


def test_a_document_of_another_cannot_be_named(desk: Desk) -> None:
    told = desk.ask("ann", "POST", PROCESS_TEXT, json=TEXT).json()
    sha256 = told["document"]
    desk.storage.documents.register(sha256, "a", 1, "text/plain", "t")
    record = desk.storage.documents.by_sha(sha256)
    assert record is not None
    score = f"{TASKS}/sentiment_analysis/analyze_document_sentiment"
    several = f"{TASKS}/sentiment_analysis/batch_sentiment_analysis"
    batch = f"{TASKS}/document_processing/batch_process_documents"
    named = [
        (score, {"document": sha256}),
        (several, {"document_ids": [record.id]}),
        (batch, {"documents": [{"document": sha256, "filename": "x"}]}),
        (f"{TASKS}/{PROCESS.replace('.', '/')}", {"document": sha256, "filename": "x"}),
    ]
    for path, body in named:
        assert desk.ask("ann", "POST", path, json=body).status_code == 202
        theirs = desk.ask("bob", "POST", path, json=body)
        assert theirs.status_code == 404
        assert sha256 not in theirs.text
    guessed = desk.ask("bob", "POST", score, json={"document": "0" * 64})
    assert guessed.json()["detail"] == theirs.json()["detail"]
    assert desk.audited("submit")[0].outcome == "not found"
