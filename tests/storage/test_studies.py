"""Searches for settings are kept beside our tables; neither side's migrations harm the other."""

import pytest
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from tests.storage.test_migrate import differences, names
from worker_core.storage import Storage, StorageError, migrate, schema
from worker_core.storage.engine import create_engine, reading
from worker_core.storage.studies import study_store


def a_trial(engine: Engine, loss: float) -> None:
    import optuna

    study = optuna.create_study(study_name="kept", storage=study_store(engine), load_if_exists=True)
    trial = study.ask()
    trial.suggest_float("x", 0.0, 1.0)
    study.tell(trial, loss)


def losses(engine: Engine) -> list[float | None]:
    import optuna

    study = optuna.load_study(study_name="kept", storage=study_store(engine))
    return [trial.value for trial in study.get_trials()]


def test_a_study_takes_none_of_our_names(engine: Engine) -> None:
    before = names(engine)
    a_trial(engine, 1.0)
    added = names(engine) - before
    assert {"studies", "trials", "alembic_version"} <= added
    assert not added & set(schema.metadata.tables)
    assert schema.VERSION_TABLE not in added


def test_our_migrations_see_no_difference_beside_a_study(engine: Engine) -> None:
    a_trial(engine, 1.0)
    with reading(engine) as connection:
        assert differences(connection) == []


def test_a_study_outlives_our_migrations_back_and_forth(engine: Engine) -> None:
    a_trial(engine, 1.0)
    migrate.downgrade(engine, "base")
    assert "trials" in names(engine)
    migrate.upgrade(engine)
    assert migrate.current(engine) == migrate.HEAD
    a_trial(engine, 2.0)
    assert losses(engine) == [1.0, 2.0]


def test_our_tables_come_into_a_database_where_a_study_was_first(empty_url: str) -> None:
    engine = create_engine(empty_url)
    a_trial(engine, 1.0)
    migrate.upgrade(engine)
    assert migrate.current(engine) == migrate.HEAD
    assert losses(engine) == [1.0]
    with reading(engine) as connection:
        assert inspect(connection).has_table("documents")
        # Optuna's own version stays its own.
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() not in (None, migrate.HEAD)
    engine.dispose()


def test_a_database_that_does_not_answer_is_said() -> None:
    engine = create_engine("postgresql://nobody:secret@127.0.0.1:9/none")
    with pytest.raises(StorageError, match="cannot keep studies") as caught:
        study_store(engine)
    assert "secret" not in str(caught.value)


def test_the_storage_opens_its_studies(database_url: str, tmp_path: object) -> None:
    with Storage.open(database_url, str(tmp_path)) as storage:
        assert storage.studies().get_all_studies() == []
