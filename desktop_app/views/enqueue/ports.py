"""What the page needs of services."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from worker_core.operations.submit import Submission
from worker_core.storage import NamedRecord


class Sender(Protocol):
    """Puts a task on its queue; its errors are in words for the user."""

    async def enqueue(self, name: str, arguments: Mapping[str, Any]) -> Submission: ...
    async def call(self, name: str, call: Mapping[str, Any]) -> Submission: ...
    async def registered(self) -> frozenset[str]: ...


class Finder(Protocol):
    """Finds names in the store."""

    async def find(self, kind: str, typed: str) -> Sequence[NamedRecord]: ...
