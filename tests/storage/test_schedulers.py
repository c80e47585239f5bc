"""Schedulers of several computers, which share a database server and nothing else."""

import json
import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from worker_core.settings import Settings
from worker_core.storage import Storage, schema
from worker_core.storage.engine import create_engine, reading

PATIENCE_S = 120


def due_times(url: str) -> list[datetime]:
    """Of the runs in the ledger."""
    engine = create_engine(url)
    with reading(engine) as connection:
        keys = connection.execute(select(schema.tasks.c.idempotency_key)).scalars().all()
    engine.dispose()
    return sorted(datetime.fromisoformat(key.partition("@")[2]) for key in keys)


@pytest.mark.slow
def test_two_computers_start_each_due_time_once(empty_postgresql: str, tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AFI_")},
        "AFI_DATABASE_URL": empty_postgresql,
        # No broker is there: what is claimed waits in the ledger.
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    }
    afi = [sys.executable, "-m", "worker_core"]
    arguments = json.dumps({"document": "ab" * 32})
    entry = ["tick", "document_processing.generate_document_summary", arguments, "--every", "1"]
    subprocess.run([*afi, "schedule", "add", *entry], env=environment, check=True)
    beats = []
    try:
        for name in ("one", "two"):
            own = environment | {"AFI_DATA_DIR": str(tmp_path / name)}
            with (tmp_path / f"{name}.log").open("wb") as log:
                beats.append(subprocess.Popen([*afi, "beat"], env=own, stdout=log, stderr=log))
        deadline = time.monotonic() + PATIENCE_S
        while len(due_times(empty_postgresql)) < 8:
            assert time.monotonic() < deadline, (tmp_path / "one.log").read_text()
            time.sleep(0.2)
        for beat in beats:
            beat.terminate()
            assert beat.wait(60) == 0
    finally:
        for beat in beats:
            beat.kill()
            beat.wait()
    dues = due_times(empty_postgresql)
    settings = Settings(data_dir=tmp_path, database=empty_postgresql)
    with Storage.open(settings.database_url, settings.artifacts_url) as storage:
        record, _ = storage.schedule.get("tick")
    assert record is not None
    assert len(set(dues)) == len(dues)
    first = min(dues[0], record.missed_since or dues[0])
    assert round((dues[-1] - first).total_seconds()) + 1 == len(dues) + record.missed
