"""``afi sentiment trends``: the tone about companies over time, as it was last computed."""

import json

import click


@click.command("trends")
@click.argument("ticker", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, or an array of all trends.")
def trends(ticker: str | None, as_json: bool) -> None:
    """Show the trends of all companies, or one company's days."""
    from dataclasses import asdict

    from worker_core.operations import tone
    from worker_core.operations.errors import OperationError

    try:
        found = None if ticker is None else tone.series(ticker)
        rows = tone.trends() if found is None else ()
    except OperationError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        told = asdict(found) if found is not None else [asdict(row) for row in rows]
        click.echo(json.dumps(told, indent=2, default=str))
        return
    if found is None:
        for row in rows:
            click.echo(f"{row.ticker:<15} {row.documents:>6,} documents  {_slope(row.slope)}")
        if not rows:
            click.echo("No trend has been computed. The task update_sentiment_trends does.")
        return
    for day in found.days:
        click.echo(f"{day.day}  {day.mean:+.3f}  {day.ewma:+.3f}  {day.documents} documents")
    if found.trend is None:
        click.echo(f"No trend of {ticker} has been computed.")
        return
    click.echo(_slope(found.trend.slope))
    for line in found.trend.missing:
        click.echo(line)


def _slope(slope: object) -> str:
    if not isinstance(slope, dict):
        return "no slope"
    return (
        f"slope {slope['per_30_days']:+.3f} in 30 days "
        f"({slope['low']:+.3f} to {slope['high']:+.3f}, p {slope['p_value']:.3f})"
    )
