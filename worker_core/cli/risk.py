"""``afi risk``: systemic risk of a table of returns. No broker is needed."""

import csv
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from worker_core.risk import Measure, Panel, RiskReport

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("risk")
@click.argument("table", metavar="INPUT.csv", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.option(
    "--window",
    type=click.IntRange(60, 5000),
    default=500,
    show_default=True,
    help="Days that each value looks back.",
)
@click.option("--prices", is_flag=True, help="The columns are prices, not returns.")
@click.option(
    "--lags",
    type=click.IntRange(1, 20),
    default=1,
    show_default=True,
    help="Lags of the vector autoregression of the connectedness.",
)
@click.option(
    "--horizon",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    help="Days ahead of its forecast error.",
)
@click.option(
    "--balance", type=_FILE, help="CSV: name, equity (market value), liabilities. For SRISK."
)
@click.option("--history", is_flag=True, help="Every value of each measure, with --json.")
def risk(
    table: Path,
    as_json: bool,
    window: int,
    prices: bool,
    lags: int,
    horizon: int,
    balance: Path | None,
    history: bool,
) -> None:
    """Measure systemic risk of daily returns: a column of dates, then one column a name.

    Returns are fractions: 0.01 is one percent. Each figure stands beside its percentile over its
    own history, and beside what each name adds to it.
    """
    from worker_core.risk import Options, RiskError, analyse
    from worker_core.risk.reading import read_balance, read_panel

    try:
        found = analyse(
            read_panel(table, prices=prices),
            Options(window=window, lags=lags, horizon=horizon),
            read_balance(balance) if balance else None,
        )
    except (RiskError, OSError, csv.Error) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(as_plain(found, history=history), allow_nan=False))
    else:
        _say(found)


def as_plain(report: "RiskReport", *, history: bool = False) -> dict[str, Any]:
    """The report as JSON."""
    panel = report.panel
    table = None
    if report.table is not None:
        table = {
            "names": list(report.table_names),
            "percent": [[round(cell, 4) for cell in row] for row in report.table.table.tolist()],
            "total": report.table.total,
            "given": dict(zip(report.table_names, report.table.given.tolist(), strict=True)),
            "received": dict(zip(report.table_names, report.table.received.tolist(), strict=True)),
        }
    return {
        "days": len(panel.days),
        "first_day": panel.days[0].isoformat(),
        "last_day": panel.days[-1].isoformat(),
        "names": list(panel.names),
        "measures": {
            name: _measure(one, panel, history=history) for name, one in report.measures.items()
        },
        "connectedness_table": table,
        "srisk": [
            {
                "name": one.name,
                "beta": one.beta,
                "lrmes": one.lrmes,
                "equity": one.equity,
                "liabilities": one.liabilities,
                "srisk": one.shortfall,
            }
            for one in report.srisk
        ],
        "coincident": True,
        "notes": list(report.notes),
    }


def _measure(one: "Measure", panel: "Panel", *, history: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "title": one.title,
        "value": one.value,
        "as_of": one.as_of.isoformat(),
        "percentile": one.percentile,
        "window_days": one.days,
        "contributions": dict(sorted(one.contributions.items(), key=lambda item: -item[1])),
    }
    if history:
        found["history"] = {
            day.isoformat(): value
            for day, value in zip(panel.days, one.values.tolist(), strict=True)
            if math.isfinite(value)
        }
    return found


def _say(report: "RiskReport") -> None:
    panel = report.panel
    click.echo(
        f"{len(panel.names)} names, {len(panel.days):,} days from {panel.days[0]} to "
        f"{panel.days[-1]}"
    )
    for one in report.measures.values():
        place = "percentile –" if one.percentile is None else f"percentile {one.percentile:5.1f}"
        click.echo(f"\n{one.value:12.4f}  {place}  {one.title}")
        if one.contributions:
            click.echo(f"              most: {_most(one.contributions)}")
    for each in report.srisk:
        click.echo(f"\nSRISK {each.name}: {each.shortfall:,.2f} (LRMES {each.lrmes:.3f})")
    click.echo("")
    for note in report.notes:
        click.echo(note)


def _most(contributions: Mapping[str, float], count: int = 5) -> str:
    first = sorted(contributions.items(), key=lambda item: -item[1])[:count]
    return ", ".join(f"{name} {value:.4f}" for name, value in first)
