"""Keys of sources come from the environment or the keyring, and are shown nowhere."""

import logging
from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from worker_core.operations.provider_keys import keep, key_of
from worker_core.settings import Settings
from worker_core.tasks.sources import setup_of

KEY = "k3y-of-nobody"


class Memory(KeyringBackend):
    """A keyring that forgets."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring types it not
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@pytest.fixture
def ring() -> Iterator[Memory]:
    before, ring = keyring.get_keyring(), Memory()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_the_environment_goes_before_the_keyring(
    ring: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep("tiingo", "from the ring")
    assert key_of("tiingo", Settings()) == "from the ring"
    monkeypatch.setenv("AFI_TIINGO_API_KEY", f" {KEY} ")
    assert key_of("tiingo", Settings()) == KEY
    keep("tiingo", None)
    keep("tiingo", None)
    assert ring.held == {}
    assert key_of("polygon", Settings()) == ""


def test_a_locked_keyring_is_no_key(ring: Memory) -> None:
    ring.locked = True
    assert key_of("tiingo", Settings()) == ""


def test_no_key_is_seen_in_settings_or_logs(
    ring: Memory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("AFI_TIINGO_API_KEY", KEY)
    values = Settings()
    setup = setup_of(values, ("tiingo",))
    assert setup.keys["tiingo"] == KEY
    shown = repr(values) + str(values) + values.model_dump_json() + repr(setup) + caplog.text
    assert KEY not in shown
