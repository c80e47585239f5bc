"""What docs/deployment.md has people type that is not ours is there to be typed."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "deployment.md"
SYSTEMD = PROJECT / "packaging" / "systemd"
COMMANDS = [
    line.partition(" # ")[0].strip()
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    for line in block.splitlines()
    if line.strip() and not line.startswith(("#", "afi "))
]


def test_there_are_commands_to_look_at() -> None:
    assert {line.split()[0] for line in COMMANDS} >= {"python", "docker", "cp", "systemctl"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_file_and_every_unit_that_a_command_names_exists(command: str) -> None:
    words = shlex.split(command)
    for word in words:
        if word.startswith("packaging/"):
            assert list(PROJECT.glob(word)), word
    if words[0] == "systemctl":
        units = [word for word in words[1:] if word.startswith("afi-") and "*" not in word]
        for unit in units:
            name = f"{unit.partition('@')[0]}@" if "@" in unit else unit
            assert (SYSTEMD / f"{name}.service").exists(), unit
    if words[0] == "docker":
        named = [word for word, before in zip(words[1:], words, strict=False) if before == "exec"]
        read = yaml.safe_load((PROJECT / "packaging" / "compose.yaml").read_text("utf-8"))
        assert set(named) <= set(read["services"])


def test_every_profile_of_a_worker_that_is_enabled_exists() -> None:
    from worker_core.profiles import PROFILES

    named = set(re.findall(r"afi-worker@([a-z]+)", PAGE.read_text("utf-8")))
    assert {"default", "forecasting", "training"} <= named <= set(PROFILES)
