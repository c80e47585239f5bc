"""``afi anomalies``: score a series. No broker is needed."""

import json
from dataclasses import asdict
from pathlib import Path

import click

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("anomalies")
def anomalies() -> None:
    """Find what departs from the usual."""


@anomalies.command()
@click.argument("table", metavar="INPUT.csv", type=_FILE)
@click.option("-o", "--output", type=_FILE, required=True, help="The table with the scores.")
@click.option("--timestamp", default="timestamp", show_default=True, help="Column of the stamps.")
@click.option("--value", default="value", show_default=True, help="Column of the values.")
@click.option("--quick", is_flag=True, help="Without the nearest neighbours: a fifth of the time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
def score(
    table: Path, output: Path, timestamp: str, value: str, quick: bool, as_json: bool
) -> None:
    """Add the columns score (0 to 1) and is_anomaly (score of 0.5 and more) to a series.

    A row is scored by the rows of earlier stamps and itself alone, so more rows later change
    nothing. The first 32 values have the score 0: there is nothing yet to hold them against.
    """
    from worker_core.anomalies import (
        Parameters,
        SeriesError,
        alarms,
        alarms_a_week,
        quick_parameters,
        score_series,
    )
    from worker_core.anomalies.table import read_series, write_scored

    parameters = quick_parameters() if quick else Parameters()
    try:
        series = read_series(table, timestamp, value)
        scores = score_series(series.values, series.stamps if series.timed else None, parameters)
        write_scored(series, scores.score, scores.is_anomaly, output)
    except (SeriesError, OSError) as error:
        raise click.ClickException(str(error)) from error
    found = alarms(series.values, scores, parameters, series.labels)
    count = int(scores.is_anomaly.sum())
    weekly = alarms_a_week(count, series.stamps) if series.timed else None
    if as_json:
        answer = {
            "rows": len(series.rows),
            "scored": len(series.values),
            "alarms": count,
            "alarms_a_week": weekly,
            "explained": [asdict(one) | {"at": series.labels[one.row]} for one in found],
            "notes": list(series.notes),
        }
        click.echo(json.dumps(answer, allow_nan=False))
        return
    told = "1 alarm" if count == 1 else f"{count:,} alarms"
    rate = "" if weekly is None else f", {weekly:.1f} a week"
    click.echo(f"{len(series.values):,} of {len(series.rows):,} rows scored, {told}{rate}")
    for one in found[-20:]:
        click.echo(f"  {one.score:.2f}  {one.words}")
    for note in series.notes:
        click.echo(note)
