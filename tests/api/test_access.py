"""Who gets in, what they see, and what is written down about it."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import FORECAST, TASKS, TEXT, Desk, bearer
from worker_core.api.app import create
from worker_core.api.models import ActiveTask
from worker_core.api.routes import system
from worker_core.operations import users
from worker_core.operations.ledger import stored
from worker_core.operations.users import digest
from worker_core.storage import NewTask, TaskNote

WHERE = [
    ("GET", "/api/me"),
    ("GET", "/metrics"),
    ("GET", "/api/documents"),
    ("GET", f"{TASKS}/tasks"),
    ("GET", f"{TASKS}/health"),
    ("POST", FORECAST),
    ("DELETE", f"{TASKS}/task/x"),
    ("GET", "/no/such/path"),
]


def expired_token(desk: Desk) -> str:
    token = "afi_aaaaaaa2_" + "x" * 43
    with stored(desk.settings) as storage:
        if storage.access.by_digest(digest(token)) is None:
            past = datetime.now(UTC) - timedelta(seconds=1)
            storage.access.add_token("ann", "afi_aaaaaaa2", digest(token), past)
    return token


def revoked_token(desk: Desk) -> str:
    token, record = users.new_token("ann", settings=desk.settings)
    users.revoke(record.id, settings=desk.settings)
    return token


def token_of_a_revoked_user(desk: Desk) -> str:
    users.add("gone", "admin", settings=desk.settings)
    token, _ = users.new_token("gone", settings=desk.settings)
    users.revoke("gone", settings=desk.settings)
    return token


def test_every_bad_token_is_refused_in_the_same_words(desk: Desk) -> None:
    good = desk.tokens["ann"]
    bad = [
        "",
        "Bearer",
        f"Basic {good}",
        f"Bearer {good[:-1]}",
        f"Bearer {good}x",
        f"Bearer {good[:12]}_{'A' * 43}",
        f"Bearer  {good}",
        "Bearer afi_' OR 1=1 --",
        f"Bearer {'x' * 5000}",
        f"Bearer {expired_token(desk)}",
        f"Bearer {revoked_token(desk)}",
        f"Bearer {token_of_a_revoked_user(desk)}",
    ]
    told = set()
    for header in bad:
        answer = desk.client.get("/api/me", headers={"Authorization": header})
        assert answer.status_code == 401, header
        assert answer.headers["www-authenticate"].startswith("Bearer")
        told.add(answer.json()["detail"])
    assert len(told) == 1


@pytest.mark.parametrize(("method", "path"), WHERE)
def test_nothing_but_the_probes_is_answered_without_a_token(
    desk: Desk, method: str, path: str
) -> None:
    assert desk.ask(None, method, path).status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/openapi.json"])
def test_the_probes_need_none(desk: Desk, path: str) -> None:
    assert desk.ask(None, "GET", path).status_code == 200


def test_who_was_not_let_in_is_written_down_with_no_secret(desk: Desk) -> None:
    token = revoked_token(desk)
    desk.client.get("/api/me", headers=bearer(token))
    entry = desk.audited("sign-in")[0]
    assert (entry.outcome, entry.token, entry.actor) == ("denied", token[:12], "")
    assert token[13:] not in repr(entry)
    assert token[13:] not in "".join(desk.lines)


def test_a_good_token_says_whose_it_is(desk: Desk) -> None:
    told = desk.ask("olga", "GET", "/api/me").json()
    assert (told["name"], told["role"]) == ("olga", "operator")
    assert desk.tokens["olga"].startswith(told["token"])
    assert desk.tokens["olga"] not in json.dumps(told)


def test_a_revoked_token_opens_nothing_at_the_next_request(desk: Desk) -> None:
    token, record = users.new_token("bob", settings=desk.settings)
    assert desk.client.get("/api/me", headers=bearer(token)).status_code == 200
    users.revoke(record.id, settings=desk.settings)
    assert desk.client.get("/api/me", headers=bearer(token)).status_code == 401


def test_a_changed_role_counts_at_the_next_request(desk: Desk) -> None:
    users.add("rita", "analyst", settings=desk.settings)
    token, _ = users.new_token("rita", settings=desk.settings)
    path = f"{TASKS}/workers/stats"
    assert desk.client.get(path, headers=bearer(token)).status_code == 403
    users.add("rita", "operator", settings=desk.settings)
    assert desk.client.get(path, headers=bearer(token)).status_code == 200


UNSEEN = ["00000000-0000-4000-8000-000000000000", "x", "a'; DROP TABLE tasks; --", "%00", "é" * 80]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "task/{}/status"), ("GET", "task/{}/events"), ("DELETE", "task/{}")],
)
def test_another_users_task_is_answered_as_one_that_never_was(
    desk: Desk, method: str, path: str
) -> None:
    task_id = desk.submit("ann")
    theirs = desk.ask("bob", method, f"{TASKS}/{path.format(task_id)}")
    assert theirs.status_code == 404
    for guess in UNSEEN:
        never = desk.ask("bob", method, f"{TASKS}/{path.format(guess)}")
        assert never.status_code == 404
        assert {**never.json(), "instance": ""} == {**theirs.json(), "instance": ""}
    unlike = {"x-request-id", "date"}
    assert {n for n in theirs.headers if n not in unlike} == {
        n for n in never.headers if n not in unlike
    }
    record = desk.storage.tasks.get(task_id)
    assert record is not None
    assert record.state == "published"
    # Both are written down, so that both cost the same.
    assert [entry.outcome for entry in desk.audited("cancel" if method == "DELETE" else "read")][
        :2
    ] == ["not found"] * 2


def test_an_operator_sees_no_more_of_others_than_an_analyst(desk: Desk) -> None:
    task_id = desk.submit("ann")
    assert desk.ask("olga", "GET", f"{TASKS}/task/{task_id}/status").status_code == 404
    assert desk.ask("root", "GET", f"{TASKS}/task/{task_id}/status").status_code == 200


def test_an_item_of_a_batch_belongs_to_whose_the_batch_is(desk: Desk) -> None:
    from worker_core.operations.batches import Item, hand_over

    batch = desk.submit("ann")
    item = hand_over(
        batch,
        Item("AAPL", "forecasting.generate_stock_forecast", {"ticker": "AAPL"}),
        settings=desk.settings,
    )
    assert desk.ask("ann", "GET", f"{TASKS}/task/{item}/status").status_code == 200
    assert desk.ask("bob", "GET", f"{TASKS}/task/{item}/status").status_code == 404


def test_a_list_shows_ones_own_from_the_newest_on_in_pages(desk: Desk) -> None:
    users.add("paula", "analyst", settings=desk.settings)
    desk.tokens["paula"], _ = users.new_token("paula", settings=desk.settings)
    mine = [desk.submit("paula") for _ in range(5)]
    desk.submit("ann")
    seen, after = [], None
    while True:
        query = {"limit": 2} | ({"after": after} if after else {})
        page = desk.ask("paula", "GET", f"{TASKS}/tasks", params=query).json()
        assert len(page["tasks"]) <= 2
        seen += [row["task_id"] for row in page["tasks"]]
        if (after := page["next"]) is None:
            break
    assert seen == mine[::-1]


def test_a_list_is_narrowed_by_state_and_name(desk: Desk) -> None:
    task_id = desk.submit("ann")
    desk.storage.tasks.note([TaskNote(task_id, "failed", datetime.now(UTC), error_message="No.")])
    query = {"status": "failed", "task": "forecasting.generate_stock_forecast"}
    rows = desk.ask("ann", "GET", f"{TASKS}/tasks", params=query).json()["tasks"]
    assert rows[0]["task_id"] == task_id
    assert rows[0]["error"]["message"] == "No."
    assert desk.ask("ann", "GET", f"{TASKS}/tasks", params={"task": "x"}).json()["tasks"] == []


@pytest.mark.parametrize("after", ["x", "1", "1.x", "1.abc", "-1.", "12345678901234567.", "é"])
def test_a_cursor_that_is_none_is_refused(desk: Desk, after: str) -> None:
    answer = desk.ask("ann", "GET", f"{TASKS}/tasks", params={"after": after})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "query.after"


@pytest.mark.parametrize("after", ["0.", "9999999999999999.ff00", "1.c0af"])
def test_a_cursor_of_ones_own_making_shows_no_more_than_a_list(desk: Desk, after: str) -> None:
    for path in (f"{TASKS}/tasks", "/api/documents"):
        assert desk.ask("bob", "GET", path, params={"after": after}).status_code == 200


def test_documents_are_seen_by_who_handed_them_in_under_their_own_name(desk: Desk) -> None:
    body = json.loads(json.dumps(TEXT))
    body["document_data"]["content"] += " Twice."
    for who in ("ann", "bob"):
        body["document_data"]["metadata"] = {"filename": f"{who}.txt"}
        told = desk.ask(who, "POST", f"{TASKS}/document/process", json=body).json()
    path = f"/api/documents/{told['document']}"
    names = {who: desk.ask(who, "GET", path).json()["filename"] for who in ("ann", "bob")}
    assert names == {"ann": "ann.txt", "bob": "bob.txt"}
    assert desk.ask("olga", "GET", path).status_code == 404
    assert desk.ask("olga", "GET", f"{path}/text").status_code == 404
    assert desk.ask("ann", "GET", f"{path}/text").status_code == 409
    listed = desk.ask("ann", "GET", "/api/documents").json()["documents"]
    assert listed[0]["document"] == told["document"]
    assert desk.ask("olga", "GET", "/api/documents").json() == {"documents": [], "next": None}


def test_what_was_found_in_a_document_is_shown_to_its_owner(desk: Desk) -> None:
    from worker_core.storage import Section, SentimentScore, SummarySentence

    told = desk.ask(
        "ann", "POST", f"{TASKS}/document/process", json={"document_data": {"content": "A b c."}}
    ).json()
    sha256, documents = told["document"], desk.storage.documents
    documents.register(sha256, "first-of-all.txt", 6, "text/plain", "t")
    record = documents.save_parsed(
        sha256,
        text="A b c. " * 20_000,
        sections=[Section("risk", "Risk", 0, 6, False)],
        parser_version="1",
        company="Acme",
    )
    documents.save_summary(record.id, "s1", [SummarySentence(0, 6, "A b c.", 1.0)])
    documents.save_sentiment(record.id, "m", [SentimentScore("", "", 0.2, 0.7, 0.1, 0.1, 1)], ())
    found = desk.ask("ann", "GET", f"/api/documents/{sha256}").json()
    assert found["company"] == "Acme"
    assert found["sections"][0]["name"] == "risk"
    assert found["summary"] == ["A b c."]
    assert found["sentiment"] == 0.1
    assert "first-of-all" not in json.dumps(found)
    query = {"start": 0, "length": 10}
    text = desk.ask("ann", "GET", f"/api/documents/{sha256}/text", params=query).json()
    assert (text["text"], text["more"]) == ("A b c. A b", True)


def test_a_waiting_task_is_cancelled_once_and_that_is_written_down(desk: Desk) -> None:
    task_id = desk.submit("ann")
    path = f"{TASKS}/task/{task_id}"
    first = desk.ask("ann", "DELETE", path)
    assert first.json() == {"task_id": task_id, "outcome": "removed"}
    again = desk.ask("ann", "DELETE", path)
    assert again.status_code == 409
    assert desk.ask("ann", "GET", f"{path}/status").json()["status"] == "cancelled"
    assert [entry.outcome for entry in desk.audited("cancel")][:2] == ["ended already", "removed"]


def test_a_follow_up_that_waits_for_its_parent_is_cancelled_alone(desk: Desk) -> None:
    told = desk.ask("ann", "POST", f"{TASKS}/document/process", json=TEXT).json()
    child = told["follow_ups"][0]
    assert desk.ask("ann", "DELETE", f"{TASKS}/task/{child}").json()["outcome"] == "cancelled"
    status = desk.ask("ann", "GET", f"{TASKS}/task/{told['task_id']}/status").json()
    assert status["status"] == "published"


def test_queues_and_health_are_told_and_workers_to_operators_alone(desk: Desk) -> None:
    desk.submit("ann")
    lengths = desk.ask("ann", "GET", f"{TASKS}/queues/lengths").json()
    assert lengths["queues"]["forecasting"] >= 1
    health = desk.ask("ann", "GET", f"{TASKS}/health").json()
    workers = [one for one in health["findings"] if one["part"] == "workers"]
    assert workers[0]["severity"] == health["status"] == "critical"
    assert workers[0]["text"] == ""
    told = desk.ask("olga", "GET", f"{TASKS}/health").json()["findings"]
    assert all(one["text"] for one in told)
    assert desk.ask("ann", "GET", f"{TASKS}/workers/stats").status_code == 403
    assert desk.ask("olga", "GET", f"{TASKS}/workers/stats").json() == {"workers": []}
    assert desk.ask("ann", "GET", f"{TASKS}/tasks/active").json() == {"tasks": []}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", f"{TASKS}/", 404),
        ("GET", f"{TASKS}/tasks/", 404),
        ("PUT", f"{TASKS}/tasks", 405),
        ("GET", FORECAST, 405),
        ("TRACE", "/api/me", 405),
        ("GET", "/api/documents/nothing", 422),
        ("GET", f"{TASKS}/tasks?limit=0", 422),
        ("GET", f"{TASKS}/tasks?limit=x", 422),
        ("GET", f"{TASKS}/tasks?status=x", 422),
        ("GET", "/metrics", 404),
    ],
)
def test_every_refusal_is_a_problem(desk: Desk, method: str, path: str, status: int) -> None:
    answer = desk.ask("olga", method, path)
    told = answer.json()
    assert answer.status_code == told["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["instance"] == f"urn:request:{answer.headers['x-request-id']}"
    assert told["detail"]
    if status == 405:
        assert answer.headers["allow"]


def test_answers_can_neither_be_kept_framed_nor_read_from_other_sites(desk: Desk) -> None:
    for who, path in (("ann", "/api/me"), (None, "/api/me"), (None, "/healthz"), ("ann", "/x")):
        headers = {"Origin": "https://evil.example"}
        answer = desk.ask(who, "GET", path, headers=headers)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert not any(name.startswith("access-control") for name in answer.headers)
        assert "server" not in answer.headers


@pytest.mark.parametrize(
    "given",
    [
        "short",
        "a" * 65,
        "with space x",
        "new\nline-id",
        'quote"quote"',
        "\u00fcmlaut-id",
        "a;b;c;d;e",
    ],
)
def test_a_request_id_that_is_not_well_formed_is_not_taken(desk: Desk, given: str) -> None:
    headers = {"X-Request-ID": given.encode()}
    answer = desk.client.get("/healthz", headers=headers)
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


def test_a_well_formed_request_id_is_carried_into_the_task(desk: Desk) -> None:
    task_id = desk.submit("ann", headers={"X-Request-ID": "my-id.12345"})
    record = desk.storage.tasks.get(task_id)
    assert record is not None
    assert record.headers["request_id"] == "my-id.12345"
    line = next(one for one in reversed(desk.accessed()) if one.get("task_id") == task_id)
    assert (line["request_id"], line["user"], line["status"]) == ("my-id.12345", "ann", 202)


def test_what_a_path_holds_cannot_begin_a_line_of_the_log(desk: Desk) -> None:
    before = len(desk.lines)
    evil = '/x%0a{"user":"root"}\u2028%1b[31m'
    desk.ask("ann", "GET", evil, headers={"User-Agent": 'x"}\n{'.replace("\n", " ")})
    (line,) = desk.lines[before:]
    assert line.isprintable()
    assert json.loads(line)["user"] == "ann"


def test_the_openapi_document_names_every_route_and_how_it_refuses(desk: Desk) -> None:
    document = desk.ask(None, "GET", "/api/openapi.json").json()
    assert document == json.loads(json.dumps(desk.api.openapi()))
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["operationId"]
            if path.startswith("/api"):
                assert {"401", "404", "429", "503"} <= operation["responses"].keys()
            problem = operation["responses"]["500"]["content"]
            assert list(problem) == ["application/problem+json"]
    ids = [op["operationId"] for ops in document["paths"].values() for op in ops.values()]
    assert len(ids) == len(set(ids))


def test_an_unexpected_error_is_logged_and_tells_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(desk.api.services, "look", broken)
    answer = desk.ask("ann", "GET", f"{TASKS}/task/x/status")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    (record,) = [one for one in caplog.records if one.name == "worker_core.api.context"]
    assert answer.headers["x-request-id"] in record.getMessage()
    assert record.exc_info is not None
    assert desk.accessed()[-1]["status"] == 500


def test_what_a_task_was_told_is_its_owners_to_read(desk: Desk) -> None:
    task_id = desk.submit("ann")
    path = f"{TASKS}/task/{task_id}/arguments"
    told = desk.ask("ann", "GET", path).json()
    assert (told["task"], told["arguments"]["ticker"]) == (
        "forecasting.generate_stock_forecast",
        "AAPL",
    )
    assert desk.ask("bob", "GET", path).status_code == 404
    assert desk.ask("ann", "GET", f"{TASKS}/task/none/arguments").status_code == 404


def test_who_asks_is_told_how_large_a_file_may_be(desk: Desk) -> None:
    limits = desk.ask("ann", "GET", "/api/me").json()["limits"]
    assert limits == {
        "document_mb": desk.settings.max_document_mb,
        "upload_mb": desk.settings.api_upload_mb,
    }


def test_what_runs_of_ones_own_batch_is_ones_own(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.storage.tasks.add(NewTask("whole", "q.batch", "q", {}, owner="user:ann"))
    desk.storage.tasks.add(NewTask("part", "q.one", "q", {}, owner="batch:whole"))
    running = [ActiveTask(task_id="part", task="q.one", worker="w", started_at=None)]
    monkeypatch.setattr(system, "_active", lambda _settings: running)
    api = create(desk.settings)
    with TestClient(api, raise_server_exceptions=False) as client:
        for who, seen in (("ann", ["part"]), ("bob", []), ("olga", ["part"])):
            answer = client.get(f"{TASKS}/tasks/active", headers=bearer(desk.tokens[who]))
            assert [one["task_id"] for one in answer.json()["tasks"]] == seen
