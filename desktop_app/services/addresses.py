"""Whether a text is the address of a broker, in words while it is typed. No Qt."""

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qs, quote, unquote, urlencode

from worker_core.settings.transport import problem_of

EXAMPLE: Final = "redis://broker.example.com:6379/0"
CHECK_CERTIFICATE: Final = "ssl_cert_reqs=required"

_SOCKET: Final = "redis+socket"
_USUAL_PORT: Final = 6379
_LOCAL = re.compile(r"localhost|127\.\d+\.\d+\.\d+|\[::1\]")
_HOST = re.compile(r"\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+")
_NO_WEB_PAGE: Final = (
    "A broker is no web page: begin with redis://. A server of the HTTP API is named on the "
    "Connections page, as a connection of its own kind."
)
_OTHERS: Final = {
    "amqp": "RabbitMQ is not watched by this version: it needs Redis or Valkey as the broker.",
    "amqps": "RabbitMQ is not watched by this version: it needs Redis or Valkey as the broker.",
    "sentinel": "Sentinels are not asked by this version: give the address of the primary server.",
    "valkey": "Valkey speaks Redis's protocol: begin with redis://.",
    "valkeys": "Valkey speaks Redis's protocol: begin with rediss://.",
    "http": _NO_WEB_PAGE,
    "https": _NO_WEB_PAGE,
    "unix": "Begin with redis+socket://, then the path of the socket.",
}

Answer = Literal["empty", "wrong", "careful", "good"]


@dataclass(frozen=True, slots=True)
class Check:
    """``careful`` can be used, and the words say at what risk. ``missing_option`` is what would
    complete the address, or empty."""

    answer: Answer
    words: str
    missing_option: str = ""

    @property
    def usable(self) -> bool:
        return self.answer in {"careful", "good"}


@dataclass(frozen=True, slots=True)
class Parts:
    """An address taken apart as it was written. ``password`` is plain, None where there is none."""

    scheme: str
    user: str
    password: str | None
    place: str
    options: str

    @property
    def public(self) -> str:
        """The address without its password."""
        user = f"{self.user}@" if self.user else ""
        return f"{self.scheme}://{user}{self.place}{self.options}"

    def url(self, password: str = "") -> str:
        """The address with a password, quoted as addresses need it."""
        login = f"{self.user}:{quote(password, safe='')}" if password else self.user
        return f"{self.scheme}://{f'{login}@' if login else ''}{self.place}{self.options}"


def split(text: str) -> Parts:
    """Takes any text apart, whether it is an address or not. What stands before the last ``@`` is
    the login: a password may hold every other character, also unquoted."""
    scheme, separator, rest = text.strip().partition("://")
    if not separator:
        scheme, rest = "", scheme
    login, at, place = rest.rpartition("@")
    user, colon, password = login.partition(":")
    place, question, options = place.partition("?")
    return Parts(
        scheme=scheme.lower(),
        user=user if at else "",
        password=unquote(password) if colon else None,
        place=place,
        options=question + options,
    )


def check(text: str, *, password: bool = False) -> Check:
    """Says whether an address can be used, and what would have to change. The words never hold a
    part of the login.

    :param password: whether a password will be sent that does not stand in the text
    """
    if not text.strip():
        return Check("empty", "The address that the workers use: their CELERY_BROKER_URL.")
    parts = split(text)
    if problem := _problem_of_scheme(parts) or _problem_of_place(parts):
        return Check("wrong", problem)
    if parts.scheme == _SOCKET:
        return Check("good", f"Connects to the socket {parts.place}")
    host, port, database = _server(parts)
    words = f"Connects to {host}, port {port or _USUAL_PORT}, database {database or 0}"
    if parts.scheme == "rediss":
        return _check_certificate(parts, words)
    secret = password or parts.password is not None
    if secret and not _LOCAL.fullmatch(host):
        return Check("careful", f"{words}. Without TLS the password can be read on the way.")
    return Check("good", words)


def _problem_of_scheme(parts: Parts) -> str:
    if not parts.scheme:
        return f"Begin with redis://, as in {EXAMPLE}"
    if parts.scheme in {"redis", "rediss", _SOCKET}:
        return ""
    usual = "Begin with redis://, with rediss:// for TLS, or with redis+socket://."
    return _OTHERS.get(parts.scheme, usual)


def _problem_of_place(parts: Parts) -> str:
    if re.search(r"\s", parts.place):
        return "An address has no spaces."
    if ";" in parts.place:
        return "Give the address of one server."
    if parts.scheme != _SOCKET:
        return _problem_of_server(parts)
    if len(parts.place) < 2 or not parts.place.startswith("/"):
        return "The path of the socket is missing, as in redis+socket:///run/redis.sock."
    return ""


def _problem_of_server(parts: Parts) -> str:
    host, port, database = _server(parts)
    if not host:
        return f"The name of the server is missing after {parts.scheme}://."
    if not _HOST.fullmatch(host):
        return "The server must be a name or an IP address, then a colon and the port."
    if port is not None and not (_is_number(port) and 0 < int(port) < 65_536):
        return "After the colon stands the port: a number from 1 to 65535."
    if database and not _is_number(database):
        return "After the slash stands the number of the database, usually 0."
    return ""


def _server(parts: Parts) -> tuple[str, str | None, str]:
    """Host, port and database as they were written; an IPv6 address keeps its brackets."""
    where, _, database = parts.place.partition("/")
    name, bracket, rest = where.partition("]") if where.startswith("[") else ("", "", where)
    host, colon, port = rest.partition(":")
    return f"{name}{bracket}{host}", port if colon else None, database


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _check_certificate(parts: Parts, words: str) -> Check:
    if (problem := problem_of(f"rediss://{parts.place}{parts.options}")) is None:
        return Check("good", f"{words}, with TLS")
    if not parse_qs(parts.options[1:]).get("ssl_cert_reqs"):
        said = f"Say how the server's certificate is checked: add {CHECK_CERTIFICATE}"
        return Check("wrong", said, CHECK_CERTIFICATE)
    return Check("wrong", f"{problem[0].upper()}{problem[1:]}.")


def with_option(text: str, option: str) -> str:
    """The address with one more option."""
    parts = split(text)
    joint = "&" if len(parts.options) > 1 else "?"
    return text.strip().removesuffix("?") + joint + option


def option(text: str, name: str) -> str:
    """The value of one of the address's options, empty where it has none of that name."""
    return parse_qs(split(text).options[1:]).get(name, [""])[0]


def set_option(text: str, name: str, value: str) -> str:
    """The address with that option; an empty ``value`` takes it away."""
    base, _, query = text.strip().partition("?")
    options = {key: values[0] for key, values in parse_qs(query).items() if key != name}
    if value:
        options[name] = value
    return f"{base}?{urlencode(options, safe='/:')}" if options else base
