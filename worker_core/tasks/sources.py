"""Sources of market data as tasks use them: set up from the settings, paced over all workers."""

from collections.abc import Sequence
from dataclasses import dataclass

from worker_core import settings
from worker_core.market.providers import (
    KEYED,
    LocalPace,
    Pace,
    Provider,
    ProviderError,
    Rate,
    Setup,
    build,
)
from worker_core.market.providers import client as source_client
from worker_core.market.providers.client import Client
from worker_core.operations.connection import broker_url, client
from worker_core.operations.pace import SharedPace
from worker_core.operations.provider_keys import key_of
from worker_core.settings import Settings
from worker_core.tasks.failures import PermanentFailure


@dataclass(frozen=True)
class _Shared:
    """A `SharedPace` by the domain's own name for it."""

    pace: SharedPace

    def turn(self, source: str, rates: Sequence[Rate], patience_s: float) -> float:
        return self.pace.turn(source, rates, patience_s)


def shared_pace(values: Settings) -> Pace:
    """The pace that all workers of the broker keep together."""
    return _Shared(SharedPace(client(broker_url(values)), values.key_prefix))


def setup_of(values: Settings, keyed: Sequence[str] = KEYED) -> Setup:
    """What sources need, with the keys of those in ``keyed``."""
    return Setup(
        keys={name: key_of(name, values) for name in keyed if name in KEYED},
        addresses={
            name.strip(): url.strip()
            for name, _, url in (one.partition("=") for one in values.provider_urls.split(","))
            if url.strip()
        },
        user_agent=values.sec_user_agent,
        folder=values.market_folder,
        timeout_s=values.provider_timeout_s,
        budget_s=values.provider_budget_s,
    )


def provider_of(name: str | None) -> Provider:
    """The source of that name, or the settings' own.

    Raises:
        PermanentFailure: it is not set up; the text says what it wants.
    """
    values = settings.current()
    chosen = name or values.market_provider
    pace = LocalPace() if chosen in {"sample", "folder"} else shared_pace(values)
    try:
        return build(chosen, setup_of(values, (chosen,)), pace)
    except ProviderError as error:
        raise PermanentFailure(str(error)) from None


def asking(name: str, rates: tuple[Rate, ...]) -> Client:
    """What asks FRED (``fred``) or the SEC (``sec``, ``sec_files``).

    Raises:
        ProviderError: it is not set up.
    """
    values = settings.current()
    return source_client(name, setup_of(values, ()), shared_pace(values), rates)
