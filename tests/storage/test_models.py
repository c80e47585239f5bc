"""The registry of trained models, on both kinds of database."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from worker_core.storage import Artifacts, ModelRecord, NewModel, StorageError, schema
from worker_core.storage.engine import reading, writing
from worker_core.storage.models import ModelRepository

KIND = "forecast.price"


@dataclass(frozen=True)
class Judged:
    promoted: bool = True
    reasons: tuple[str, ...] = ("It is better.",)
    figures: dict[str, Any] = field(default_factory=lambda: {"low": 0.01})


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    return Artifacts(tmp_path / "artifacts")


@pytest.fixture
def models(engine: Engine, artifacts: Artifacts) -> ModelRepository:
    return ModelRepository(engine, artifacts)


def new(version: str, subject: str = "AAPL", **more: Any) -> NewModel:
    values: dict[str, Any] = {"parameters": {"alpha": 0.1}, "seed": 7, "task_id": "t"} | more
    return NewModel(kind=KIND, version=version, subject=subject, **values)


def promoted(models: ModelRepository, *versions: str) -> None:
    for version in versions:
        models.register(new(version))
        models.promote(KIND, version, "AAPL", verdict=Judged(), by="t")


def statuses(models: ModelRepository) -> dict[str, str]:
    return {record.version: record.status for record in models.versions(KIND, "AAPL")}


def refused(code: str, call: Callable[[], object]) -> StorageError:
    with pytest.raises(StorageError) as caught:
        call()
    assert caught.value.code == code
    return caught.value


def test_a_registered_version_comes_back_with_all_that_was_said_of_it(
    models: ModelRepository,
) -> None:
    given = new(
        "a",
        metrics={"crps": 0.2},
        training_set="5" * 64,
        libraries={"numpy": "2.4"},
        parent_version="z",
    )
    record = models.register(given, b"weights")
    assert record == models.get(KIND, "a", "AAPL")
    assert (record.status, record.verdict, record.artifact_bytes) == ("candidate", None, 7)
    for name in ("parameters", "metrics", "training_set", "libraries", "seed", "parent_version"):
        assert getattr(record, name) == getattr(given, name)
    assert models.artifact(record, 100) == b"weights"


def test_registering_the_same_again_changes_nothing(models: ModelRepository) -> None:
    first = models.register(new("a"), b"weights")
    models.promote(KIND, "a", "AAPL")
    again = models.register(new("a", task_id="another"), b"weights")
    assert again.id == first.id
    assert again.status == "champion"
    assert again.task_id == "t"
    assert len(models.versions()) == 1


@pytest.mark.parametrize(
    ("change", "data"),
    [
        ({"parameters": {}}, b"w"),
        ({"seed": 8}, b"w"),
        ({"training_set": "6" * 64}, b"w"),
        ({}, b"x"),
    ],
)
def test_a_version_does_not_change_its_content(
    models: ModelRepository, change: dict[str, Any], data: bytes
) -> None:
    models.register(new("a"), b"w")
    refused("version_taken", lambda: models.register(replace(new("a"), **change), data))


def test_one_version_may_stand_for_several_subjects(models: ModelRepository) -> None:
    models.register(new("a", "AAPL"))
    models.register(new("a", "MSFT"))
    models.promote(KIND, "a", "MSFT")
    assert models.champion(KIND, "AAPL") is None
    assert list(models.champions(KIND)) == ["MSFT"]
    assert models.champion("anomaly", "MSFT") is None


@pytest.mark.parametrize("name", ["", "x" * 65, "a\nb"])
def test_a_name_that_cannot_be_kept_is_refused(models: ModelRepository, name: str) -> None:
    refused("bad_name", lambda: models.register(new(name)))


def test_what_cannot_be_json_is_refused_and_nothing_is_kept(models: ModelRepository) -> None:
    with pytest.raises(ValueError, match="finite"):
        models.register(new("a", metrics={"mase": float("nan")}))
    assert models.versions() == ()


def test_a_promotion_leaves_one_champion_and_one_previous(models: ModelRepository) -> None:
    promoted(models, "a", "b", "c")
    assert statuses(models) == {"a": "retired", "b": "previous", "c": "champion"}
    champion = models.champion(KIND, "AAPL")
    assert champion is not None
    assert champion.version == "c"
    assert champion.verdict == {
        "promoted": True,
        "reasons": ["It is better."],
        "figures": {"low": 0.01},
    }
    pointer = models.pointer(KIND, "AAPL")
    assert (pointer.version, pointer.previous, pointer.earlier) == ("c", "b", (None, "a"))


def test_promoting_what_is_in_use_changes_nothing(models: ModelRepository) -> None:
    promoted(models, "a", "b")
    before = models.pointer(KIND, "AAPL")
    models.promote(KIND, "b", "AAPL", against="a")
    assert models.pointer(KIND, "AAPL") == before
    assert len(models.changes()) == 2


def test_a_version_that_was_judged_against_another_champion_is_not_promoted(
    models: ModelRepository,
) -> None:
    promoted(models, "a")
    models.register(new("b"))
    models.register(new("c"))
    models.promote(KIND, "b", "AAPL", against="a")
    told = refused("champion_changed", lambda: models.promote(KIND, "c", "AAPL", against="a"))
    assert "b has come into use" in told.message
    refused("champion_changed", lambda: models.promote(KIND, "c", "AAPL", against=None))
    assert statuses(models)["c"] == "candidate"


def test_a_version_that_was_not_found_better_is_not_promoted_but_rejected(
    models: ModelRepository,
) -> None:
    promoted(models, "a")
    models.register(new("b"))
    worse = Judged(False, ("It is worse.",))
    refused("not_better", lambda: models.promote(KIND, "b", "AAPL", verdict=worse))
    for _ in range(2):
        record = models.reject(KIND, "b", "AAPL", verdict=worse, by="t")
        assert record.status == "rejected"
        assert record.verdict is not None
        assert record.verdict["reasons"] == ["It is worse."]
    assert [change.action for change in models.changes()] == ["rejected", "promoted"]
    refused("in_use", lambda: models.reject(KIND, "a", "AAPL", verdict=worse))
    refused("unknown_model", lambda: models.reject(KIND, "z", "AAPL", verdict=worse))
    refused("unknown_model", lambda: models.promote(KIND, "a", "MSFT"))


def test_each_rollback_goes_one_step_further_back(models: ModelRepository) -> None:
    promoted(models, "a", "b", "a", "c")
    steps = [models.roll_back(KIND, "AAPL", reason="bad", by="me").version for _ in range(4)]
    assert steps == ["a", "b", "a", None]
    assert models.champion(KIND, "AAPL") is None
    assert set(statuses(models).values()) == {"retired"}
    refused("nothing_before", lambda: models.roll_back(KIND, "AAPL"))
    latest = models.changes()[0]
    assert (latest.action, latest.from_version, latest.to_version) == ("rolled_back", "a", None)
    assert (latest.reasons, latest.by) == (("bad",), "me")


def test_what_was_rolled_back_can_be_promoted_again(models: ModelRepository) -> None:
    promoted(models, "a", "b")
    models.roll_back(KIND, "AAPL")
    assert statuses(models) == {"a": "champion", "b": "retired"}
    models.promote(KIND, "b", "AAPL")
    assert statuses(models) == {"a": "previous", "b": "champion"}
    assert models.roll_back(KIND, "AAPL").version == "a"


def test_a_rollback_that_is_asked_for_twice_is_done_once(models: ModelRepository) -> None:
    promoted(models, "a", "b", "c")
    models.roll_back(KIND, "AAPL", from_version="c")
    refused("champion_changed", lambda: models.roll_back(KIND, "AAPL", from_version="c"))
    assert models.pointer(KIND, "AAPL").version == "b"


def test_there_is_nothing_to_roll_back_where_nothing_was_promoted(models: ModelRepository) -> None:
    models.register(new("a"))
    refused("nothing_before", lambda: models.roll_back(KIND, "AAPL"))


def test_promotions_at_the_same_time_leave_one_champion_and_a_whole_history(
    models: ModelRepository, engine: Engine
) -> None:
    versions = [f"v{number}" for number in range(8)]
    for version in versions:
        models.register(new(version))
    gate = threading.Barrier(len(versions))
    failures: list[StorageError] = []

    def work(version: str) -> None:
        gate.wait()
        try:
            models.promote(KIND, version, "AAPL", by=version)
        except StorageError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(version,)) for version in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading(engine) as connection:
        registry = schema.model_registry
        query = select(registry.c.status, func.count().label("models")).group_by(registry.c.status)
        rows = connection.execute(query).all()
        counts = {row.status: row.models for row in rows}
    assert counts == {"champion": 1, "previous": 1, "retired": 6}
    chain = [change.to_version for change in reversed(models.changes())]
    assert sorted(filter(None, chain)) == versions
    champion = models.champion(KIND, "AAPL")
    assert champion is not None
    assert champion.version == chain[-1]
    pointer = models.pointer(KIND, "AAPL")
    assert [*pointer.earlier, pointer.previous, pointer.version] == [None, *chain]


def test_of_two_challengers_judged_against_one_champion_one_is_promoted(
    models: ModelRepository,
) -> None:
    promoted(models, "a")
    models.register(new("b"))
    models.register(new("c"))
    gate = threading.Barrier(2)
    codes: list[str] = []

    def work(version: str) -> None:
        gate.wait()
        try:
            models.promote(KIND, version, "AAPL", against="a")
            codes.append("promoted")
        except StorageError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=work, args=(version,)) for version in "bc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["champion_changed", "promoted"]


def test_the_database_itself_refuses_a_second_champion(
    models: ModelRepository, engine: Engine
) -> None:
    promoted(models, "a", "b")
    every = update(schema.model_registry).values(status="champion")
    with pytest.raises(StorageError), writing(engine) as connection:
        connection.execute(every)


def aged(engine: Engine, days: int = 100) -> None:
    with writing(engine) as connection:
        connection.execute(
            update(schema.model_registry).values(
                changed_at=datetime.now(UTC) - timedelta(days=days)
            )
        )


def test_pruning_removes_what_nothing_refers_to_with_its_file(
    models: ModelRepository, engine: Engine, artifacts: Artifacts
) -> None:
    records: dict[str, ModelRecord] = {}
    for version in "abcdefgh":
        records[version] = models.register(new(version), version.encode())
    shared = models.register(new("a", "MSFT"), b"b")
    for version in "ace":
        models.promote(KIND, version, "AAPL")
    models.roll_back(KIND, "AAPL")
    assert models.prune(datetime.now(UTC) - timedelta(days=1), keep=0) == ()
    aged(engine)
    with writing(engine) as connection:
        connection.execute(
            update(schema.model_registry)
            .where(schema.model_registry.c.subject == "MSFT")
            .values(changed_at=datetime.now(UTC))
        )
    gone = models.prune(datetime.now(UTC) - timedelta(days=1), keep=1)
    # "h" is the newest, "c" in use and "a" before it; the file of "b" is another model's too.
    assert sorted(gone) == ["b", "d", "e", "f", "g"]
    assert sorted(statuses(models)) == ["a", "c", "h"]
    kept = {
        version: artifacts.exists(record.artifact_sha256 or "")
        for version, record in records.items()
    }
    assert [version for version, there in kept.items() if there] == ["a", "b", "c", "h"]
    assert models.artifact(shared, 10) == b"b"
    assert models.roll_back(KIND, "AAPL").version == "a"


def test_a_damaged_or_missing_file_is_told_and_not_read(
    models: ModelRepository, artifacts: Artifacts, tmp_path: Path
) -> None:
    record = models.register(new("a"), b"weights")
    (path,) = (tmp_path / "artifacts").rglob(record.artifact_sha256 or "")
    refused("too_large", lambda: models.artifact(record, 6))
    for damaged in (b"weighty", b"weight", b"weights and more"):
        path.write_bytes(damaged)
        refused("damaged", lambda: models.artifact(record, 100))
    artifacts.delete(record.artifact_sha256 or "")
    refused("missing", lambda: models.artifact(record, 100))
    refused("missing", lambda: models.artifact(models.register(new("b")), 100))
