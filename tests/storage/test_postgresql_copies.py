"""A PostgreSQL database is saved and brought back by the commands that the documentation has."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.storage.conftest import Cluster
from worker_core.storage import NewTask
from worker_core.storage.engine import create_engine
from worker_core.storage.tasks import TaskRepository

PAGE = Path(__file__).resolve().parents[2] / "docs" / "deployment.md"


def documented(program: str) -> str:
    found = re.search(rf"`({program} [^`]+)`", PAGE.read_text("utf-8"))
    assert found, f"{PAGE.name} has no {program}"
    return found[1]


def run(command: str, url: str, programs: Path, folder: Path) -> None:
    """As a user would type it, with the database's address in place of its name."""
    program, *words = shlex.split(command.replace("DATABASE", url))
    done = subprocess.run(
        [programs / program, *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_what_was_saved_is_brought_back_as_it_was(
    postgresql: Cluster, postgresql_programs: Path, tmp_path: Path
) -> None:
    url = postgresql.new_database("migrated")
    engine = create_engine(url)
    tasks = TaskRepository(engine)
    tasks.add(NewTask("kept", "monitoring.cache_warming", "monitoring", {}))
    engine.dispose()
    run(documented("pg_dump"), url, postgresql_programs, tmp_path)
    tasks.add(NewTask("later", "monitoring.cache_warming", "monitoring", {}))
    engine.dispose()  # nobody may be connected while the tables are replaced
    run(documented("pg_restore"), url, postgresql_programs, tmp_path)
    assert tasks.get("kept") is not None
    assert tasks.get("later") is None
    engine.dispose()
