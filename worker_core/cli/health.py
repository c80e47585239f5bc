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


@click.command()
def metrics() -> None:
    """Print the metrics of the system in Prometheus' text format.

    The HTTP API serves the same under /metrics.
    """
    from worker_core.operations.metrics_text import text

    click.echo(text().decode(), nl=False)


@click.command()
@click.option("--hours", type=click.FloatRange(0.1, 24 * 366), default=24.0, show_default=True)
@click.option("--queues", is_flag=True, help="By queue instead of by task.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def performance(hours: float, queues: bool, as_json: bool) -> None:
    """How long tasks waited and ran, how many ended and failed, in the last HOURS."""
    from dataclasses import asdict
    from datetime import UTC, datetime, timedelta

    from worker_core.operations.errors import LedgerUnavailable
    from worker_core.operations.performance import by_queue, by_task

    start = datetime.now(UTC) - timedelta(hours=hours)
    try:
        rows = by_queue(start) if queues else by_task(start)
    except LedgerUnavailable as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2))
        return
    if not rows:
        click.echo("Nothing that ended in that time was measured yet: it is, every five minutes.")
        return
    heads = ("wait p50", "p95", "p99", "run p50", "p95", "p99")
    width = max(len(row.task or row.queue) for row in rows)
    click.echo(f"{'':<{width}}  {'ended':>7} {'failed':>7}  " + " ".join(f"{h:>9}" for h in heads))
    for row in rows:
        times = [part.get(name) for part in (row.wait, row.run) for name in ("p50", "p95", "p99")]
        shown = " ".join("        –" if one is None else f"{one:>8.2f}s" for one in times)
        click.echo(f"{row.task or row.queue:<{width}}  {row.ended:>7} {row.failed:>7}  {shown}")
