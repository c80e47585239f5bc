"""A keyring of the process, and none at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import PasswordDeleteError

from worker_core import settings

NO_KEYRING: KeyringBackend = fail.Keyring()  # type: ignore[no-untyped-call]  # keyring's own


class MemoryKeyring(KeyringBackend):
    """Keeps passwords for as long as it lives."""

    priority = 1.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


@contextmanager
def using(backend: KeyringBackend) -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)


@contextmanager
def first_settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    """Nothing is set yet: neither in the environment nor in a file, nor in the keyring."""
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(settings.variable_of(name), raising=False)
    monkeypatch.setattr(settings, "config_dir", lambda: folder)
    settings.override({})
    settings.unpin()
    kept = MemoryKeyring()
    with using(kept):
        yield kept
    settings.unpin()
    settings.current.cache_clear()
