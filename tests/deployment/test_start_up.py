"""What is said, and by whom, where an address would not be checked or a secret cannot be read."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from worker_core import settings
from worker_core.cli import cli
from worker_core.settings import SettingsError, load

PATIENCE_S = 120.0
UNCHECKED = "rediss://worker:secret@broker:6380/0"
REMEDY = "add ?ssl_cert_reqs=required&ssl_ca_certs=/path/to/ca.pem"


@pytest.mark.parametrize("command", ["worker", "beat", "flower", "health", "api", "up"])
def test_every_part_refuses_an_address_that_is_not_checked(
    command: str, clean: pytest.MonkeyPatch
) -> None:
    clean.setenv("CELERY_BROKER_URL", UNCHECKED)
    settings.current.cache_clear()
    try:
        answer = CliRunner().invoke(cli, [command])
    finally:
        settings.current.cache_clear()
    assert answer.exit_code == 1
    assert "CELERY_BROKER_URL: a rediss:// address must say how" in answer.output
    assert REMEDY in answer.output
    assert "secret" not in answer.output


def test_the_window_says_so_and_goes_no_further(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as output:
        window = subprocess.Popen(
            [sys.executable, "-m", "desktop_app"],
            env=environment(tmp_path),
            stdout=output,
            stderr=output,
        )
    try:
        over = time.monotonic() + PATIENCE_S
        while REMEDY not in log.read_text():
            assert window.poll() is None, log.read_text()
            assert time.monotonic() < over, log.read_text()
            time.sleep(0.05)
        assert "secret" not in log.read_text()
    finally:
        window.kill()
        window.wait()


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "CELERY_BROKER_URL": UNCHECKED,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(folder),
        "AFI_DATA_DIR": str(folder / "data"),
    }


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    return monkeypatch


def test_a_setting_may_stand_in_a_file_that_its_variable_names(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "broker"
    secret.write_text("redis://u:p@host/0\n")
    clean.setenv("CELERY_BROKER_URL_FILE", str(secret))
    assert load().broker_url == "redis://u:p@host/0"
    clean.setenv("CELERY_BROKER_URL", "redis://other/0")
    assert load().broker_url == "redis://other/0"


def test_a_file_of_a_setting_is_checked_like_the_setting(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "broker"
    secret.write_text(UNCHECKED)
    clean.setenv("CELERY_BROKER_URL_FILE", str(secret))
    with pytest.raises(SettingsError, match="must say how"):
        load()
    secret.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="it is not text"):
        load()
    secret.unlink()
    with pytest.raises(SettingsError, match=r"CELERY_BROKER_URL_FILE: .* cannot be read: No such"):
        load()
