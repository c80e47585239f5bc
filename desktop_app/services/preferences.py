"""The settings as a user meets them: fields, their values, and what is wrong with others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from desktop_app.services.blocking import Blocking
from desktop_app.services.forms import Field, Kind
from desktop_app.services.forms.problems import explained
from worker_core import settings
from worker_core.settings import changing
from worker_core.settings.changing import Entry, Origin
from worker_core.settings.declared import Declaration, declarations

_KINDS: Final[dict[str, Kind]] = {
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}
_UNITS: Final = {
    "s": "seconds",
    "days": "days",
    "mb": "MiB",
    "kb": "KiB",
}
_WORDS: Final = {
    "url": "address",
    "urls": "addresses",
    "api": "API",
    "tls": "TLS",
    "sec": "SEC",
    "fred": "FRED",
    "onnx": "ONNX",
    "otel": "OpenTelemetry",
    "dir": "folder",
    "max": "largest",
    "acks": "acknowledged",
    "cert": "certificate",
}
_NAMES: Final = {
    "database": "Database address",
    "artifacts": "Place of stored files",
    "environment": "Name on the badge",
    "exchange": "Exchange of the schedule",
    "ledger": "Ledger of submitted tasks",
    "max_retries": "Retries at most",
    "rate_limits": "Rate limits",
    "read_only": "Read-only",
    "start_local": "Start the local processes",
    "task_acks_late": "Acknowledge tasks when they are done",
    "worker_max_tasks_per_child": "Tasks until a worker process is replaced",
    "worker_max_memory_mb": "Memory until a worker process is replaced (MiB)",
    "worker_memory_limit_mb": "Memory limit of a worker process (MiB)",
    "worker_preload": "Preload libraries",
    "history_tasks": "Tasks in memory",
    "flower_remote": "Flower for other computers",
    "flower_basic_auth": "Logins of Flower",
    "sec_user_agent": "Who asks the SEC",
    "sec_tickers": "Companies from the SEC",
    "max_sentences": "Sentences at most",
    "max_facts": "Facts at most",
    "max_document_pages": "Pages of a document at most",
    "max_document_characters": "Characters of a document at most",
    "alert_notifications": "Notifications of alerts",
    "sentiment_retrain_after": "Labels until sentiment is retrained",
}


@dataclass(frozen=True, slots=True)
class Preference:
    """A setting as the page shows it. ``hint`` stands in an empty field of a secret."""

    field: Field
    subject: str
    variable: str
    text: str | bool
    default: str | bool
    origin: Origin
    taken_by: str
    at_once: bool
    waits: bool
    overridden: bool

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def fixed(self) -> bool:
        """Whether what goes before the settings file sets it."""
        return self.origin in {"environment", "secret file"}

    def matches(self, words: Iterable[str]) -> bool:
        """Whether each of these casefolded words stands in a name or in the description."""
        held = f"{self.field.label} {self.variable} {self.name} {self.field.description}".casefold()
        return all(word in held for word in words)


class Preferences:
    """What can be set, through the settings file of the user."""

    def __init__(self, blocking: Blocking) -> None:
        self._blocking = blocking

    @property
    def place(self) -> Path:
        """Where the settings file is."""
        return settings.config_dir() / settings.SETTINGS_FILE

    async def read(self) -> tuple[Preference, ...]:
        """
        Raises:
            SettingsError: what is written down cannot be used.
        """
        entries = await self._blocking.run(changing.entries)
        return tuple(map(_preference, entries))

    def problem(self, name: str, text: str | bool) -> str:
        """What is wrong with what was typed, in words that follow the label; "" if nothing is."""
        value = _value(text)
        if value is None:
            if _kind(_declared(name)) in {"integer", "number"}:
                return "must not be empty"
            value = _nothing(name)
        error = None if value is None else changing.problems_of(name, value)
        return "" if error is None else next(explained(error))[1]

    async def save(self, texts: Mapping[str, str | bool | None]) -> None:
        """Write down what was typed; None goes back to the default.

        Raises:
            SettingsError: it could not be; nothing has changed then.
        """
        await self._blocking.run(changing.store, {n: _stored(n, t) for n, t in texts.items()})


def _value(text: str | bool) -> str | bool | None:
    return text if isinstance(text, bool) else text.strip() or None


def _nothing(name: str) -> str | None:
    """What is meant by an empty field: nothing set, or an empty text where the default is one that
    is not."""
    default = _declared(name).default
    return "" if default and isinstance(default, str) else None


def _stored(name: str, text: str | bool | None) -> Any:
    """What the file takes; None where the default would do."""
    if text is None:
        return None
    declared, value = _declared(name), _value(text)
    if value is None:
        return _nothing(name)
    parsed = changing.parsed(name, value)
    if parsed == declared.default:
        return None
    # As it was typed where the file has no type of its own for it.
    return parsed if isinstance(parsed, bool | int | float) else value


def _declared(name: str) -> Declaration:
    return next(one for one in declarations() if one.name == name)


def _preference(entry: Entry) -> Preference:
    one = entry.declaration
    return Preference(
        field=_field(one, entry.hint),
        subject=one.subject,
        variable=one.variable,
        text=_text(entry.value),
        default=_text(one.default),
        origin=entry.origin,
        taken_by=one.taken_by,
        at_once=one.at_once,
        waits=entry.waits,
        overridden=entry.overridden,
    )


def _field(one: Declaration, hint: str) -> Field:
    value = _of_value(one)
    default = _text(one.default)
    kept = "Kept in the keyring; type to replace it" if hint == "kept" else hint
    return Field(
        name=one.name,
        label=label_of(one.name),
        description=one.description,
        kind=_kind(one),
        required=False,
        default=default,
        minimum=value.get("minimum"),
        maximum=value.get("maximum"),
        choices=tuple(map(str, value.get("enum", [value["const"]] if "const" in value else ()))),
        placeholder=kept or (default if isinstance(default, str) else ""),
        shape=None,
    )


def _of_value(one: Declaration) -> dict[str, Any]:
    """The schema of a value that is there, without the empty one beside it."""
    either = one.schema.get("anyOf", ())
    return next((schema for schema in either if schema.get("type") != "null"), one.schema)


def _kind(one: Declaration) -> Kind:
    value = _of_value(one)
    if one.secret:
        return "secret"
    if "enum" in value or "const" in value:
        return "choice"
    return _KINDS.get(str(value.get("type")), "text")


def _text(value: object) -> str | bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return f"{value:g}" if value < 1e6 else str(value)
    return "" if value is None else str(value)


def label_of(name: str) -> str:
    """``parse_timeout_s`` reads as ``Parse timeout (seconds)``."""
    if name in _NAMES:
        return _NAMES[name]
    words = name.split("_")
    unit = _UNITS.get(words[-1]) if len(words) > 1 else None
    if unit is not None:
        words.pop()
    text = " ".join(_WORDS.get(word, word) for word in words)
    return f"{text[:1].upper()}{text[1:]}" + (f" ({unit})" if unit else "")
