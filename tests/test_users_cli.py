"""``afi users``: what it prints once, what it never prints, what it refuses."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from worker_core import settings
from worker_core.cli import cli
from worker_core.operations.users import TOKEN

Afi = Callable[..., Result]


@pytest.fixture
def afi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Afi]:
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("AFI_DATABASE_URL", raising=False)
    settings.current.cache_clear()

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, ["users", *words])

    yield run
    settings.current.cache_clear()


def test_a_token_is_printed_once_and_kept_nowhere(afi: Afi, tmp_path: Path) -> None:
    assert afi("add", "ann", "--role", "operator").exit_code == 0
    token = afi("token", "ann", "--note", "laptop").stdout.strip()
    assert TOKEN.fullmatch(token)
    secret = token[13:]
    listed = afi("list").output + afi("list", "--json").output + afi("audit").output
    assert token[:12] in listed
    assert "laptop" in listed
    assert secret not in listed
    assert all(
        token.encode() not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()
    )


def test_a_revoked_token_is_listed_as_such(afi: Afi) -> None:
    afi("add", "ann")
    first, second = (afi("token", "ann").stdout.strip() for _ in range(2))
    assert first[:12] in afi("revoke", first[:12]).output
    shown = afi("list").output.splitlines()
    assert [line.split()[1] for line in shown if "afi_" in line].count("revoked") == 1
    afi("revoke", "ann")
    assert second[:12] in afi("list").output
    assert "until" not in afi("list").output


def test_what_was_done_on_the_command_line_is_in_the_audit_log(afi: Afi) -> None:
    afi("add", "ann")
    afi("token", "ann")
    afi("revoke", "ann")
    rows = [json.loads(line) for line in afi("audit").output.splitlines()]
    assert [row["action"] for row in rows] == ["revoked", "token-made", "user-set"]
    assert all(row["actor"].startswith("login:") for row in rows)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "Ann"), "cannot be the name"),
        (("add", "ann\n"), "cannot be the name"),
        (("add", "user:ann"), "cannot be the name"),
        (("add", "a" * 65), "cannot be the name"),
        (("add", "ann", "--role", "root"), "root"),
        (("token", "nobody"), "no user nobody"),
        (("token", "nobody", "--days", "0"), "0 days"),
        (("token", "nobody", "--days", "9999"), "9999 days"),
        (("token", "nobody", "--days", "nan"), "nan days"),
        (("revoke", "nobody"), "no user and no token"),
        (("revoke", "afi_nothing1"), "no user and no token"),
    ],
)
def test_what_cannot_be_is_refused_in_words(afi: Afi, words: tuple[str, ...], said: str) -> None:
    answer = afi(*words)
    assert answer.exit_code != 0
    assert said in answer.output
    assert "Traceback" not in answer.output
