"""The brokers and servers that the user has named, without their passwords and tokens."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from desktop_app.services import addresses
from worker_core.operations.remote.place import Place

_log = logging.getLogger(__name__)

LONGEST_NAME: Final = 24
# The fields of a profile that are addresses and may need a password.
SECRET_FIELDS: Final = ("address", "results", "database")
# The secret that a server asks for.
FOR_SERVER: Final = "token"
# A name that no name service ever answers (RFC 2606): whatever would reach for the broker of a
# connection that has none fails at once, and reaches nobody else's.
NO_BROKER: Final = "redis://no-broker-on-this-connection.invalid:6379/0"

Kind = Literal["broker", "server"]


class Profile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A broker by name, as a file keeps it. No address holds a password.

    Empty ``results`` means the broker. ``database`` and ``artifacts`` are those of the team's
    workers: with them submitted tasks and documents are shared; without, the workers behind the
    broker are someone else's, and a task goes straight to its queue.

    Of the ``kind`` server, ``address`` is that of an HTTP API, through which alone everything goes,
    and ``authority`` the file of the certificate that its own is checked against, empty for the
    authorities that this computer trusts.
    """

    name: str
    address: str
    results: str = ""
    key_prefix: str = ""
    database: str = ""
    artifacts: str = ""
    production: bool = False
    read_only: bool = False
    kind: Kind = "broker"
    authority: str = ""

    def place(self, secrets: Mapping[str, str]) -> Place | None:
        """The server of the API, with its token; None for a broker."""
        if self.kind != "server":
            return None
        return Place(self.address, secrets.get(FOR_SERVER, ""), self.authority)

    def overrides(self, secrets: Mapping[str, str]) -> dict[str, Any]:
        """The settings that this profile stands for. ``secrets`` are passwords by field."""
        if self.kind == "server":
            return {
                "broker_url": NO_BROKER,
                "result_backend": NO_BROKER,
                "environment": self.name,
                "read_only": self.read_only,
                "ledger": False,
            }
        broker, results, database = (
            addresses.split(getattr(self, field)).url(secrets.get(field, ""))
            if getattr(self, field)
            else None
            for field in SECRET_FIELDS
        )
        values: dict[str, Any] = {
            "broker_url": broker,
            "result_backend": results,
            "key_prefix": self.key_prefix,
            "environment": self.name,
            "read_only": self.read_only,
            "ledger": bool(self.database),
        }
        if self.database:
            values |= {"database": database, "artifacts": self.artifacts or None}
        return values


def without_secrets(profile: Profile) -> tuple[Profile, dict[str, str]]:
    """A profile whose addresses were typed with passwords, and those passwords by field."""
    secrets: dict[str, str] = {}
    public: dict[str, str] = {}
    if profile.kind == "server":
        return profile, secrets
    for field in SECRET_FIELDS:
        parts = addresses.split(getattr(profile, field))
        if parts.scheme and parts.password is not None:
            secrets[field] = parts.password
            public[field] = parts.public
    return msgspec.structs.replace(profile, **public), secrets


class Saved(msgspec.Struct, frozen=True):
    """What the file holds: the profiles, and the name of the one in use."""

    profiles: tuple[Profile, ...] = ()
    in_use: str | None = None


class ProfileFile:
    """One small file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Saved:
        """What is saved. A file that cannot be read is set aside, and counts as none."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Saved)
        except FileNotFoundError:
            return Saved()
        except msgspec.DecodeError as error:
            aside = self._path.with_suffix(".unreadable")
            _log.warning("The connections were unreadable (%s); they are in %s now.", error, aside)
            self._path.replace(aside)
            return Saved()

    def write(self, saved: Saved) -> None:
        """
        Raises:
            OSError: it was not written; what was saved before is still there.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".new")
        temporary.touch(mode=0o600)
        temporary.write_bytes(msgspec.json.format(msgspec.json.encode(saved)))
        temporary.replace(self._path)
