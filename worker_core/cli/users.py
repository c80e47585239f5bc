"""Users of the HTTP API: who may use it, with which tokens, and what they did."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from worker_core.storage import TokenRecord


@click.group()
def users() -> None:
    """Users of the HTTP API and their tokens.

    \b
    analyst   hands in documents and tasks, and sees what is their own
    operator  also trains models, cleans up, and sees workers and what runs
    admin     also sees the tasks of everybody
    """


@users.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["analyst", "operator", "admin"]),
    default="analyst",
    show_default=True,
    help="What the user may do.",
)
def add_user(name: str, role: str) -> None:
    """Add a user, or change the role of one."""
    from worker_core.operations.users import add

    with _in_words():
        user = add(name, role)
    click.echo(f"{user.name} is {user.role}. “afi users token {user.name}” makes a token.")


@users.command("token")
@click.argument("name")
@click.option(
    "--days", type=float, default=90, show_default=True, help="Days until it expires, up to 366."
)
@click.option("--note", default="", help="What it is for, shown in lists.")
def make_token(name: str, days: float, note: str) -> None:
    """Make a token of a user, and print it: this once, it is kept nowhere."""
    from worker_core.operations.users import new_token

    with _in_words():
        token, record = new_token(name, days, note)
    click.echo(token)
    click.echo(
        f"Keep it now: it cannot be shown again. It expires on {record.expires_at:%Y-%m-%d}.",
        err=True,
    )


@users.command("revoke")
@click.argument("name_or_token")
def revoke_access(name_or_token: str) -> None:
    """Revoke a token by its id (afi_…), or a user with all their tokens."""
    from worker_core.operations.users import revoke

    with _in_words():
        click.echo(revoke(name_or_token))


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_users(as_json: bool) -> None:
    """List users and their tokens."""
    from dataclasses import asdict

    from worker_core.operations.users import listed

    with _in_words():
        rows = listed()
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2, default=str))
        return
    for row in rows:
        state = "revoked" if row.user.disabled_at else row.user.role
        click.echo(f"{row.user.name}  {state}")
        for token in row.tokens:
            used = f"{token.last_used_at:%Y-%m-%d %H:%MZ}" if token.last_used_at else "never"
            note = f"  {token.note}" if token.note else ""
            click.echo(f"    {token.id}  {_standing(token)}, used {used}{note}")
    if not rows:
        click.echo("There are no users. “afi users add NAME” adds one.")


@users.command("audit")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--user", "name", help="Of this user alone.")
def show_audit(limit: int, name: str | None) -> None:
    """Print the audit log, the latest first, one JSON object a line."""
    from dataclasses import asdict

    from worker_core.operations.ledger import stored
    from worker_core.operations.users import owner_of

    with _in_words(), stored() as storage:
        entries = storage.audit.page(limit, actor=owner_of(name) if name else None)
    for kept in entries:
        click.echo(json.dumps({"id": kept.id, **asdict(kept.entry)}, default=str))


def _standing(token: "TokenRecord") -> str:
    if token.revoked_at is not None:
        return f"revoked {token.revoked_at:%Y-%m-%d}"
    word = "until" if token.expires_at > datetime.now(UTC) else "expired"
    return f"{word} {token.expires_at:%Y-%m-%d}"


@contextmanager
def _in_words() -> Iterator[None]:
    from worker_core.operations.errors import OperationError

    try:
        yield
    except OperationError as error:
        raise click.ClickException(str(error)) from error
