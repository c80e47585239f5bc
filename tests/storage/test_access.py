"""Users, tokens, the audit log and whose a document or a task is."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from worker_core.storage import (
    AuditEntry,
    Claim,
    Intake,
    NewTask,
    StorageError,
    TaskNote,
)
from worker_core.storage.access import AccessRepository
from worker_core.storage.audit import AuditRepository
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.engine import writing
from worker_core.storage.owned_documents import DocumentOwners
from worker_core.storage.owned_tasks import OwnedTasks
from worker_core.storage.tasks import TaskRepository

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
ANN, BOB = "user:ann", "user:bob"
SHA, OTHER = "a1" * 32, "b2" * 32


@pytest.fixture
def access(engine: Engine) -> AccessRepository:
    return AccessRepository(engine)


@pytest.fixture
def audit(engine: Engine) -> AuditRepository:
    return AuditRepository(engine)


@pytest.fixture
def owners(engine: Engine) -> DocumentOwners:
    return DocumentOwners(engine)


@pytest.fixture
def owned(engine: Engine) -> OwnedTasks:
    return OwnedTasks(engine)


def intake(task_id: str, owner: str = ANN, key: str | None = None, **more: object) -> Intake:
    task = NewTask(task_id, "q.task", "q", {"n": 1}, owner=owner, idempotency_key=key)
    return Intake(task, **more)  # type: ignore[arg-type]  # the fields of Intake


def test_a_token_is_found_by_its_digest_with_its_user(access: AccessRepository) -> None:
    access.set_user("ann", "analyst")
    token = access.add_token("ann", "afi_x", "d" * 64, NOW, "laptop")
    found = access.by_digest("d" * 64)
    assert found is not None
    assert found[0] == token
    assert (found[1].name, found[1].role, found[1].disabled_at) == ("ann", "analyst", None)
    assert access.by_digest("e" * 64) is None


def test_a_digest_is_in_no_record(access: AccessRepository) -> None:
    access.set_user("ann", "analyst")
    assert "d" * 64 not in repr(access.add_token("ann", "afi_x", "d" * 64, NOW))
    assert "d" * 64 not in repr(access.tokens())


def test_a_user_that_is_added_again_has_the_new_role(access: AccessRepository) -> None:
    access.set_user("ann", "analyst")
    access.disable("ann")
    assert access.set_user("ann", "admin").disabled_at is None
    assert [user.role for user in access.users()] == ["admin"]


def test_disabling_a_user_revokes_every_token(access: AccessRepository) -> None:
    access.set_user("ann", "analyst")
    access.add_token("ann", "one", "1" * 64, NOW)
    access.add_token("ann", "two", "2" * 64, NOW)
    assert access.disable("ann")
    assert not access.disable("bob")
    assert all(token.revoked_at for token in access.tokens("ann"))
    with pytest.raises(StorageError) as refused:
        access.add_token("ann", "three", "3" * 64, NOW)
    assert refused.value.code == "unknown_user"


def test_a_token_is_revoked_once(access: AccessRepository) -> None:
    access.set_user("ann", "analyst")
    access.add_token("ann", "one", "1" * 64, NOW)
    first = access.revoke("one")
    assert first is not None
    assert first.revoked_at is not None
    assert access.revoke("one") == first
    assert access.revoke("none") is None


def test_the_last_use_never_goes_back(access: AccessRepository) -> None:
    access.set_user("ann", "analyst")
    access.add_token("ann", "one", "1" * 64, NOW)
    access.used({"one": NOW})
    access.used({"one": NOW - timedelta(hours=1), "gone": NOW})
    assert access.tokens()[0].last_used_at == NOW


def test_audit_entries_come_back_newest_first_and_by_actor(audit: AuditRepository) -> None:
    entries = [AuditEntry(NOW, "submit", "ok", actor=actor) for actor in (ANN, BOB, ANN)]
    audit.add(entries)
    page = audit.page(2)
    assert [kept.entry.actor for kept in page] == [ANN, BOB]
    assert [kept.entry.actor for kept in audit.page(2, before=page[-1].id)] == [ANN]
    assert len(audit.page(actor=BOB)) == 1


def test_long_and_unprintable_words_fit_into_the_audit_log(audit: AuditRepository) -> None:
    audit.add([AuditEntry(NOW, "x" * 99, "ok\x00", subject="s" * 999, detail="d" * 9999)])
    entry = audit.page()[0].entry
    assert (len(entry.action), len(entry.subject), entry.outcome) == (32, 255, "ok")


def test_the_database_refuses_to_change_the_audit_log(
    audit: AuditRepository, engine: Engine
) -> None:
    statements = ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"]
    if engine.dialect.name == "postgresql":
        statements.append("TRUNCATE audit")
    audit.add([AuditEntry(NOW, "submit", "ok", actor=ANN)])
    for statement in statements:
        with pytest.raises(StorageError, match="append-only"), writing(engine) as connection:
            connection.execute(text(statement))
    assert [kept.entry.actor for kept in audit.page()] == [ANN]


def test_two_owners_of_one_content_see_each_their_own_upload(
    owners: DocumentOwners, documents: DocumentRepository
) -> None:
    record = documents.register(SHA, "first.html", 9, "text/html", "t")
    owners.claim(Claim(ANN, SHA, "ann.html"))
    owners.claim(Claim(BOB, SHA, "../bob.html"))
    owners.claim(Claim(BOB, SHA, "again.html"))
    mine, theirs = owners.get(ANN, SHA), owners.get(BOB, SHA.upper())
    assert mine is not None
    assert theirs is not None
    assert (mine.filename, theirs.filename) == ("ann.html", "bob.html")
    assert mine.document == theirs.document == record
    assert owners.get("user:eve", SHA) is None


def test_only_what_one_handed_in_is_ones_own(
    owners: DocumentOwners, documents: DocumentRepository
) -> None:
    mine = documents.register(SHA, "a", 1, "text/plain", "t")
    theirs = documents.register(OTHER, "b", 1, "text/plain", "t")
    owners.claim(Claim(ANN, SHA, "a"))
    owners.claim(Claim(BOB, OTHER, "b"))
    assert owners.owned(ANN, [SHA, OTHER, "c3" * 32]) == {SHA}
    assert owners.owned_ids(ANN, [mine.id, theirs.id, 10**30, -1]) == {mine.id}
    assert owners.owned_ids(ANN, range(1, 2000)) == {mine.id}


def test_documents_come_in_pages_also_those_no_worker_has_seen(owners: DocumentOwners) -> None:
    hashes = [f"{number:02d}" * 32 for number in range(5)]
    for value in hashes:
        owners.claim(Claim(ANN, value, value[:2]))
    first = owners.list(ANN, 3)
    rest = owners.list(ANN, 3, (first[-1].added_at, first[-1].sha256))
    assert [one.sha256 for one in (*first, *rest)] == hashes[::-1]
    assert all(one.document is None for one in first)
    assert owners.list(BOB) == ()


def test_many_submissions_are_one_write_and_each_has_its_answer(
    owned: OwnedTasks, tasks: TaskRepository, audit: AuditRepository, owners: DocumentOwners
) -> None:
    entry = AuditEntry(NOW, "submit", "ok", actor=ANN, subject="one")
    follow_ups = [NewTask("one.a", "q.x", "q", {}, owner=ANN)]
    taken = owned.add_all(
        [
            intake("one", audit=entry, follow_ups=follow_ups, document=Claim(ANN, SHA, "a")),
            intake("two", BOB),
        ]
    )
    assert [one.is_new for one in taken] == [True, True]
    assert taken[0].record == tasks.get("one")
    assert taken[0].follow_ups == tasks.follow_ups("one")
    assert taken[0].follow_ups[0].state == "blocked"
    assert [kept.entry.subject for kept in audit.page()] == ["one"]
    assert owners.owned(ANN, [SHA]) == {SHA}


def test_a_key_that_is_known_answers_the_first_task_also_within_one_batch(
    owned: OwnedTasks, tasks: TaskRepository
) -> None:
    taken = owned.add_all([intake("one", key="k"), intake("two", key="k"), intake("b", BOB, "k")])
    assert [(one.record.id, one.is_new) for one in taken] == [
        ("one", True),
        ("one", False),
        ("b", True),
    ]
    again = owned.add_all([intake("three", key="k", follow_ups=[NewTask("x", "q.x", "q", {})])])
    assert (again[0].record.id, again[0].is_new) == ("one", False)
    assert tasks.get("two") is None
    assert tasks.get("x") is None


def test_one_id_twice_in_a_batch_is_one_task(owned: OwnedTasks) -> None:
    taken = owned.add_all([intake("one"), intake("one", BOB)])
    assert [(one.record.owner, one.is_new) for one in taken] == [(ANN, True), (ANN, False)]


def test_what_was_published_is_noted_but_for_what_went_on(
    owned: OwnedTasks, tasks: TaskRepository
) -> None:
    later = Intake(NewTask("late", "q.task", "q", {}, owner=ANN, delay_s=3600))
    owned.add_all([intake("one"), intake("two"), later])
    tasks.note([TaskNote("two", "running", datetime.now(UTC))])
    owned.published(["one", "two", "late", "unknown"], datetime.now(UTC))
    owned.published([], datetime.now(UTC))
    found = owned.of(["one", "two", "late", "unknown"])
    assert {name: one.state for name, one in found.items()} == {
        "one": "published",
        "two": "running",
        "late": "published",
    }
    assert found["late"].checked_at == found["late"].next_at


def test_tasks_come_in_pages_of_ones_own(owned: OwnedTasks, tasks: TaskRepository) -> None:
    owned.add_all([intake(f"t{number}") for number in range(5)])
    owned.add_all([intake("theirs", BOB)])
    tasks.note([TaskNote("t3", "failed", NOW)])
    first = owned.page(ANN, 2)
    rest = owned.page(ANN, 9, before=(first[-1].created_at, first[-1].id))
    assert [one.id for one in (*first, *rest)] == ["t4", "t3", "t2", "t1", "t0"]
    assert [one.id for one in owned.page(ANN, state="failed")] == ["t3"]
    assert owned.page(ANN, name="q.other") == ()
    assert len(owned.page(None)) == 6


def test_a_page_that_is_asked_for_with_what_no_database_can_hold_is_empty(
    owned: OwnedTasks,
) -> None:
    owned.add_all([intake("one")])
    assert owned.page(ANN, name="q.\x00") == ()
    assert owned.page(ANN, before=(NOW - timedelta(days=9), "t\x00")) == ()
