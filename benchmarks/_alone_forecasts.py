"""What a part of a batch does, in this process and with a store of its own but without broker or
worker; prints processor and wall seconds."""

import json
import sys
import time
from dataclasses import dataclass
from typing import Any

from benchmarks._bare_forecasts import HORIZON
from worker_core.storage import Storage
from worker_core.tasks.base import Run
from worker_core.tasks.price_work import AT_ONCE, each


@dataclass(frozen=True)
class Alone(Run):
    """A run that nobody is told of."""

    task: Any
    opened: Storage

    @property
    def task_id(self) -> str:
        return "alone"

    @property
    def storage(self) -> Storage:
        return self.opened

    def progress(self, stage: str, fraction: float) -> None:
        """Nobody listens."""


def main() -> None:
    address, files, warm, part, parts, *names = sys.argv[1:]
    with Storage.open(address, files) as storage:
        run = Alone(None, storage)
        each(run, [warm], HORIZON)
        cpu, wall = time.process_time(), time.perf_counter()
        mine = names[int(part) :: int(parts)]
        for start in range(0, len(mine), AT_ONCE):
            each(run, mine[start : start + AT_ONCE], HORIZON)
        spent = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    print(json.dumps(spent))


if __name__ == "__main__":
    main()
