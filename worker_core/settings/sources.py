"""Where values come from beside the environment and the settings file."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from worker_core.settings import file
from worker_core.settings.names import IN_KEYRING, SERVICE, SettingsError

_log = logging.getLogger(__name__)


class _Source(PydanticBaseSettingsSource):
    def __init__(self, settings: type[BaseSettings], variables: Mapping[str, str]) -> None:
        super().__init__(settings)
        self._variables = variables

    def get_field_value(
        self,
        field: FieldInfo,  # noqa: ARG002 - the base class's signature
        field_name: str,
    ) -> tuple[Any, str, bool]:
        return self._value(field_name), self._variables[field_name], False

    def _value(self, name: str) -> str | None:
        raise NotImplementedError

    def __call__(self) -> dict[str, Any]:
        found = ((variable, self._value(name)) for name, variable in self._variables.items())
        return {variable: value for variable, value in found if value is not None}


class InFiles(_Source):
    """Values whose variable ends in ``_FILE`` and names the file that holds them, as secrets of
    containers and of services do. The variable itself goes before it."""

    def _value(self, name: str) -> str | None:
        variable = self._variables[name]
        path = os.environ.get(f"{variable}_FILE")
        return _secret(path, variable) if path else None


class InKeyring(_Source):
    """Secrets that the user has typed in the window. The settings file names those that there are,
    so that a keyring is asked only by who has put something there."""

    def __init__(
        self, settings: type[BaseSettings], variables: Mapping[str, str], path: Path
    ) -> None:
        super().__init__(settings, variables)
        self._path = path

    def __call__(self) -> dict[str, Any]:
        self._kept = names_in_keyring(file.read(self._path))
        return super().__call__() if self._kept else {}

    def _value(self, name: str) -> str | None:
        variable = self._variables[name]
        # What goes before it would not be used anyway, and a keyring may ask for a password.
        known = {variable, variable.lower(), name}
        if name not in self._kept or known & self.current_state.keys():
            return None
        return _from_keyring(
            name, variable, secret=_is_secret(self.settings_cls.model_fields[name])
        )


def names_in_keyring(stored: Mapping[str, Any]) -> frozenset[str]:
    """The settings of which a settings file says that the keyring has them."""
    names = stored.get(IN_KEYRING)
    return frozenset(map(str, names)) if isinstance(names, list) else frozenset()


def entry(name: str) -> str:
    """What a setting is called in the keyring."""
    return f"setting:{name}"


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr in getattr(field.annotation, "__args__", (field.annotation,))


def _from_keyring(name: str, variable: str, *, secret: bool) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    reason: object = "it holds nothing under that name"
    try:
        value = keyring.get_password(SERVICE, entry(name))
    except KeyringError as error:
        value, reason = None, error
    if value is not None:
        return value
    if secret:
        # What needs it says so when it is used; nothing else has to wait for it.
        _log.warning("%s is kept in the keyring, which cannot be read: %s", variable, reason)
        return None
    # Without it another broker or database would be taken in silence.
    raise SettingsError(
        f"Some settings cannot be used.\n{variable}: it is kept in the keyring of the system, "
        f"which cannot be read ({reason}). Unlock the keyring and try again, or set {variable} "
        f"or {variable}_FILE in the environment."
    )


def _secret(path: str, variable: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise SettingsError(
            f"Some settings cannot be used.\n{variable}_FILE: {path} cannot be read: {reason}"
        ) from error
