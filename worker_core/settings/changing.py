"""What a user may change: each setting's value, where it comes from, and what would be wrong with
another. Secrets go to the keyring of the system, never to the settings file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
)

from worker_core import settings
from worker_core.settings import Settings, SettingsError, file
from worker_core.settings.declared import Declaration, declarations
from worker_core.settings.names import SERVICE, SETTINGS_FILE
from worker_core.settings.sources import InFiles, entry, names_in_keyring

Origin = Literal["default", "file", "keyring", "environment", "secret file"]

_PASSWORD = re.compile(r"(://[^/@\s:]*):[^/@\s]+@")
# Their commands and tasks look for them under names of their own.
_OWN_ENTRIES: Final = {
    f"{provider}_api_key": f"provider:{provider}"
    for provider in ("tiingo", "alpha_vantage", "polygon", "alpaca")
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A setting as it is. ``value`` is what a process that starts now would take; of a secret it
    is nothing, and of an address with a password ``hint`` is the rest."""

    declaration: Declaration
    value: Any
    origin: Origin
    hint: str = ""
    waits: bool = False
    """Whether this process goes on with another value until its next start."""
    overridden: bool = False
    """Whether this process was told to use another value, by a connection of the user's."""


def entries() -> tuple[Entry, ...]:
    """All settings as they are. It may wait for the keyring.

    Raises:
        SettingsError: as they are now they cannot be used.
    """
    values = settings.load_written()
    in_force = settings.pinned()
    origins = _origins()
    return tuple(
        _entry(one, getattr(values, one.name), origins, in_force) for one in declarations()
    )


def _entry(
    one: Declaration, value: Any, origins: Mapping[str, Origin], in_force: Mapping[str, Any]
) -> Entry:
    waits = one.name in in_force and in_force[one.name] != value
    origin = origins.get(one.name, "default")
    hint = ""
    if one.secret:
        value, hint = None, "" if origin == "default" else "kept"
    elif isinstance(value, str) and _PASSWORD.search(value):
        value, hint = None, _PASSWORD.sub(r"\1:…@", value)
    return Entry(one, value, origin, hint, waits, one.name in settings.overridden())


def problems_of(name: str, value: Any) -> ValidationError | None:
    """What the declaration says against a value, if anything."""
    try:
        _bare().model_validate({name: value})
    except ValidationError as error:
        return error
    return None


def parsed(name: str, value: Any) -> Any:
    """A value as the declaration takes it, from a text that ``problems_of`` finds nothing in."""
    return getattr(_bare().model_validate({name: value}), name)


def store(changes: Mapping[str, Any]) -> None:
    """Write changes down (name → value; None goes back to the default). This process goes on with
    the values of before, but for those that are taken at once.

    Raises:
        SettingsError: a value cannot be used, a secret finds no keyring, or the file cannot be
            written. Nothing has changed then.
    """
    path = settings.config_dir() / SETTINGS_FILE
    at_once = {one.name for one in declarations() if one.at_once}
    kept = names_in_keyring(file.read(path))
    secrets = {name: str(value) for name, value in changes.items() if _is_secret(name, value)}
    for name, value in changes.items():
        if value is not None and (error := problems_of(name, value)) is not None:
            said = error.errors(include_url=False, include_input=False)[0]["msg"]
            raise SettingsError(f"{settings.variable_of(name)}: {said}")
    settings.pin(changes.keys() - at_once)
    plain = {name: None if name in secrets else value for name, value in changes.items()}
    marked = (kept - changes.keys()) | (secrets.keys() - _OWN_ENTRIES.keys())
    before = _keep({name: secrets.get(name) for name in changes if _in_ring(name, kept, secrets)})
    try:
        settings.save(plain, marked)
    except SettingsError:
        _keep(before)
        raise


def _in_ring(name: str, kept: frozenset[str], secrets: Mapping[str, str]) -> bool:
    return name in secrets or name in kept or name in _OWN_ENTRIES


def _is_secret(name: str, value: Any) -> bool:
    if value is None:
        return False
    declared = next(one for one in declarations() if one.name == name)
    return declared.secret or (isinstance(value, str) and bool(_PASSWORD.search(value)))


def _keep(values: Mapping[str, str | None]) -> dict[str, str | None]:
    """Put values into the keyring, None removes one; what was there before."""
    if not values:
        return {}
    import keyring
    from keyring.errors import KeyringError

    before: dict[str, str | None] = {}
    try:
        for name, value in values.items():
            place = _OWN_ENTRIES.get(name, entry(name))
            had = keyring.get_password(SERVICE, place)
            if value is not None:
                keyring.set_password(SERVICE, place, value)
            elif had is not None:
                keyring.delete_password(SERVICE, place)
            before[name] = had
    except KeyringError as error:
        if any(value is not None for value in values.values()):
            _keep(before)
            variables = ", ".join(settings.variable_of(name) for name in values)
            raise SettingsError(
                "A secret is not written into the settings file, and the keyring of the system "
                f"takes nothing ({error}). Nothing was changed. Unlock or install a keyring, or "
                f"set it in the environment: {variables}, or the name of a file that holds it "
                "in the variable with _FILE at its end."
            ) from error
    return before


def _origins() -> dict[str, Origin]:
    """Where each setting that is set comes from."""
    variables = {one.name: one.variable for one in declarations()}
    stored = file.read(settings.config_dir() / SETTINGS_FILE)
    found: dict[str, Origin] = {}
    for name in _named(stored, variables):
        found[name] = "file"
    for name in names_in_keyring(stored) & variables.keys():
        found[name] = "keyring"
    for name in _OWN_ENTRIES:
        if name not in found and _has(_OWN_ENTRIES[name]):
            found[name] = "keyring"
    for name in _named(InFiles(Settings, variables)(), variables):
        found[name] = "secret file"
    for name in _named(EnvSettingsSource(Settings)(), variables):
        found[name] = "environment"
    return found


def _named(values: Mapping[str, Any], variables: Mapping[str, str]) -> Iterator[str]:
    for name, variable in variables.items():
        if values.keys() & {name, variable, variable.lower()}:
            yield name


def _has(place: str) -> bool:
    import keyring
    from keyring.errors import KeyringError

    try:
        return bool(keyring.get_password(SERVICE, place))
    except KeyringError:
        return False


@cache
def _bare() -> type[Settings]:
    """The declarations without anything that is set."""

    class Bare(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],  # noqa: ARG003 - the base class's signature
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (init_settings,)

    return Bare
