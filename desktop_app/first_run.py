"""From nothing to a first result on this computer."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal, Protocol

import resources
from desktop_app.services.cluster import Cluster
from desktop_app.services.documents import Documents

START = ("broker", "worker", "beat")
# Nobody waits for them, and starting them would slow down what somebody does wait for.
AFTERWARDS = ("forecasting", "training")
StepState = Literal["waiting", "running", "done", "failed"]
STEPS = ("Start a broker", "Start a worker", "Start the scheduler", "Process the files")


class Steps(Protocol):
    """Where the steps are shown."""

    def begin(self, steps: Sequence[str]) -> None: ...
    def step(self, index: int, state: StepState, detail: str = "") -> None: ...


class Unshown:
    """For starts that nobody watches step by step."""

    def begin(self, steps: Sequence[str]) -> None:
        """Nothing is shown."""

    def step(self, index: int, state: StepState, detail: str = "") -> None:
        """Nothing is shown."""


class FirstRun:
    """Starts this computer's cluster and hands it the first files."""

    def __init__(self, cluster: Cluster, documents: Documents, watch: Callable[[], object]) -> None:
        self._cluster = cluster
        self._documents = documents
        self._watch = watch

    async def start(self, steps: Steps) -> None:
        """Start broker, default worker, scheduler; the window watches as soon as the broker runs.

        Raises:
            OperationError: one of them does not start.
        """
        steps.begin(STEPS)
        for index, name in enumerate(START):
            steps.step(index, "running")
            try:
                await self._cluster.start(name)
            except Exception as error:
                steps.step(index, "failed", str(error))
                raise
            if name == "broker":
                steps.step(index, "done")
                self._watch()

    async def complete(self) -> None:
        """Start what a first result does not need.

        Raises:
            OperationError: it does not start.
        """
        for name in AFTERWARDS:
            await self._cluster.start(name)

    async def try_here(self, files: Iterable[Path], steps: Steps) -> None:
        """Start the cluster, and process ``files``, or the samples where there are none.

        Raises:
            OperationError: something does not start.
        """
        await self.start(steps)
        chosen = list(files) or [sample.path for sample in resources.sample_documents()]
        steps.step(3, "running")
        # The files wait on their queue while the worker comes up.
        await self._documents.add(chosen)
        for index, name in enumerate(START[1:], 1):
            member = await self._cluster.wait(name)
            steps.step(index, "done", f"process {member.pid}")
