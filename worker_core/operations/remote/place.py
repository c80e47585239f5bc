"""Where a server of the API is, and whether a token may be sent there."""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit

from worker_core.settings.transport import is_loopback

EXAMPLE: Final = "https://desk.example.com:8765"
LONGEST: Final = 500
_OPEN: Final = (
    "Without TLS the token could be read on the way: begin with https://. Only this computer's "
    "own addresses (127.0.0.1, localhost) may be reached by http://."
)
_HOST: Final = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}")
_TOKEN: Final = re.compile(r"afi_[a-z2-7]{8}_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Place:
    """A server, the token that opens it, and the file of the authority that its certificate is
    checked against (PEM; empty for those that this computer trusts)."""

    url: str
    token: str = field(repr=False)
    authority: str = ""

    @property
    def label(self) -> str:
        """Its address, to be shown."""
        return self.url.strip().rstrip("/")

    @property
    def is_secure(self) -> bool:
        return self.url.strip().lower().startswith("https:")


def problem_of(url: str) -> str:
    """Why no token may be sent to ``url``, in words that hold no part of a login; "" where it
    may: with TLS anywhere, without it to this computer alone."""
    text = url.strip()
    if not text:
        return f"The server's address is missing. It looks like {EXAMPLE}."
    if len(text) > LONGEST or re.search(r"[\s\x00-\x1f\x7f\\]", text):
        return "An address has no spaces, and no backslashes."
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return "After the colon stands the port: a number from 1 to 65535."
    if port == 0:
        return "After the colon stands the port: a number from 1 to 65535."
    return _problem(parts)


def _problem(parts: SplitResult) -> str:
    host = parts.hostname or ""
    rules = (
        (
            parts.scheme not in {"http", "https"},
            f"It must begin with https://, as in {EXAMPLE}.",
        ),
        (
            "@" in parts.netloc,
            "No name and no password stand in the address: the token is all that is needed.",
        ),
        (
            bool(parts.query or parts.fragment),
            "The address ends before a ? or #: name the server alone.",
        ),
        (
            bool(parts.path.strip("/")),
            "The address ends with the server and its port: what follows the slash is ours.",
        ),
        (
            not _HOST.fullmatch(host),
            "The server must be a name or an IP address, then a colon and the port.",
        ),
        (
            parts.scheme == "http" and not is_loopback(host),
            _OPEN,
        ),
    )
    return next((words for broken, words in rules if broken), "")


def problem_of_token(token: str) -> str:
    """Why ``token`` cannot be one; "" where it has the form of one."""
    if not token:
        return "The token is missing. An administrator makes one with “afi users token NAME”."
    if not _TOKEN.fullmatch(token):
        return (
            "This is not a whole token: one begins with afi_, has 56 characters and no spaces. "
            "Copy it once more, from its first to its last character."
        )
    return ""
