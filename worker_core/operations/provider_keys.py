"""Keys of sources: from the settings' environment, else from the keyring of the system."""

import logging
from typing import Final

from pydantic import SecretStr

from worker_core.settings import Settings

KEYED: Final = ("tiingo", "alpha_vantage", "polygon", "alpaca")
_SERVICE: Final = "afi-desk"

log = logging.getLogger(__name__)


def key_of(provider: str, settings: Settings) -> str:
    """The key for a source; empty where there is none."""
    given: SecretStr | None = getattr(settings, f"{provider}_api_key")
    if given is not None and given.get_secret_value().strip():
        return given.get_secret_value().strip()
    import keyring
    from keyring.errors import KeyringError

    try:
        return (keyring.get_password(_SERVICE, _entry(provider)) or "").strip()
    except KeyringError as error:
        log.info("The keyring cannot be read: %s", error)
        return ""


def keep(provider: str, key: str | None) -> None:
    """Put a key into the keyring; None removes it.

    Raises:
        KeyringError: there is no keyring, or it is locked.
    """
    import keyring

    if key is not None:
        keyring.set_password(_SERVICE, _entry(provider), key)
    elif keyring.get_password(_SERVICE, _entry(provider)) is not None:
        keyring.delete_password(_SERVICE, _entry(provider))


def _entry(provider: str) -> str:
    return f"provider:{provider}"
