"""Addresses of the broker, connections to it, and its failures in plain words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from worker_core.operations.errors import BrokerRefused, BrokerUnreachable, OperationError
from worker_core.operations.record import read_record
from worker_core.settings import Settings, current
from worker_core.settings.transport import SEVERAL

if TYPE_CHECKING:
    from redis import Redis

DEFAULT_URL = "redis://127.0.0.1:6379/0"
START_IT = "Start it on the Local cluster page or with “afi up”."
_OF_SEVERAL = re.compile(r"^Command # \d+ \(.*?\) of pipeline caused error: ", re.S)
CHECK_IT = "Check the broker's address in the settings (CELERY_BROKER_URL)"


def broker_url(settings: Settings | None = None) -> str:
    """The configured broker, else the one of the data folder, else Redis' usual local address."""
    settings = settings or current()
    if settings.broker_url:
        return settings.broker_url
    record = read_record(settings.data_dir)
    return record.url if record else DEFAULT_URL


def result_backend_url(settings: Settings | None = None) -> str:
    """The configured store of results, else the broker."""
    settings = settings or current()
    return settings.result_backend or broker_url(settings)


def client(url: str, *, connect_timeout: float = 2.0, timeout: float = 5.0) -> "Redis":
    """A connection that is made at the first command, answers in bytes, and never tries again by
    itself. Timeouts are seconds. Close it, or use it in a ``with`` statement.

    Raises:
        BrokerUnreachable: ``url`` is not the address of a Redis server.
    """
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    try:
        return Redis.from_url(
            _as_redis_writes_it(url),
            socket_connect_timeout=connect_timeout,
            socket_timeout=timeout,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
    except (ValueError, TypeError) as error:
        raise BrokerUnreachable(
            f"{label(url)} is not the address of a Redis server.",
            f"{CHECK_IT}; it begins with redis://, rediss:// or redis+socket://.",
        ) from error


def _as_redis_writes_it(url: str) -> str:
    """Celery's spelling of an address in the Redis client's; of several addresses the first."""
    url = SEVERAL.split(url)[0]
    base, _, query = url.partition("?")
    options = dict(parse_qsl(query))
    if base.startswith("redis+socket://"):
        base = base.replace("redis+socket://", "unix://", 1)
        options["db"] = options.pop("virtual_host", "0").strip("/") or "0"
    if certificates := options.get("ssl_cert_reqs"):
        options["ssl_cert_reqs"] = certificates.removeprefix("CERT_").lower()
    return f"{base}?{urlencode(options)}" if options else base


def label(url: str) -> str:
    """``url`` without user, password and parameters, for screens and logs."""
    return ", ".join(_label(one) for one in SEVERAL.split(url))


def _label(url: str) -> str:
    scheme, separator, rest = url.partition("://") if "://" in url else ("", "", url)
    # A password may hold any character: whatever precedes the last @ goes, well formed or not.
    return scheme + separator + rest.rpartition("@")[2].partition("?")[0].partition("#")[0]


def is_local(url: str) -> bool:
    """Whether the address is on this computer."""
    if "socket://" in url or url.startswith("unix://"):
        return True
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host in {"", "localhost", "::1"} or host.startswith("127.")


def ping(url: str) -> None:
    """Return if the broker answers.

    Raises:
        BrokerUnreachable: it does not.
    """
    with reaching(url), client(url) as redis:
        redis.ping()


@contextmanager
def reaching(url: str) -> Iterator[None]:
    """Turn what the client raises inside into words about the broker at ``url``.

    Raises:
        BrokerUnreachable: nothing usable answered.
        BrokerRefused: it answered and refused.
    """
    from redis.exceptions import RedisError

    try:
        yield
    except (RedisError, OSError) as error:
        raise _explained(error, url) from error


def _explained(error: Exception, url: str) -> OperationError:
    from redis import exceptions as known

    where = f"The broker at {label(url)}"
    text = str(error)
    login = isinstance(error, known.AuthenticationError) or text.startswith(("NOAUTH", "WRONGPASS"))
    loading = isinstance(error, known.BusyLoadingError)
    if isinstance(error, known.ResponseError) and not login and not loading:
        # Which command of several it was is no word for people, and is counted past some.
        why = _OF_SEVERAL.sub("", text).removesuffix(".")
        return BrokerRefused(f"{where} refused: {why}.", _remedy_of_refusal(error, text))
    if "certificate" in text.lower():
        words = (
            f"The certificate of {label(url)} was not accepted: {text}.",
            "Check the authority’s certificate (ssl_ca_certs) and the server’s name.",
        )
    elif login:
        words = f"{where} refused the login.", f"{CHECK_IT}: its user and password."
    elif loading:
        words = f"{where} is still reading its data.", "Wait a moment and try again."
    elif isinstance(error, known.InvalidResponse):
        words = f"What answers at {label(url)} is no Redis server.", f"{CHECK_IT}."
    elif isinstance(error, known.TimeoutError | TimeoutError):
        overloaded = "See whether it or the network is overloaded"
        # A server without TLS waits for the rest of what it takes for a command.
        tls = ", and whether it speaks TLS at that port" if url.startswith("rediss:") else ""
        words = f"{where} did not answer in time.", f"{overloaded}{tls}."
    elif is_local(url):
        words = f"{where} does not answer.", START_IT
    else:
        words = f"{where} does not answer.", f"{CHECK_IT}, and that the server can be reached."
    return BrokerUnreachable(*words)


def _remedy_of_refusal(error: Exception, text: str) -> str:
    from redis import exceptions as known

    if isinstance(error, known.OutOfMemoryError) or text.startswith("OOM"):
        return "Its memory is full: give it more, or clear results and queues."
    if isinstance(error, known.ReadOnlyError):
        return "It is a read-only copy: use the address of the primary server."
    if isinstance(error, known.NoPermissionError):
        return "The user of the broker's address needs more rights."
    if text.startswith("MISCONF"):
        return "It cannot write to its disk: free some room there."
    return "Its log says more."
