"""One database of each kind for a module, emptied for each test."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.databases import lay
from tests.storage.alerts.bench import Bench
from worker_core.storage.engine import create_engine, writing
from worker_core.storage.schema import (
    alert_clock,
    alert_conditions,
    alert_rules,
    alerts,
    measure_reads,
    measurements,
    tasks,
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database of each kind for the module, which takes longer to make than to empty."""
    if request.param == "sqlite":
        url = lay(tmp_path_factory.mktemp("alerts") / "afi.sqlite3")
    else:
        url = request.getfixturevalue("postgresql").new_database("migrated")
    engine = create_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(kept_engine: Engine) -> Engine:
    with writing(kept_engine) as connection:
        for table in (alert_conditions, alerts, alert_rules, measurements, measure_reads, tasks):
            connection.execute(table.delete())
        connection.execute(alert_clock.update().values(revision=0, evaluated_at=None, seeded=False))
    return kept_engine


@pytest.fixture
def bench(engine: Engine) -> Bench:
    return Bench(engine)
