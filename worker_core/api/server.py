"""Serving the API: where it listens, with which certificate, and what it refuses to do."""

import logging
import logging.config
import signal
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from worker_core import telemetry
from worker_core.api.app import create
from worker_core.logs import configure_logging
from worker_core.operations import metrics_text
from worker_core.settings import Settings
from worker_core.settings.transport import is_loopback

if TYPE_CHECKING:
    import uvicorn

# Requests that run when it is told to stop have so long to end; streams are cut off.
STOP_S: Final = 10
KEEP_ALIVE_S: Final = 15
BACKLOG: Final = 2048


class Refused(Exception):  # noqa: N818 - reads as what happened
    """It does not listen there like this. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the API listens, and with which certificate."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}"


def checked(place: Place, *, without_tls: bool = False) -> Place:
    """The place, once it is known that no token would cross a network in the open.

    Raises:
        Refused: others could reach it and there is no certificate, unless ``without_tls``; or the
            certificate cannot be used.
    """
    if (place.certificate is None) != (place.key is None):
        raise Refused("A certificate needs its key: give --tls-cert and --tls-key.")
    if place.certificate is None:
        if not is_loopback(place.host) and not without_tls:
            raise Refused(
                f"Others can reach {place.host}, and their tokens would cross the network in the "
                "open. Give --tls-cert and --tls-key; or --without-tls, if something before it "
                "takes care of TLS."
            )
        return place
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(place.certificate, place.key)
    except (OSError, ssl.SSLError) as error:
        raise Refused(
            f"The certificate {place.certificate} with the key {place.key} cannot be used "
            f"({error}). Both are PEM files that this user can read."
        ) from error
    return place


def configuration(settings: Settings, place: Place) -> "uvicorn.Config":
    """Uvicorn's configuration: what it logs by itself is left out, since `context` logs more."""
    import uvicorn

    proxies = settings.api_trusted_proxies.strip()
    config = uvicorn.Config(
        create(settings, exposition=metrics_text.text),
        host=place.host,
        port=place.port,
        ssl_certfile=place.certificate,
        ssl_keyfile=str(place.key) if place.key else None,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_S,
        # Who says that they speak for others is believed only where the settings name them.
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or "",
        server_header=False,
        access_log=False,
        log_config=None,
        lifespan="on",
        ws="none",
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config


def log_as_json(settings: Settings) -> None:
    """Everything to standard error; the access log as it is, which is JSON already."""
    configure_logging(settings.log_level, settings.log_format)
    access = logging.getLogger("afi.access")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    access.handlers = [handler]
    access.propagate = False
    access.setLevel(logging.INFO)


def serve(settings: Settings, place: Place) -> bool:
    """Serve until told to stop (SIGTERM, Ctrl+C); whether it could begin."""
    import uvicorn

    log_as_json(settings)
    for number in (signal.SIGINT, signal.SIGTERM):
        # Uvicorn sends itself once more what stopped it; that is no failure.
        signal.signal(number, _end)
    telemetry.start("afi-api", settings)
    server = uvicorn.Server(configuration(settings, place))
    server.run()
    telemetry.stop()
    return server.started


def _end(_number: int, _frame: object) -> None:
    raise SystemExit(0)
