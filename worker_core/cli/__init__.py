"""The command line: ``afi``.

Each command imports what it needs when it runs, so that ``afi --help`` loads no Celery.
"""

from typing import Any

import click

from worker_core import __version__
from worker_core.cli.alerts import alerts
from worker_core.cli.anomalies import anomalies
from worker_core.cli.api import api
from worker_core.cli.batch import batch
from worker_core.cli.doctor import backups, doctor
from worker_core.cli.documents import documents
from worker_core.cli.forecast import forecast
from worker_core.cli.health import health, metrics, performance
from worker_core.cli.market import market
from worker_core.cli.models import models
from worker_core.cli.quarantine import quarantine
from worker_core.cli.redis import redis
from worker_core.cli.report import report
from worker_core.cli.risk import risk
from worker_core.cli.run import beat, desktop, flower, up, worker
from worker_core.cli.schedule import schedule
from worker_core.cli.sentiment import sentiment
from worker_core.cli.tasks import enqueue, list_tasks
from worker_core.cli.upkeep import reference, selftest, show_settings
from worker_core.cli.users import users


class Afi(click.Group):
    """Says what is wrong with a setting or a library in words instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            from worker_core.settings import SettingsError

            try:
                return super().invoke(ctx)
            except SettingsError as error:
                raise click.ClickException(str(error)) from error
        except ImportError as error:
            from worker_core.operations.loading import cannot_load

            raise click.ClickException(cannot_load("This cannot be done", error)) from error


@click.group(cls=Afi, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="afi")
def cli() -> None:
    """AFI Desk: document and market intelligence over Celery and Redis."""


for command in (desktop, worker, beat, flower, api, up):
    cli.add_command(command)
for command in (list_tasks, enqueue, batch, documents, models):
    cli.add_command(command)
for command in (alerts, health, metrics, performance, report):
    cli.add_command(command)
for command in (quarantine, schedule, sentiment):
    cli.add_command(command)
for command in (anomalies, forecast, market, risk):
    cli.add_command(command)
for command in (redis, users, show_settings, reference, selftest, doctor, backups):
    cli.add_command(command)


def main() -> None:
    cli(prog_name="afi")
