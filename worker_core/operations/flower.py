"""How Flower is started: on this computer alone, unless it was said otherwise with a password."""

from collections.abc import MutableMapping
from ipaddress import ip_address

from worker_core.operations.errors import OperationError
from worker_core.settings import Settings

LOGINS = "FLOWER_BASIC_AUTH"
# Celery's receiver of events gives back messages that were held for longer than this.
NEVER_S = 100 * 365 * 86_400


class FlowerRefused(OperationError):  # noqa: N818 - the name reads as what happened
    """Flower would be open to whom it must not be."""


def words(settings: Settings) -> list[str]:
    """What follows ``celery … flower``.

    Raises:
        FlowerRefused: other computers could reach it without having been let in.
    """
    address = settings.flower_address
    if not ip_address(address).is_loopback:
        if not settings.flower_remote:
            raise FlowerRefused(
                f"On the address {address} other computers could reach Flower, which shows every "
                "task's arguments and stops workers.",
                "Use FLOWER_ADDRESS=127.0.0.1, or set AFI_FLOWER_REMOTE=true and "
                f"{LOGINS}=user:password.",
            )
        if settings.flower_basic_auth is None:
            raise FlowerRefused(
                "Flower is not opened to other computers without a password.",
                f"Set {LOGINS}=user:password.",
            )
    return [f"--address={address}", f"--port={settings.flower_port}"]


def hand_over_logins(settings: Settings, environment: MutableMapping[str, str]) -> None:
    """Flower reads its logins from its environment: on its command line every user of the computer
    could."""
    environment.pop(LOGINS, None)
    if settings.flower_basic_auth is not None:
        environment[LOGINS] = settings.flower_basic_auth.get_secret_value()
