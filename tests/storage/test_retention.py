"""What is removed when it is old, and what stays because something refers to it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update

from tests.storage.test_anomalies import anomaly
from worker_core.market.bars import Bars
from worker_core.market.records import Finding
from worker_core.storage import Claim, NewTask, SentimentScore, Storage, schema
from worker_core.storage.engine import reading, writing
from worker_core.storage.retention import Keeper, Removal, documents
from worker_core.storage.retention.references import PARTS, referring_tables

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=1)
OLD = NOW - timedelta(days=400)


@pytest.fixture
def storage(engine: Engine, database_url: str, tmp_path: Path) -> Storage:
    from worker_core.storage.artifacts import Artifacts

    return Storage(engine, Artifacts(tmp_path / "artifacts"))


def keeper(storage: Storage, kind: str) -> Keeper:
    return next(one for one in storage.keepers() if one.kind == kind)


def document(storage: Storage, text: str, *, failed: bool = False) -> str:
    artifact = storage.artifacts.put_bytes(text.encode())
    sha256 = artifact.sha256
    storage.documents.register(sha256, "a.txt", artifact.bytes, "text/plain", "t")
    if failed:
        storage.documents.save_failure(sha256, "damaged", "It is damaged.", "Get it again.")
    else:
        storage.documents.save_parsed(sha256, text=text, sections=(), parser_version="1")
    return sha256


def test_old_documents_go_with_their_files_and_their_words(storage: Storage) -> None:
    gone = document(storage, "an old filing about tin")
    one = keeper(storage, "documents")
    assert one.removable(OLD) == Removal(0, 0)
    assert one.remove(OLD) == Removal(0, 0)
    assert one.removable(LATER) == Removal(1, 23)
    assert storage.artifacts.exists(gone)
    assert one.remove(LATER) == Removal(1, 23)
    assert one.remove(LATER) == Removal(0, 0)
    assert storage.documents.by_sha(gone) is None
    assert not storage.artifacts.exists(gone)
    assert list(storage.search.find("tin", limit=5)) == []


def test_whose_a_document_was_goes_with_it(storage: Storage) -> None:
    gone, kept = document(storage, "an old filing"), document(storage, "unreadable", failed=True)
    for sha256 in (gone, kept):
        storage.owned_documents.claim(Claim("user:ann", sha256, "a"))
    assert keeper(storage, "documents").remove(LATER).count == 1
    assert storage.owned_documents.owned("user:ann", [gone, kept]) == {kept}
    assert not storage.artifacts.exists(gone)


def test_a_document_that_could_not_be_read_has_a_time_of_its_own(storage: Storage) -> None:
    failed = document(storage, "unreadable", failed=True)
    fine = document(storage, "a filing")
    assert keeper(storage, "failed_documents").remove(LATER).count == 1
    assert storage.documents.by_sha(failed) is None
    assert storage.documents.by_sha(fine) is not None


def test_a_document_from_which_something_was_found_stays(storage: Storage) -> None:
    sha256 = document(storage, "a filing")
    record = storage.documents.by_sha(sha256)
    assert record is not None
    score = SentimentScore("", "", 0.1, 0.8, 0.1, 0.0, 3)
    storage.documents.save_sentiment(record.id, "m1", (score,), ())
    assert keeper(storage, "documents").removable(LATER) == Removal()
    assert keeper(storage, "documents").remove(LATER) == Removal()
    assert storage.artifacts.exists(sha256)


def test_a_document_that_an_open_task_names_stays_until_it_ended(
    storage: Storage, engine: Engine
) -> None:
    sha256 = document(storage, "a filing", failed=True)
    storage.tasks.add(
        NewTask(id="t1", name="x.y", queue="x", arguments={"document": sha256, "filename": "a"})
    )
    assert keeper(storage, "failed_documents").remove(LATER).count == 0
    with writing(engine) as connection:
        connection.execute(update(schema.tasks).values(state="failed"))
    assert keeper(storage, "failed_documents").remove(LATER).count == 1


def test_a_file_that_a_model_is_kept_in_stays(storage: Storage, engine: Engine) -> None:
    from worker_core.storage import NewModel

    sha256 = document(storage, "both a document and a model")
    new = NewModel(kind="sentiment", version="v1", parameters={}, metrics={})
    storage.models.register(new, b"both a document and a model")
    assert keeper(storage, "documents").remove(LATER).count == 1
    assert storage.artifacts.exists(sha256)


def test_every_table_that_names_a_document_is_a_part_of_it_or_holds_it() -> None:
    holding = {table.name for table in referring_tables()}
    assert {"sentiment_scores", "summaries", "fact_sets", "metric_documents"} <= holding
    naming = {
        table.name
        for table in schema.metadata.sorted_tables
        if any(key.column.table.name == "documents" for key in table.foreign_keys)
    }
    assert naming <= holding | PARTS


def test_batches_go_on_until_nothing_is_left(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "BATCH", 2)
    for number in range(5):
        document(storage, f"filing {number}", failed=True)
    assert keeper(storage, "failed_documents").remove(LATER).count == 5


def test_findings_go_but_for_those_that_hold_bars_back(storage: Storage) -> None:
    market = storage.market
    market.upsert_bars(Bars.of("ABC", [("2024-01-02", 1, 1, 1, 1, 1)]))
    held = Finding("spike", "error", "quarantined", "A spike.", (date(2024, 1, 2),))
    market.save_findings("ABC", [held, Finding("gap", "warning", "flagged", "A gap.")])
    assert keeper(storage, "findings").removable(OLD).count == 0
    assert keeper(storage, "findings").removable(LATER).count == 1
    assert keeper(storage, "findings").remove(LATER).count == 1
    assert [one.finding.check for one in market.findings()] == ["spike"]


def test_bars_go_by_their_day_and_the_symbol_knows(storage: Storage) -> None:
    market = storage.market
    rows = [(f"2020-01-{day:02}", 1, 1, 1, 1, 1) for day in range(1, 11)]
    market.upsert_bars([Bars.of("ABC", rows), Bars.of("XYZ", rows[:3])])
    before = datetime(2020, 1, 6, tzinfo=UTC)
    assert keeper(storage, "bars").removable(before).count == 8
    assert keeper(storage, "bars").remove(before).count == 8
    assert len(market.bars("ABC")) == 5
    known = market.symbol("ABC")
    assert known is not None
    assert known.first_day == date(2020, 1, 6)
    assert market.last_day("XYZ") is None


def test_bars_that_anomalies_point_to_stay_until_those_have_gone(storage: Storage) -> None:
    market = storage.market
    rows = [(f"2020-01-{day:02}", 1, 1, 1, 1, 1) for day in range(1, 4)]
    market.upsert_bars([Bars.of("ABC", rows), Bars.of("XYZ", rows)])
    storage.anomalies.replace("ABC", "price", [anomaly(subject="ABC")])
    before = datetime(2020, 2, 1, tzinfo=UTC)
    assert keeper(storage, "bars").removable(before).count == 3
    assert keeper(storage, "bars").remove(before).count == 3
    assert len(market.bars("ABC")) == 3
    assert keeper(storage, "anomalies").removable(OLD).count == 0
    assert keeper(storage, "anomalies").remove(LATER).count == 1
    assert keeper(storage, "bars").remove(before).count == 3


def test_expired_results_and_ended_tasks_go(storage: Storage, engine: Engine) -> None:
    storage.results.save("old", b"x", 0.0)
    storage.results.save("new", b"x", 3600.0)
    assert keeper(storage, "results").removable(NOW).count == 1
    assert keeper(storage, "results").remove(NOW).count == 1
    storage.tasks.add(NewTask(id="ended", name="x.y", queue="x", arguments={}))
    storage.tasks.add(NewTask(id="open", name="x.y", queue="x", arguments={}))
    with writing(engine) as connection:
        connection.execute(
            update(schema.tasks)
            .where(schema.tasks.c.id == "ended")
            .values(state="succeeded", finished_at=OLD)
        )
    assert keeper(storage, "tasks").removable(NOW).count == 1
    assert keeper(storage, "tasks").remove(NOW).count == 1
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(schema.tasks)) == 1


def test_old_versions_of_models_go_and_those_in_use_stay(storage: Storage) -> None:
    from worker_core.storage import NewModel

    for number in range(8):
        new = NewModel(kind="k", version=f"v{number}", parameters={}, metrics={})
        storage.models.register(new, f"model {number}".encode())
    assert keeper(storage, "models").removable(OLD) == Removal()
    assert keeper(storage, "models").removable(LATER) == Removal(3, 21)
    assert keeper(storage, "models").remove(LATER) == Removal(3, 21)
    assert len(storage.models.versions("k")) == 5


def test_every_kind_has_a_setting_that_exists(storage: Storage) -> None:
    from worker_core.settings import Settings

    for one in storage.keepers():
        assert not one.setting or one.setting in Settings.model_fields
