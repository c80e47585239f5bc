"""Every setting, declared once: type, default, description.

Values come, in this order, from the environment, from files that it names (``…_FILE``), the user's
settings file and the defaults here.
Celery itself reads only some of the CELERY_* variables, and some of them over the application's
own configuration, so all of them are parsed here and handed to it.
"""

import json
import os
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import AliasChoices, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    JsonConfigSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from worker_core.settings.alerts import AlertSettings
from worker_core.settings.api import ApiSettings
from worker_core.settings.broker import BrokerSettings
from worker_core.settings.documents import DocumentSettings
from worker_core.settings.flower import FlowerSettings
from worker_core.settings.market import MarketSettings
from worker_core.settings.monitoring import MonitoringSettings
from worker_core.settings.names import APP_NAME, KEY_PREFIX, KEY_PREFIX_WORDS, SETTINGS_FILE
from worker_core.settings.window import WindowSettings
from worker_core.settings.workers import WorkerSettings

__all__ = [
    "APP_NAME",
    "KEY_PREFIX",
    "KEY_PREFIX_WORDS",
    "SETTINGS_FILE",
    "Settings",
    "SettingsError",
    "config_dir",
    "current",
    "load",
    "load_unchanged",
    "override",
    "save",
    "variable_of",
]


class SettingsError(Exception):
    """A setting has a value that cannot be used. The text names it and what is accepted."""


def config_dir() -> Path:
    """The folder of the user's settings file."""
    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False))


# The last base stands first in the list of fields.
class Settings(
    WindowSettings,
    AlertSettings,
    ApiSettings,
    MonitoringSettings,
    MarketSettings,
    DocumentSettings,
    FlowerSettings,
    WorkerSettings,
    BrokerSettings,
):
    """What a user may set. Field names are the keys of the settings file."""

    model_config = SettingsConfigDict(
        populate_by_name=True, extra="ignore", frozen=True, validate_default=False
    )

    @field_validator(
        "broker_url",
        "result_backend",
        "database",
        "artifacts",
        "environment",
        "otel_endpoint",
        "update_url",
    )
    @classmethod
    def _empty_means_unset(cls, value: str | None) -> str | None:
        return value.strip() or None if value else None

    @cached_property
    def database_url(self) -> str:
        """The configured database, else the SQLite file in the data folder."""
        return self.database or f"sqlite:///{self.data_dir / 'afi.sqlite3'}"

    @cached_property
    def artifacts_url(self) -> str:
        """The configured store of files, else a folder in the data folder."""
        return self.artifacts or str(self.data_dir / "artifacts")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base class's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = JsonConfigSettingsSource(settings_cls, json_file=config_dir() / SETTINGS_FILE)
        return init_settings, env_settings, _InFiles(settings_cls), file


class _InFiles(PydanticBaseSettingsSource):
    """Values whose variable ends in ``_FILE`` and names the file that holds them, as secrets of
    containers and of services do. The variable itself goes before it."""

    def get_field_value(
        self,
        field: FieldInfo,  # noqa: ARG002 - the base class's signature
        field_name: str,
    ) -> tuple[Any, str, bool]:
        variable = variable_of(field_name)
        path = os.environ.get(f"{variable}_FILE")
        return (_secret(path, variable) if path else None), variable, False

    def __call__(self) -> dict[str, Any]:
        found = (self.get_field_value(field, name) for name, field in Settings.model_fields.items())
        return {variable: value for value, variable, _ in found if value is not None}


def _secret(path: str, variable: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise SettingsError(
            f"Some settings cannot be used.\n{variable}_FILE: {path} cannot be read: {reason}"
        ) from error


# What this process was told to use instead of what is written down.
_overrides: dict[str, Any] = {}


def override(values: Mapping[str, Any]) -> Settings:
    """Let these (field name → value) go before everything that is read, in this process alone.
    They replace those of an earlier call.

    Raises:
        SettingsError: one of them cannot be used; then nothing has changed.
    """
    before = dict(_overrides)
    _overrides.clear()
    _overrides.update(values)
    current.cache_clear()
    try:
        return current()
    except SettingsError:
        _overrides.clear()
        _overrides.update(before)
        raise


def load() -> Settings:
    """Read the settings afresh, under this process's overrides.

    Raises:
        SettingsError: a value is unusable; the text names every such setting.
    """
    return _load(_overrides)


def load_unchanged() -> Settings:
    """The settings as they would be without overrides. Raises as ``load``."""
    return _load({})


def _load(overrides: Mapping[str, Any]) -> Settings:
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from error
    except ValueError as error:
        raise SettingsError(_unreadable(error)) from error


@lru_cache(maxsize=1)
def current() -> Settings:
    """This process's settings, read at the first call."""
    return load()


def save(changes: Mapping[str, Any]) -> Settings:
    """Write ``changes`` (field name → value; None removes the key) to the user's settings file.

    Raises:
        SettingsError: a value, or the file as it stands, is unusable. Nothing is written then.
    """
    path = config_dir() / SETTINGS_FILE
    try:
        stored: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise SettingsError(_unreadable(error)) from error
    stored |= changes
    stored = {key: value for key, value in stored.items() if value is not None}
    try:
        Settings.model_validate(stored)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    # An address may hold a password.
    temporary.touch(mode=0o600)
    temporary.write_text(json.dumps(stored, indent=2, default=str) + "\n", "utf-8")
    temporary.replace(path)
    current.cache_clear()
    return current()


def variable_of(field: str) -> str:
    """The environment variable that sets ``field``."""
    alias = Settings.model_fields[field].validation_alias
    if not isinstance(alias, AliasChoices):
        raise TypeError(f"{field} declares no environment variable")
    return str(alias.choices[0])


def _unreadable(error: ValueError) -> str:
    return (
        f"The settings file {config_dir() / SETTINGS_FILE} is not valid JSON ({error}). "
        "Mend it, or remove it to start from the defaults."
    )


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else "settings"
        if name in Settings.model_fields:
            name = variable_of(name)
        text = f"{name.upper()}: {problem['msg'].removeprefix('Value error, ')}"
        # An address may hold a password, and this text goes to logs and screens.
        secret = any(word in name.upper() for word in ("URL", "BACKEND", "KEY", "AUTH"))
        lines.append(text if secret else f"{text} (it is {problem.get('input')!r})")
    return "Some settings cannot be used.\n" + "\n".join(lines)
