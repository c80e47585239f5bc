"""Every setting, declared once: type, default, description.

Values come, in this order, from the environment, from files that it names (``…_FILE``), the
system's keyring where the user has put a secret there, the user's settings file and the defaults
here.
Celery itself reads only some of the CELERY_* variables, and some of them over the application's
own configuration, so all of them are parsed here and handed to it.
"""

import threading
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import AliasChoices, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    JsonConfigSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from worker_core.settings import file
from worker_core.settings.alerts import AlertSettings
from worker_core.settings.api import ApiSettings
from worker_core.settings.broker import BrokerSettings
from worker_core.settings.documents import DocumentSettings
from worker_core.settings.flower import FlowerSettings
from worker_core.settings.market import MarketSettings
from worker_core.settings.monitoring import MonitoringSettings
from worker_core.settings.names import (
    APP_NAME,
    IN_KEYRING,
    KEY_PREFIX,
    KEY_PREFIX_WORDS,
    SETTINGS_FILE,
    SettingsError,
)
from worker_core.settings.sources import InFiles, InKeyring
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
    "load_written",
    "overridden",
    "override",
    "pin",
    "pinned",
    "save",
    "unpin",
    "variable_of",
]


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
        variables = {name: variable_of(name) for name in settings_cls.model_fields}
        return (
            init_settings,
            env_settings,
            InFiles(settings_cls, variables),
            InKeyring(settings_cls, variables, config_dir() / SETTINGS_FILE),
            file,
        )


# What this process was told to use instead of what is written down.
_overrides: dict[str, Any] = {}
# What this process goes on with although something else was written down since it began.
_pins: dict[str, Any] = {}
_writing = threading.RLock()


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
    return _load(_pins | _overrides)


def pin(names: Iterable[str]) -> None:
    """Let this process go on with the values of now, whatever is written down from now on."""
    values = load_unchanged()
    for name in names:
        _pins.setdefault(name, getattr(values, name))


def pinned() -> Mapping[str, Any]:
    """What this process goes on with although it may be written down otherwise."""
    return dict(_pins)


def overridden() -> frozenset[str]:
    """What this process was told to use instead of what is written down."""
    return frozenset(_overrides)


def unpin() -> None:
    """Take everything that is written down, as a process that starts now does."""
    _pins.clear()
    current.cache_clear()


def load_unchanged() -> Settings:
    """The settings as they would be without overrides. Raises as ``load``."""
    return _load(_pins)


def load_written() -> Settings:
    """The settings as a process that starts now would have them. Raises as ``load``."""
    return _load({})


def _load(overrides: Mapping[str, Any]) -> Settings:
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from error
    except ValueError as error:
        raise SettingsError(file.unreadable(config_dir() / SETTINGS_FILE, error)) from error


@lru_cache(maxsize=1)
def current() -> Settings:
    """This process's settings, read at the first call."""
    return load()


def save(changes: Mapping[str, Any], in_keyring: Iterable[str] | None = None) -> Settings:
    """Write ``changes`` (field name → value; None removes the key) to the user's settings file.

    :param in_keyring: the settings that the keyring holds, where these are others now

    Raises:
        SettingsError: a value, or the file as it stands, is unusable. Nothing is written then.
    """
    path = config_dir() / SETTINGS_FILE
    with _writing:
        stored = file.read(path)
        for name in changes:
            stored.pop(variable_of(name), None)
            stored.pop(variable_of(name).lower(), None)
        stored |= changes
        if in_keyring is not None:
            stored[IN_KEYRING] = sorted(in_keyring) or None
        stored = {key: value for key, value in stored.items() if value is not None}
        try:
            Settings.model_validate({key: stored[key] for key in stored if key != IN_KEYRING})
        except ValidationError as error:
            raise SettingsError(_explain(error)) from error
        file.write(path, stored)
    current.cache_clear()
    return current()


def variable_of(field: str) -> str:
    """The environment variable that sets ``field``."""
    alias = Settings.model_fields[field].validation_alias
    if not isinstance(alias, AliasChoices):
        raise TypeError(f"{field} declares no environment variable")
    return str(alias.choices[0])


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
