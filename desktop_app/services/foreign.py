"""Tasks that workers know and the catalog does not: another application's, or later ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from worker_core.catalog import TASKS, Queue, TaskArguments, TaskSpec

OTHERS = Queue("", "Other tasks", "Known to the workers, and not part of the catalog.")
# Canvas tasks make no sense by themselves, and upkeep starts by itself.
_INTERNAL = ("celery.", "afi.")


class ForeignCall(TaskArguments):
    """What a message needs, of which nothing but the task's name is known."""

    queue: str = Field(
        "celery",
        min_length=1,
        max_length=200,
        description="Queue that its workers serve.",
    )
    args: list[Any] = Field(
        default_factory=list,
        description="Positional arguments, a JSON list.",
        examples=['[1, "a"]'],
    )
    kwargs: dict[str, Any] = Field(
        default_factory=dict,
        description="Keyword arguments, a JSON object.",
        examples=['{"name": "value"}'],
    )


@dataclass(frozen=True, slots=True)
class ForeignTask(TaskSpec):
    """A task by its name alone. Its limits are its workers' own."""

    @property
    def queue(self) -> str:
        return OTHERS.name


def foreign_tasks(registered: Iterable[str]) -> tuple[ForeignTask, ...]:
    """Those of the names, as workers tell them, that the catalog does not have; by name."""
    # A worker may add the options of a task in brackets.
    names = {name.partition(" [")[0] for name in registered}
    return tuple(
        ForeignTask(
            name=name,
            title=name.rpartition(".")[2] or name,
            description="",
            arguments=ForeignCall,
            rate_limit="",
            soft_time_limit=0,
            time_limit=0,
            unavailable=None,
        )
        for name in sorted(names)
        if name not in TASKS and not name.startswith(_INTERNAL)
    )
