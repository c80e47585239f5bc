"""How a database comes to have its tables."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, column, inspect, table, text, update

import worker_core.storage
from worker_core.storage import Storage, StorageError, migrate, schema
from worker_core.storage.engine import create_engine, reading, writing

Start = Callable[..., "subprocess.Popen[str]"]

SHA = "5" * 64


def differences(connection: Connection) -> list[Any]:
    options = {
        "version_table": schema.VERSION_TABLE,
        "include_object": migrate.is_ours,
        "compare_server_default": True,
    }
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, schema.metadata))


def names(engine: Engine) -> set[str]:
    with reading(engine) as connection:
        return set(inspect(connection).get_table_names())


def test_the_migrations_lead_to_the_tables_that_the_program_uses(engine: Engine) -> None:
    with reading(engine) as connection:
        assert differences(connection) == []
        inspector = inspect(connection)
        for declared in schema.metadata.sorted_tables:
            keys = {constraint.name for constraint in declared.foreign_key_constraints}
            assert {key["name"] for key in inspector.get_foreign_keys(declared.name)} == keys
        checks = inspector.get_check_constraints("documents")
        assert [check["name"] for check in checks] == ["ck_documents_status"]


def test_going_back_and_forth_ends_where_it_began(empty_url: str) -> None:
    engine = create_engine(empty_url)
    migrate.upgrade(engine)
    before = names(engine)
    migrate.downgrade(engine, "base")
    assert names(engine) == {schema.VERSION_TABLE}
    assert migrate.current(engine) is None
    migrate.upgrade(engine)
    assert names(engine) == before
    assert migrate.current(engine) == migrate.HEAD
    with reading(engine) as connection:
        assert differences(connection) == []
    engine.dispose()


def test_an_empty_database_has_no_revision(empty_url: str) -> None:
    assert migrate.current(empty_url) is None


def test_upgrading_again_changes_nothing(empty_url: str) -> None:
    with Storage.open(empty_url, "unused") as storage:
        record = storage.documents.register(SHA, "a", 1, "text/plain", "t")
    migrate.upgrade(empty_url)
    with Storage.open(empty_url, "unused") as storage:
        assert storage.documents.get(record.id) == record


def test_the_head_that_is_written_down_is_the_newest_revision(engine: Engine) -> None:
    with reading(engine) as connection:
        scripts = ScriptDirectory.from_config(migrate.configuration(connection))
    assert scripts.get_heads() == [migrate.HEAD]


def test_a_database_that_is_up_to_date_is_opened_without_loading_alembic(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    script = (
        "import sys; from worker_core.storage import Storage\n"
        "with Storage.open(sys.argv[1], 'unused') as storage: storage.documents.counts()\n"
        "assert 'alembic' not in sys.modules\n"
        "assert 'fsspec' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script, empty_url], check=True)


def test_processes_that_start_at_once_make_one_database(empty_url: str, start: Start) -> None:
    script = (
        "import sys; from worker_core.storage import Storage\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "with Storage.open(sys.argv[1], 'unused') as storage:\n"
        "    storage.documents.register('5' * 64, 'a', 1, 'text/plain', 't')\n"
    )
    processes = [start(script, empty_url) for _ in range(6)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    endings = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        errors = process.communicate(timeout=120)[1]
        endings.append((process.returncode, errors))
    assert endings == [(0, "")] * 6
    with Storage.open(empty_url, "unused") as storage:
        assert storage.documents.counts()["pending"] == 1


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database_url: str) -> None:
    engine = create_engine(database_url)
    with writing(engine) as connection:
        versions = table(schema.VERSION_TABLE, column("version_num"))
        connection.execute(update(versions).values(version_num="9999"))
    for attempt in (migrate.upgrade, lambda url: migrate.downgrade(url, "base")):
        with pytest.raises(StorageError) as caught:
            attempt(database_url)
        assert caught.value.code == "newer"
        assert "9999" in caught.value.message
        assert "Update AFI Desk" in caught.value.remedy
    assert migrate.current(engine) == "9999"
    engine.dispose()


def test_tables_of_another_program_under_our_names_are_left_alone(empty_url: str) -> None:
    engine = create_engine(empty_url)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE documents (theirs INTEGER)"))
    with pytest.raises(StorageError) as caught:
        migrate.upgrade(engine)
    assert caught.value.code == "foreign"
    assert "documents" in caught.value.message
    assert names(engine) == {"documents"}
    engine.dispose()


def test_another_library_may_keep_its_tables_beside_ours(empty_url: str) -> None:
    engine = create_engine(empty_url)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('theirs')"))
        connection.execute(text("CREATE TABLE studies (id INTEGER)"))
    migrate.upgrade(engine)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "theirs"
        assert differences(connection) == []
    migrate.downgrade(engine, "base")
    assert {"alembic_version", "studies"} <= names(engine)
    engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_migration_that_leaves_rows_without_their_document_is_undone(
    database_url: str,
) -> None:
    engine = create_engine(database_url)
    orphan = "INSERT INTO document_texts (document_id, text) VALUES (99, 'orphan')"
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute(orphan)
        driver.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(StorageError) as caught:
        migrate.downgrade(engine, "0001")
    assert caught.value.code == "corrupt"
    assert migrate.current(engine) == migrate.HEAD
    engine.dispose()


def test_a_package_in_a_folder_with_an_odd_name_finds_its_migrations(
    tmp_path: Path, empty_url: str
) -> None:
    source = Path(worker_core.storage.__file__).parent
    package = tmp_path / "50% done (copy)" / "worker_core"
    shutil.copytree(source, package / "storage", ignore=shutil.ignore_patterns("__pycache__"))
    (package / "__init__.py").touch()
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from worker_core.storage import Storage, migrate\n"
        "assert migrate.__file__.startswith(sys.argv[1])\n"
        "Storage.open(sys.argv[2], 'unused').close()\n"
    )
    words = [sys.executable, "-c", script, str(package.parent), empty_url]
    subprocess.run(words, check=True, cwd=tmp_path)
    assert migrate.current(empty_url) == migrate.HEAD


def test_alembics_own_command_line_finds_nothing_left_to_write(
    tmp_path: Path, database_url: str
) -> None:
    config = tmp_path / "alembic.ini"
    config.write_text("[alembic]\nscript_location = worker_core.storage:migrations\n")
    words = [sys.executable, "-m", "alembic", "-c", str(config), "-x", f"url={database_url}"]
    answer = subprocess.run(
        [*words, "check"], check=False, capture_output=True, text=True, cwd=tmp_path
    )
    assert answer.returncode == 0, answer.stderr
    assert "No new upgrade operations detected." in answer.stdout
