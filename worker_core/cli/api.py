"""The HTTP API."""

import json
import sys
from pathlib import Path

import click

PEM = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--host", help="Address to listen on. Default: as in the settings.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port. Default: as in the settings.")
@click.option("--tls-cert", type=PEM, help="Certificate with its chain, PEM.")
@click.option("--tls-key", type=PEM, help="The certificate's private key, PEM.")
@click.option(
    "--without-tls",
    is_flag=True,
    help="Listen in the open where others can reach it: something before it does TLS.",
)
@click.option("--openapi", is_flag=True, help="Print the OpenAPI document, and do nothing else.")
def api(
    host: str | None,
    port: int | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    without_tls: bool,
    openapi: bool,
) -> None:
    """Serve the HTTP API until it is told to stop.

    It listens on this computer alone, unless it is given a certificate. “afi users” makes the
    tokens that it asks for. Several may run beside each other, on one computer or many: they share
    database and broker.
    """
    from worker_core.settings import current

    values = current()
    if openapi:
        from worker_core.api.app import create

        click.echo(json.dumps(create(values).openapi(), indent=2))
        return
    if not values.ledger:
        raise click.ClickException(
            "The API keeps what it takes in the database of the workers, and AFI_LEDGER is off."
        )
    from worker_core.api import server
    from worker_core.operations.ports import PortRefused, require_port

    place = server.Place(
        values.api_host if host is None else host,
        values.api_port if port is None else port,
        tls_cert or _file(values.api_tls_cert),
        tls_key or _file(values.api_tls_key),
    )
    try:
        server.checked(place, without_tls=without_tls)
        require_port(place.host, place.port, what="the HTTP API", setting="AFI_API_PORT")
    except (server.Refused, PortRefused) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The API listens at {place.url}. Ctrl+C stops it.", err=True)
    sys.exit(0 if server.serve(values, place) else 1)


def _file(name: str | None) -> Path | None:
    return Path(name).expanduser().absolute() if name and name.strip() else None
