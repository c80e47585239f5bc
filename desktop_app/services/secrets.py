"""Passwords in the keyring of the system; in memory where it has none."""

import logging
from collections.abc import Mapping
from typing import Final

import msgspec

_SERVICE: Final = "afi-desk"

_log = logging.getLogger(__name__)


class Secrets:
    """The secrets of each profile, by its name. Every method may wait for the user to unlock the
    keyring, so none belongs on the thread that paints."""

    def __init__(self) -> None:
        self._unkept: dict[str, dict[str, str]] = {}

    def read(self, profile: str) -> dict[str, str]:
        """What is kept for a profile, by what it is for; empty where nothing is."""
        import keyring
        from keyring.errors import KeyringError

        if profile in self._unkept:
            return dict(self._unkept[profile])
        try:
            kept = keyring.get_password(_SERVICE, profile)
        except KeyringError as error:
            _log.info("The keyring cannot be read: %s", error)
            return {}
        try:
            return msgspec.json.decode(kept, type=dict[str, str]) if kept else {}
        except msgspec.DecodeError:
            _log.warning("What the keyring holds for %r is not from here.", profile)
            return {}

    def write(self, profile: str, secrets: Mapping[str, str]) -> bool:
        """Keep these instead of what was kept; whether they outlast this process."""
        import keyring
        from keyring.errors import KeyringError

        self.forget(profile)
        if not secrets:
            return True
        try:
            keyring.set_password(_SERVICE, profile, msgspec.json.encode(secrets).decode())
        except KeyringError as error:
            _log.info("The keyring takes nothing: %s", error)
            self._unkept[profile] = dict(secrets)
            return False
        return True

    def forget(self, profile: str) -> None:
        """Remove what is kept for a profile, if anything is."""
        import keyring
        from keyring.errors import KeyringError

        self._unkept.pop(profile, None)
        try:
            if keyring.get_password(_SERVICE, profile) is not None:
                keyring.delete_password(_SERVICE, profile)
        except KeyringError as error:
            _log.info("The keyring cannot be changed: %s", error)
