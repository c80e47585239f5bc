"""``afi health``: whether the system is well."""

import json
import sys

import click

_MARKS = {"note": "·", "warning": "!", "critical": "✗"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with all that was read.")
def health(as_json: bool) -> None:
    """Look at broker, database, workers, queues, failures, disks, clocks and schedule.

    Exits with 0 if all is well, 1 with a warning, 2 if something is critical.
    """
    from worker_core.health import HealthReport
    from worker_core.operations.health import check

    report: HealthReport = check()
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=2))
        sys.exit(report.exit_code)
    for finding in report.findings:
        click.echo(f"{_MARKS.get(finding.severity, ' ')} {finding.part}: {finding.what}")
        for more in filter(None, (finding.means, finding.next)):
            click.echo(f"    {more}")
    read = report.readings
    if read.broker is not None:
        click.echo(f"  broker: {read.broker.server}, {read.broker.latency_s * 1000:.1f} ms")
    if read.database is not None:
        click.echo(f"  database: {read.database.kind}, structure {read.database.revision}")
    if read.workers is not None:
        answered = sum(worker.answered for worker in read.workers)
        click.echo(f"  workers: {answered} answered, {len(read.workers) - answered} silent")
    if read.queues is not None:
        click.echo(f"  queues: {sum(queue.waiting for queue in read.queues)} messages wait")
    click.echo(f"{report.status} (looked for {report.took_s:.1f} s)")
    sys.exit(report.exit_code)
