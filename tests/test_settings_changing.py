"""What a user changes: where it is written, what is refused, and who goes on as before."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from tests.services.keyrings import NO_KEYRING, MemoryKeyring, first_settings, using
from worker_core import settings
from worker_core.operations.provider_keys import key_of
from worker_core.settings import changing, file
from worker_core.settings.changing import Entry
from worker_core.settings.declared import declarations, subjects

ADDRESS = "redis://ann:pa55word@broker.example:6379/0"


@pytest.fixture(autouse=True)
def ring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[MemoryKeyring]:
    with first_settings(tmp_path, monkeypatch) as kept:
        yield kept


def written(folder: Path) -> dict[str, object]:
    return file.read(folder / settings.SETTINGS_FILE)


def entry(name: str) -> Entry:
    return next(one for one in changing.entries() if one.declaration.name == name)


def test_every_setting_is_declared_under_one_subject_with_who_takes_it() -> None:
    names = [one.name for one in declarations()]
    assert sorted(names) == sorted(settings.Settings.model_fields)
    assert all(one.taken_by and one.subject in subjects() for one in declarations())
    assert {one.name for one in declarations() if one.at_once} == {
        "theme",
        "environment",
        "read_only",
        "alert_notifications",
    }


def test_a_change_is_written_down_and_goes_back_to_the_default(tmp_path: Path) -> None:
    changing.store({"worker_concurrency": 9})
    assert written(tmp_path) == {"worker_concurrency": 9}
    assert (entry("worker_concurrency").value, entry("worker_concurrency").origin) == (9, "file")
    changing.store({"worker_concurrency": None})
    assert written(tmp_path) == {}
    assert (entry("worker_concurrency").value, entry("worker_concurrency").origin) == (4, "default")


def test_this_process_goes_on_as_before_but_for_what_is_taken_at_once() -> None:
    before = settings.current().history_tasks
    changing.store({"history_tasks": 5000, "theme": "dark"})
    assert (settings.current().history_tasks, settings.current().theme) == (before, "dark")
    assert settings.load_written().history_tasks == 5000
    assert (entry("history_tasks").waits, entry("theme").waits) == (True, False)
    changing.store({"history_tasks": before})
    assert not entry("history_tasks").waits


def test_what_goes_before_the_file_is_told_as_the_origin(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    changing.store({"worker_concurrency": 9})
    monkeypatch.setenv("afi_worker_concurrency", "3")
    (tmp_path / "secret").write_text("ann:word\n")
    monkeypatch.setenv("FLOWER_BASIC_AUTH_FILE", str(tmp_path / "secret"))
    assert (entry("worker_concurrency").value, entry("worker_concurrency").origin) == (
        3,
        "environment",
    )
    assert entry("flower_basic_auth").origin == "secret file"


def test_a_value_that_the_connection_in_use_goes_before_says_so() -> None:
    settings.override({"broker_url": "redis://other.example/0"})
    try:
        assert entry("broker_url").overridden
        assert not entry("theme").overridden
    finally:
        settings.override({})


def test_a_secret_goes_to_the_keyring_and_never_to_the_file(
    tmp_path: Path, ring: MemoryKeyring
) -> None:
    changing.store(
        {"flower_basic_auth": "ann:pa55word", "broker_url": ADDRESS, "flower_port": 1234}
    )
    text = (tmp_path / settings.SETTINGS_FILE).read_text()
    assert "pa55word" not in text
    assert json.loads(text) == {
        "in_keyring": ["broker_url", "flower_basic_auth"],
        "flower_port": 1234,
    }
    loaded = settings.load_written()
    assert loaded.broker_url == ADDRESS
    assert loaded.flower_basic_auth is not None
    assert loaded.flower_basic_auth.get_secret_value() == "ann:pa55word"
    shown = entry("broker_url")
    assert (shown.value, shown.origin, shown.hint) == (
        None,
        "keyring",
        "redis://ann:…@broker.example:6379/0",
    )
    assert entry("flower_basic_auth").hint == "kept"
    changing.store({"broker_url": "redis://broker.example/0", "flower_basic_auth": None})
    assert ring.kept == {}
    assert written(tmp_path) == {"broker_url": "redis://broker.example/0", "flower_port": 1234}


def test_a_key_of_a_source_is_kept_where_its_tasks_look_for_it(tmp_path: Path) -> None:
    changing.store({"tiingo_api_key": "k3y"})
    assert written(tmp_path) == {}
    assert key_of("tiingo", settings.load_written()) == "k3y"
    assert entry("tiingo_api_key").origin == "keyring"
    changing.store({"tiingo_api_key": None})
    assert key_of("tiingo", settings.load_written()) == ""


@pytest.mark.parametrize("name", ["broker_url", "tiingo_api_key"])
def test_without_a_keyring_a_secret_is_refused_with_the_way_out(tmp_path: Path, name: str) -> None:
    changing.store({"flower_port": 1234})
    with using(NO_KEYRING), pytest.raises(settings.SettingsError) as refusal:
        changing.store({name: ADDRESS, "flower_port": 4321})
    assert settings.variable_of(name) in str(refusal.value)
    assert "_FILE" in str(refusal.value)
    assert "pa55word" not in str(refusal.value)
    assert written(tmp_path) == {"flower_port": 1234}


def test_a_file_that_cannot_be_written_leaves_the_keyring_as_it_was(
    monkeypatch: pytest.MonkeyPatch, ring: MemoryKeyring
) -> None:
    changing.store({"flower_basic_auth": "ann:first"})
    before = dict(ring.kept)

    def full(_path: Path, _values: object) -> None:
        raise settings.SettingsError("the disk is full")

    monkeypatch.setattr(file, "write", full)
    with pytest.raises(settings.SettingsError, match="full"):
        changing.store({"flower_basic_auth": "ann:second", "broker_url": ADDRESS})
    assert ring.kept == before


class Locked(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("it is locked")


def test_an_address_in_a_locked_keyring_is_no_reason_to_take_another() -> None:
    changing.store({"broker_url": ADDRESS, "flower_basic_auth": "ann:pa55word"})
    locked: KeyringBackend = Locked()
    with using(locked), pytest.raises(settings.SettingsError) as refusal:
        settings.load_written()
    assert "CELERY_BROKER_URL" in str(refusal.value)
    assert "Unlock the keyring" in str(refusal.value)


def test_a_locked_keyring_is_not_asked_for_what_the_environment_sets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changing.store({"broker_url": ADDRESS})
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://other.example/0")
    with using(Locked()):
        assert settings.load_written().broker_url == "redis://other.example/0"


def test_a_password_in_a_locked_keyring_keeps_nothing_else_from_working() -> None:
    changing.store({"flower_basic_auth": "ann:pa55word"})
    with using(Locked()):
        assert settings.load_written().flower_basic_auth is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("worker_concurrency", "many", "valid integer"),
        ("worker_concurrency", "0", "greater than or equal to 1"),
        ("timezone", "Mars/Olympus", "IANA"),
        ("broker_url", "rediss://h", "certificate"),
        ("theme", "purple", "'system', 'light' or 'dark'"),
    ],
)
def test_what_the_declaration_refuses_is_refused_in_its_words(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    error = changing.problems_of(name, value)
    assert error is not None
    assert said in str(error)
    with pytest.raises(settings.SettingsError, match=settings.variable_of(name)):
        changing.store({name: value, "flower_port": 1234})
    assert written(tmp_path) == {}


def test_a_key_under_its_variables_name_is_replaced_not_doubled(tmp_path: Path) -> None:
    (tmp_path / settings.SETTINGS_FILE).write_text('{"AFI_THEME": "light", "own": 1}')
    assert (entry("theme").value, entry("theme").origin) == ("light", "file")
    changing.store({"theme": "dark"})
    assert written(tmp_path) == {"own": 1, "theme": "dark"}


@pytest.mark.parametrize("text", ["[1, 2]", "null", '"text"', "{", "\xff"])
def test_a_file_that_holds_no_object_is_named_and_left(tmp_path: Path, text: str) -> None:
    path = tmp_path / settings.SETTINGS_FILE
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(settings.SettingsError, match="settings file"):
        changing.store({"theme": "dark"})
    assert path.read_bytes() == text.encode("latin-1")


@pytest.mark.skipif(os.name == "nt", reason="permissions are another matter there")
def test_an_older_half_written_file_does_not_lend_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "settings.new").write_text("half")
    (tmp_path / "settings.new").chmod(0o644)
    changing.store({"flower_port": 1234})
    assert (tmp_path / settings.SETTINGS_FILE).stat().st_mode & 0o077 == 0
