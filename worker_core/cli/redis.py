"""A shared Redis or Valkey: who may do what there."""

from pathlib import Path
from urllib.parse import urlsplit

import click

# Written down here too, so that ``afi --help`` loads none of it; a test compares.
ROLES = ("worker", "beat", "api", "dashboard", "viewer", "flower", "health")


@click.group("redis")
def redis() -> None:
    """A shared Redis or Valkey server."""


@redis.command("acl")
@click.option("--prefix", help="What all keys begin with. Default: AFI_KEY_PREFIX.")
@click.option(
    "--database",
    type=click.IntRange(0, 1_000_000),
    help="Number of the broker's database. Default: that of CELERY_BROKER_URL, else 0.",
)
@click.option(
    "--user",
    "names",
    multiple=True,
    type=click.Choice(ROLES),
    help="Only this one; may be given several times.",
)
@click.option(
    "--passwords",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of a file a user, which holds its password; what is missing is made. Without it "
    "new passwords are made and told on standard error, this once.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["file", "commands"]),
    default="file",
    show_default=True,
    help="Lines of the server's aclfile, or commands for redis-cli.",
)
def acl(
    prefix: str | None,
    database: int | None,
    names: tuple[str, ...],
    passwords: Path | None,
    form: str,
) -> None:
    """Print users for a Redis (7.0 or later) or Valkey server, none with more rights than needed.

    \b
    worker     workers of every profile, and what their tasks submit
    beat       the scheduler
    api        the HTTP API: it submits, cancels and reads
    dashboard  windows of operators, and commands such as “afi enqueue”
    viewer     windows that only look (AFI_READ_ONLY)
    flower     Flower
    health     “afi health” and health checks of containers

    A worker's address is then redis://afi-worker:PASSWORD@HOST:6379/0, and so on; with a prefix the
    users are named after it. The lines hold hashes of the passwords alone. Everybody who names no
    user is shut out.

    \b
    afi redis acl --passwords /etc/afi-desk/redis > users.acl    # the server's aclfile
    afi redis acl --as commands | redis-cli                      # a server that runs
    """
    from worker_core.operations import broker_users as users
    from worker_core.operations.errors import OperationError
    from worker_core.settings import current

    values = current()
    prefix = values.key_prefix if prefix is None else _plain(prefix)
    number = _database(values.broker_url) if database is None else database
    roles = users.chosen(names)
    known = [users.user_name(role, prefix) for role in roles]
    try:
        words = users.passwords(known, passwords) if passwords else None
    except OperationError as error:
        raise click.ClickException(str(error)) from error
    if words is None:
        words = {user: users.new_password() for user in known}
        for user, password in words.items():
            click.echo(f"{user}  {password}", err=True)
        click.echo("Keep them now: they are kept nowhere.", err=True)
    if not names:
        click.echo(users.written(users.NOBODY, form))
    for role, user in zip(roles, known, strict=True):
        click.echo(users.written(users.line(role, words[user], prefix, number), form))


def _plain(prefix: str) -> str:
    from worker_core.settings import KEY_PREFIX, KEY_PREFIX_WORDS

    if not KEY_PREFIX.fullmatch(prefix):
        raise click.BadParameter(f"A key prefix consists of {KEY_PREFIX_WORDS}.")
    return prefix


def _database(url: str | None) -> int:
    path = urlsplit(url).path.strip("/") if url else ""
    return int(path) if path.isdigit() else 0
