"""Tasks without a worker around them."""

from dataclasses import dataclass, field
from typing import Any

from worker_core.storage import Storage
from worker_core.tasks.base import Run


@dataclass(frozen=True)
class Direct(Run):
    """A run without a worker around it."""

    task: Any = None
    kept: Any = None
    stages: list[str] = field(default_factory=list)

    @property
    def task_id(self) -> str:
        return "direct"

    @property
    def storage(self) -> Storage:
        opened: Storage = self.kept
        return opened

    def progress(self, stage: str, fraction: float) -> None:
        assert 0 <= fraction <= 1
        self.stages.append(stage)
