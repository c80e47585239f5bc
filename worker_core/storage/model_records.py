"""What the registry of models takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from worker_core.storage.records import Json

ModelStatus = Literal["candidate", "champion", "previous", "rejected", "retired"]
ModelAction = Literal["promoted", "rejected", "rolled_back"]


class VerdictLike(Protocol):
    """Anything that says whether a model takes the place of another, and why."""

    @property
    def promoted(self) -> bool: ...
    @property
    def reasons(self) -> tuple[str, ...]: ...
    @property
    def figures(self) -> Mapping[str, Json]: ...


@dataclass(frozen=True, slots=True)
class NewModel:
    """A version to register.

    Attributes:
        kind: what sort of model: ``sentiment``, ``forecast.price``, ``forecast.metric``,
            ``anomaly``.
        version: its name, the same for the same content, at most 64 characters.
        subject: what it is a model of, such as a ticker; empty where there is one for all.
        training_set: SHA-256 of what it learned from.
        libraries: versions of the libraries that have a part in its numbers.
        parent_version: the champion it was made from or held against.
    """

    kind: str
    version: str
    subject: str = ""
    parameters: Mapping[str, Json] = field(default_factory=dict)
    metrics: Mapping[str, Json] = field(default_factory=dict)
    training_set: str | None = None
    libraries: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    parent_version: str | None = None
    task_id: str | None = None


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """A registered version.

    ``verdict`` has ``promoted``, ``reasons`` and ``figures``, by which it was decided.
    """

    id: int
    kind: str
    subject: str
    version: str
    status: ModelStatus
    artifact_sha256: str | None
    artifact_bytes: int | None
    parameters: dict[str, Json]
    metrics: dict[str, Json]
    verdict: dict[str, Json] | None
    training_set: str | None
    libraries: dict[str, str]
    seed: int | None
    parent_version: str | None
    task_id: str | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ModelPointer:
    """Which version of a kind and subject is in use; ``None`` is what comes with the program.

    ``previous`` is where a rollback leads, ``earlier`` where those after it do, oldest first; a
    ``None`` within it is what comes with the program.
    """

    kind: str
    subject: str
    version: str | None
    previous: str | None
    earlier: tuple[str | None, ...]
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ModelChange:
    """What was done about versions: when, by whom (a task's id or a name) and why."""

    kind: str
    subject: str
    action: ModelAction
    from_version: str | None
    to_version: str | None
    reasons: tuple[str, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ModelGroup:
    """The models of one kind and subject, summed up.

    Attributes:
        versions: how many are registered.
        waiting: how many of these are candidates that nobody has judged.
        in_use: the version in use; None for what comes with the program.
        newest: the version registered last.
        changed_at: when any of them was changed last.
    """

    kind: str
    subject: str
    versions: int
    waiting: int
    in_use: str | None
    newest: str
    changed_at: datetime
