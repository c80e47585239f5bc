"""What the window looks at: a broker or a server of the API, and how that is called."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from desktop_app.services.profiles import Profile, ProfileFile
from worker_core import settings
from worker_core.operations import workers
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import broker_url, is_local, label, result_backend_url
from worker_core.operations.remote.place import Place

ASK_TIMEOUT_S: Final = 2.0
PRODUCTION: Final = ("prod", "live")
FILE: Final = "connections.json"


class LookedAt:
    """The broker that the settings name, else this computer's own; or one of the user's
    profiles."""

    def __init__(self) -> None:
        self._file = ProfileFile(settings.config_dir() / FILE)
        self._saved = self._file.read()
        self._place: Place | None = None
        self._who: str | None = None

    @property
    def profiles(self) -> tuple[Profile, ...]:
        return self._saved.profiles

    @property
    def in_use(self) -> Profile | None:
        """The profile in use; None for what the settings name."""
        return next((one for one in self.profiles if one.name == self._saved.in_use), None)

    @property
    def chosen(self) -> bool:
        """Whether there is a broker to look at: a profile, a configured one, or one that was
        started here before."""
        values = settings.current()
        return bool(self.in_use or values.broker_url or EmbeddedBroker(values.data_dir).url)

    @property
    def own(self) -> bool:
        """Whether the broker is the one that AFI Desk runs on this computer."""
        return self.in_use is None and settings.current().broker_url is None

    @property
    def settings_name(self) -> str:
        """What the connection without a profile is called."""
        values = settings.load_unchanged()
        if values.broker_url is None:
            return "This computer"
        return values.environment or "Settings"

    @property
    def settings_label(self) -> str:
        """Its address."""
        values = settings.load_unchanged()
        return label(broker_url(values)) if values.broker_url else "Broker and workers of AFI Desk"

    @property
    def over_api(self) -> bool:
        """Whether what is in use is a server of the API, also before its token has been read."""
        return self.in_use is not None and self.in_use.kind == "server"

    @property
    def place(self) -> Place | None:
        """The server of the API that is in use, with its token; None where it is a broker."""
        return self._place

    @property
    def who(self) -> str | None:
        """Whom that server knows by the token; None where it was not asked yet."""
        return self._who

    @property
    def url(self) -> str:
        return broker_url(settings.current())

    @property
    def results_url(self) -> str:
        return result_backend_url(settings.current())

    @property
    def key_prefix(self) -> str:
        return settings.current().key_prefix

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
        marked = self.in_use is not None and self.in_use.production
        return marked or any(word in self.environment.lower() for word in PRODUCTION)

    @property
    def read_only(self) -> bool:
        return settings.current().read_only

    # For the monitor's own threads

    def ask_workers(self, _url: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """What each worker that answers runs. Blocks; for the monitor's own thread."""
        return workers.inspect("active", timeout=ASK_TIMEOUT_S)

    def ask_queues(self, _url: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Which queues each worker that answers serves. Blocks, like ``ask_workers``."""
        return workers.inspect("active_queues", timeout=ASK_TIMEOUT_S)
