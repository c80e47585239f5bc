"""The declarations as data, for who shows all settings: by subject, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import SecretStr

from worker_core.settings import Settings, variable_of
from worker_core.settings.alerts import AlertSettings
from worker_core.settings.api import ApiSettings
from worker_core.settings.broker import BrokerSettings
from worker_core.settings.documents import DocumentSettings
from worker_core.settings.flower import FlowerSettings
from worker_core.settings.market import MarketSettings
from worker_core.settings.monitoring import MonitoringSettings
from worker_core.settings.names import AT_ONCE, TAKEN_BY
from worker_core.settings.window import WindowSettings
from worker_core.settings.workers import WorkerSettings

# In the order in which a user meets them.
_SUBJECTS = (
    WindowSettings,
    BrokerSettings,
    WorkerSettings,
    DocumentSettings,
    MarketSettings,
    AlertSettings,
    MonitoringSettings,
    ApiSettings,
    FlowerSettings,
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One setting. ``schema`` is its JSON schema, ``taken_by`` who follows a change of it:
    ``AT_ONCE``, or those who do at their next start."""

    name: str
    subject: str
    variable: str
    description: str
    schema: dict[str, Any]
    default: Any
    taken_by: str
    secret: bool
    """Whether every value of it is a secret; an address may hold one, too."""

    @property
    def at_once(self) -> bool:
        return self.taken_by == AT_ONCE


@cache
def declarations() -> tuple[Declaration, ...]:
    """All settings, subject by subject."""
    return tuple(_declarations())


def subjects() -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.subject for one in declarations()))


def _declarations() -> Iterator[Declaration]:
    properties = Settings.model_json_schema(by_alias=False)["properties"]
    for subject in _SUBJECTS:
        for name in subject.model_fields:
            field = Settings.model_fields[name]
            schema = properties[name]
            yield Declaration(
                name=name,
                subject=str(subject.__doc__).rstrip("."),
                variable=variable_of(name),
                description=str(field.description),
                schema=schema,
                default=field.get_default(call_default_factory=True),
                taken_by=str(schema.get(TAKEN_BY, subject.takers)),
                secret=SecretStr in getattr(field.annotation, "__args__", (field.annotation,)),
            )
