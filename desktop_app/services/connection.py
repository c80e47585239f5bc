"""Which broker the window looks at, and how that is called."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop_app.services.blocking import Blocking
from worker_core import settings
from worker_core.operations import workers
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import (
    broker_url,
    is_local,
    label,
    ping,
    result_backend_url,
)

ASK_TIMEOUT_S = 2.0
PRODUCTION = ("prod", "live")


class Connections:
    """The broker that the settings name, else this computer's own."""

    def __init__(self, blocking: Blocking) -> None:
        self._blocking = blocking

    @property
    def chosen(self) -> bool:
        """Whether there is a broker to look at: a configured one, or one that was started here
        before."""
        values = settings.current()
        return bool(values.broker_url or EmbeddedBroker(values.data_dir).url)

    @property
    def own(self) -> bool:
        """Whether the broker is the one that AFI Desk runs on this computer."""
        return settings.current().broker_url is None

    @property
    def url(self) -> str:
        return broker_url(settings.current())

    @property
    def results_url(self) -> str:
        return result_backend_url(settings.current())

    @property
    def environment(self) -> str:
        """The name for the badge."""
        if name := settings.current().environment:
            return name
        if is_local(self.url):
            return "LOCAL"
        return label(self.url).partition("://")[2].partition("/")[0]

    @property
    def production(self) -> bool:
        """Whether a mistake here would hurt."""
        return any(word in self.environment.lower() for word in PRODUCTION)

    async def use(self, url: str) -> None:
        """Look at this broker from now on, also after the next start.

        Raises:
            OperationError: it does not answer.
            SettingsError: the address cannot be used.
        """
        await self._blocking.run(ping, url)
        await self._blocking.run(settings.save, {"broker_url": url})

    def ask_workers(self, _url: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """What each worker that answers runs. Blocks; for the monitor's own thread."""
        return workers.inspect("active", timeout=ASK_TIMEOUT_S)

    def ask_queues(self, _url: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Which queues each worker that answers serves. Blocks, like ``ask_workers``."""
        return workers.inspect("active_queues", timeout=ASK_TIMEOUT_S)
