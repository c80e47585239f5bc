"""What “afi redis acl” prints."""

import hashlib
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.deployment.conftest import acl
from worker_core.cli import cli
from worker_core.cli.redis import ROLES as CHOICES
from worker_core.operations.broker_roles import ROLES


def test_the_command_knows_every_role() -> None:
    assert tuple(ROLES) == CHOICES
    answer = CliRunner().invoke(cli, ["redis", "acl", "--help"])
    assert all(f"{role.name} " in answer.output for role in ROLES.values())


def test_passwords_are_made_once_and_only_their_hashes_are_printed(tmp_path: Path) -> None:
    folder = tmp_path / "passwords"
    printed = acl("--passwords", str(folder), "--prefix", "team:")
    lines = printed.splitlines()
    assert lines[0].startswith("user default off")
    assert [line.split()[1] for line in lines[1:]] == [f"team-{name}" for name in ROLES]
    for line in lines[1:]:
        file = folder / line.split()[1]
        password = file.read_text().strip()
        assert len(password) >= 43
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert password not in printed
        assert f"#{hashlib.sha256(password.encode()).hexdigest()}" in line
    assert acl("--passwords", str(folder), "--prefix", "team:") == printed


def test_one_user_alone_comes_as_a_command(tmp_path: Path) -> None:
    printed = acl("--user", "beat", "--as", "commands", "--passwords", str(tmp_path))
    assert printed.startswith("ACL SETUSER afi-beat reset ")
    assert len(printed.splitlines()) == 1
    assert '"(~afi:journal +xadd)"' in printed


def test_without_a_folder_new_passwords_are_told_once() -> None:
    answer = CliRunner().invoke(cli, ["redis", "acl", "--user", "health"])
    user, password = answer.stderr.splitlines()[0].split()
    assert user == "afi-health"
    assert hashlib.sha256(password.encode()).hexdigest() in answer.stdout
    assert password not in answer.stdout


@pytest.mark.parametrize(
    ("content", "said"), [("", "holds no password"), ("two words", "holds no password")]
)
def test_a_file_without_a_password_is_refused(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "afi-beat").write_text(content)
    words = ["redis", "acl", "--user", "beat", "--passwords", str(tmp_path)]
    answer = CliRunner().invoke(cli, words)
    assert answer.exit_code == 1
    assert said in answer.output


def test_a_prefix_that_is_none_is_refused() -> None:
    answer = CliRunner().invoke(cli, ["redis", "acl", "--prefix", "a*"])
    assert answer.exit_code == 2
    assert "A key prefix consists of" in answer.output
