"""The one way in which a view does something that takes time."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal

from desktop_app.ui.messages import Messages

T = TypeVar("T")

log = logging.getLogger(__name__)


class Background(QObject):
    """Runs coroutines on the running loop and brings their outcome back to the main thread.

    A failure that no one handles becomes a message. An error may carry ``remedy``, the words for
    what to do next.
    """

    busy_changed = Signal(int)

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._running: set[asyncio.Task[Any]] = set()

    @property
    def busy(self) -> int:
        """How many operations are under way."""
        return len(self._running)

    def run(
        self,
        operation: Coroutine[Any, Any, T],
        what: str,
        *,
        on_success: Callable[[T], object] | None = None,
        on_failure: Callable[[Exception], object] | None = None,
        on_end: Callable[[], object] | None = None,
        owner: QObject | None = None,
    ) -> asyncio.Task[None]:
        """Starts an operation. Must be called while the loop runs.

        :param what: what is done, to follow "Could not": ``retry 12 tasks``
        :param on_failure: takes the error in place of the message
        :param on_end: called after either, and after a cancellation
        :param owner: nothing is called back once this object has been destroyed
        """

        def wanted() -> bool:
            return owner is None or shiboken6.isValid(owner)

        async def guarded() -> None:
            try:
                result = await operation
            except Exception as error:
                log.debug("could not %s", what, exc_info=error)
                if on_failure is None:
                    self._tell(what, error)
                elif wanted():
                    on_failure(error)
            else:
                if on_success is not None and wanted():
                    on_success(result)
            finally:
                if on_end is not None and wanted():
                    on_end()

        task = asyncio.get_running_loop().create_task(guarded(), name=what)
        self._running.add(task)
        task.add_done_callback(self._ended)
        # One that is cancelled before its first step has never begun to await the operation.
        task.add_done_callback(lambda _task: operation.close())
        self.busy_changed.emit(self.busy)
        return task

    async def close(self) -> None:
        """Cancels what is under way and waits until it has ended."""
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        self.busy_changed.emit(self.busy)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the end of %r failed", task.get_name(), exc_info=error)
            self._tell(task.get_name(), error)

    def _tell(self, what: str, error: BaseException) -> None:
        said = getattr(error, "message", "") or str(error) or type(error).__name__
        remedy = getattr(error, "remedy", "") or "Try it again; the log has the details."
        if getattr(error, "outcome_known", True):
            self._messages.error(f"Could not {what}: {said}", remedy)
        else:
            self._messages.warn(said, remedy)
