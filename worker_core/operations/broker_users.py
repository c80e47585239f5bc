"""The users of a shared Redis or Valkey, written as the server reads them."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from worker_core.operations.broker_roles import ROLES, STORED, Grant, Role
from worker_core.operations.errors import OperationError
from worker_core.operations.results import stored_key

PASSWORD_BYTES = 32
# Nobody gets in without saying who they are.
NOBODY = "user default off resetchannels -@all"


class UnusablePassword(OperationError):  # noqa: N818 - the name reads as what happened
    """A file of passwords cannot be read or written, or holds none that can be used."""


def user_name(role: Role, prefix: str = "") -> str:
    """The user of ``role`` in the system whose keys begin with ``prefix``, so that several systems
    at one server have users of their own."""
    stem = re.sub(r"[^A-Za-z0-9_.-]", "-", prefix).strip("-_.") or "afi"
    return f"{stem}-{role.name}"


def rules(role: Role, prefix: str = "", database: int = 0) -> list[str]:
    """What ``ACL SETUSER`` is told of ``role``, but for its password."""
    said = ["reset", "on", "resetchannels", "-@all", *_commands(role.greeting)]
    if database:
        said.append(f"+select|{database}")
    if role.scripts:
        # Which keys a script is handed is no right to do something with them.
        said += [f"({' '.join([_key('*', prefix), *_commands(role.scripts)])})"]
    selectors = (_selector(grant, prefix, database) for grant in role.grants)
    return [*said, *dict.fromkeys(selectors)]


def _selector(grant: Grant, prefix: str, database: int) -> str:
    keys = [_key(key, prefix) for key in grant.keys]
    channels = [f"&{_placed(one, prefix).format(db=database)}" for one in grant.channels]
    return f"({' '.join([*keys, *channels, *_commands(grant.commands)])})"


def _commands(words: str) -> list[str]:
    return [f"+{command}" for command in words.split()]


def _key(pattern: str, prefix: str) -> str:
    return f"~{_placed(pattern, prefix)}"


def _placed(pattern: str, prefix: str) -> str:
    return stored_key(pattern, prefix) if pattern in STORED else f"{prefix}{pattern}"


def line(role: Role, password: str, prefix: str = "", database: int = 0) -> str:
    """A line of the server's file of users (``aclfile``); it holds the password's hash alone."""
    hashed = hashlib.sha256(password.encode()).hexdigest()
    first, *rest = rules(role, prefix, database)
    return " ".join(["user", user_name(role, prefix), first, f"#{hashed}", *rest])


def written(user_line: str, form: str) -> str:
    """The line as it stands in a file of users, or as a command for ``redis-cli`` (``commands``),
    which takes words in quotes."""
    if form == "file":
        return user_line
    words = re.findall(r"\([^()]*\)(?= |$)|\S+", user_line.removeprefix("user "))
    return " ".join(["ACL SETUSER", *(f'"{word}"' if " " in word else word for word in words)])


def chosen(names: Iterable[str]) -> list[Role]:
    """The roles of these names, each once; all of them where none is named."""
    wanted = list(dict.fromkeys(names))
    return [ROLES[name] for name in wanted] if wanted else list(ROLES.values())


def passwords(users: Sequence[str], folder: Path) -> dict[str, str]:
    """Each user's password, out of the file of its name in ``folder``; where there is none yet, it
    is made and written, for nobody else to read.

    Raises:
        UnusablePassword: a file cannot be read or written, or is empty.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return {user: _password(folder / user) for user in users}
    except (OSError, UnicodeDecodeError) as error:
        raise UnusablePassword(
            f"The passwords in {folder} cannot be used: {error}.",
            "Name a folder that can be written, with one file a user.",
        ) from error


def _password(path: Path) -> str:
    if path.exists():
        found = path.read_text("utf-8").strip()
        if not found or re.search(r"\s", found):
            raise UnusablePassword(
                f"{path} holds no password.",
                "Put one into it, without spaces, or remove it and a new one is made.",
            )
        return found
    made = new_password()
    path.touch(mode=0o600)
    path.write_text(f"{made}\n", "utf-8")
    return made


def new_password() -> str:
    """256 random bits, in characters that an address need not quote."""
    return secrets.token_urlsafe(PASSWORD_BYTES)
