"""The settings are declared once, and every source of them is honoured."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from worker_core import settings


@pytest.fixture(autouse=True)
def _own_settings_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(settings.variable_of(name), raising=False)
    monkeypatch.setattr(settings, "config_dir", lambda: tmp_path)
    settings.current.cache_clear()
    yield
    settings.current.cache_clear()


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("CELERY_BROKER_URL", "redis://h:1/2", "broker_url", "redis://h:1/2"),
        ("CELERY_RESULT_BACKEND", "redis://h:1/3", "result_backend", "redis://h:1/3"),
        ("CELERY_TASK_SERIALIZER", "json", "task_serializer", "json"),
        ("CELERY_RESULT_SERIALIZER", "json", "result_serializer", "json"),
        ("CELERY_TIMEZONE", "Europe/Berlin", "timezone", "Europe/Berlin"),
        ("CELERY_WORKER_PREFETCH_MULTIPLIER", "3", "worker_prefetch_multiplier", 3),
        ("CELERY_TASK_ACKS_LATE", "false", "task_acks_late", False),
        ("CELERY_WORKER_MAX_TASKS_PER_CHILD", "7", "worker_max_tasks_per_child", 7),
        ("FLOWER_PORT", "5556", "flower_port", 5556),
        ("AFI_DATABASE_URL", "postgresql://h/afi", "database_url", "postgresql://h/afi"),
        ("AFI_WORKER_CONCURRENCY", "2", "worker_concurrency", 2),
    ],
)
def test_a_variable_of_the_environment_sets_its_field(
    monkeypatch: pytest.MonkeyPatch, variable: str, text: str, field: str, value: object
) -> None:
    monkeypatch.setenv(variable, text)
    assert getattr(settings.load(), field) == value


def test_the_environment_stands_above_the_file_and_the_file_above_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.save({"worker_concurrency": 9, "theme": "dark"})
    monkeypatch.setenv("AFI_WORKER_CONCURRENCY", "3")
    loaded = settings.load()
    assert (loaded.worker_concurrency, loaded.theme, loaded.flower_port) == (3, "dark", 5555)


def test_every_setting_has_a_description_and_a_variable_of_its_own() -> None:
    fields = settings.Settings.model_fields
    assert all(field.description for field in fields.values())
    assert len({settings.variable_of(name) for name in fields}) == len(fields)


def test_an_empty_variable_means_that_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", " ")
    assert settings.load().broker_url is None


@pytest.mark.parametrize(
    ("variable", "text", "said"),
    [
        ("CELERY_TIMEZONE", "Mars/Olympus", "IANA time zone"),
        ("CELERY_TIMEZONE", "../../etc/passwd", "IANA time zone"),
        ("CELERY_TASK_SERIALIZER", "pickle", "'json'"),
        ("AFI_WORKER_CONCURRENCY", "many", "valid integer"),
        ("FLOWER_PORT", "70000", "65535"),
    ],
)
def test_an_unusable_value_is_refused_by_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, text: str, said: str
) -> None:
    monkeypatch.setenv(variable, text)
    with pytest.raises(settings.SettingsError) as refusal:
        settings.load()
    assert variable in str(refusal.value)
    assert said in str(refusal.value)


@pytest.mark.parametrize("variable", ["CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"])
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("rediss://:secret@host/0", "?ssl_cert_reqs=required&ssl_ca_certs=/path/to/ca.pem"),
        ("REDISS://:secret@host/0", "must say how the server's certificate is checked"),
        ("rediss://:secret@host/0?ssl_ca_certs=/ca.pem", "must say how"),
        ("rediss://:secret@host/0?ssl_cert_reqs=", "is not checked is not used"),
        ("rediss://:secret@host/0?ssl_cert_reqs=none", "pose as the broker"),
        ("rediss://:secret@host/0?ssl_cert_reqs=CERT_NONE", "ssl_cert_reqs=required"),
        ("rediss://:secret@host/0?ssl_cert_reqs=optional", "pose as the broker"),
        ("rediss://h?ssl_cert_reqs=required&ssl_cert_reqs=none", "pose as the broker"),
        ("rediss://h?ssl_cert_reqs=required&ssl_check_hostname=false", "the server's name"),
        ("rediss://a?ssl_cert_reqs=required;rediss://:secret@b", "must say how"),
        ("redis://:secret@host?ssl_ca_certs=/ca.pem", "must begin with rediss://"),
    ],
)
def test_an_encrypted_address_is_used_only_where_it_is_checked_who_answers(
    monkeypatch: pytest.MonkeyPatch, variable: str, address: str, said: str
) -> None:
    monkeypatch.setenv(variable, address)
    with pytest.raises(settings.SettingsError) as refusal:
        settings.load()
    assert variable in str(refusal.value)
    assert said in str(refusal.value)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("choice", ["required", "CERT_REQUIRED"])
def test_an_address_that_has_the_certificate_checked_is_used(
    monkeypatch: pytest.MonkeyPatch, choice: str
) -> None:
    address = f"rediss://u:p@host:6380/0?ssl_cert_reqs={choice}&ssl_ca_certs=/ca.pem"
    monkeypatch.setenv("CELERY_BROKER_URL", address)
    monkeypatch.setenv("CELERY_RESULT_BACKEND", f"{address};{address}")
    assert settings.load().broker_url == address


def test_a_broken_settings_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / settings.SETTINGS_FILE).write_text('{"theme": ')
    with pytest.raises(settings.SettingsError, match="not valid JSON"):
        settings.load()
    with pytest.raises(settings.SettingsError, match="not valid JSON"):
        settings.save({"theme": "dark"})


def test_saving_an_unusable_value_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    settings.save({"theme": "dark"})
    with pytest.raises(settings.SettingsError):
        settings.save({"theme": "purple"})
    assert json.loads((tmp_path / settings.SETTINGS_FILE).read_text()) == {"theme": "dark"}


@pytest.mark.skipif(os.name == "nt", reason="permissions are another matter there")
def test_nobody_else_may_read_the_settings_file(tmp_path: Path) -> None:
    settings.save({"broker_url": "redis://:secret@host/0"})
    assert (tmp_path / settings.SETTINGS_FILE).stat().st_mode & 0o077 == 0


def test_saving_none_returns_a_setting_to_its_default(tmp_path: Path) -> None:
    settings.save({"theme": "dark", "history_tasks": 5000})
    assert settings.save({"theme": None}).theme == "system"
    assert settings.current().history_tasks == 5000
