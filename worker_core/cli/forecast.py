"""Forecasts of a CSV file, and how good they would have been."""

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from worker_core.forecasting.tables.reading import Table

_OWN: Final = "file"
_PATH = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path, dir_okay=False)
_HORIZON = click.IntRange(1, 10_000)
_SEASON = click.IntRange(1, 10_000)


class FileOrCommand(click.Group):
    """A group whose first word may be a file: then ``forecast file`` is meant."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        asks = bool(args) and args[0] in ctx.help_option_names
        if args and args[0] not in self.commands and not asks:
            args = [_OWN, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "INPUT.csv -o OUTPUT.csv --horizon H [OPTIONS]")
        formatter.write_usage(ctx.command_path, "evaluate INPUT.csv --horizon H [OPTIONS]")


@click.group(cls=FileOrCommand)
def forecast() -> None:
    """Forecast the series of a CSV file: columns unique_id, ds, y in, one row a value.

    \b
    afi forecast sales.csv -o out.csv --horizon 12 --season 12
    afi forecast evaluate sales.csv --horizon 12 --season 12

    ds is a date (2024-01-31, 2024-01, 2024Q1, 2024-01-31T10:00Z) or a step (1, 2, …).
    “afi forecast file --help” tells all options of the first form.
    """


@forecast.command(_OWN)
@click.argument("source", metavar="INPUT.csv", type=_PATH)
@click.option("-o", "--output", "target", type=_FILE, required=True, help="CSV to write.")
@click.option("--horizon", type=_HORIZON, required=True, help="Steps ahead.")
@click.option(
    "--season", type=_SEASON, help="Steps a season: 12 for months, 1 for none. Empty: by the dates."
)
@click.option(
    "--level", "levels", type=float, multiple=True, default=(80.0, 95.0), show_default=True,
    help="Of an interval, in percent. May be given more than once.",
)  # fmt: skip
@click.option(
    "--kind", type=click.Choice(["metric", "price"]), default="metric", show_default=True,
    help="What y is: a business metric, or the close of a price.",
)  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Of what is drawn by chance.")
@click.option("--json", "as_json", is_flag=True, help="The evidence as one JSON object.")
def forecast_file(
    source: Path,
    *,
    target: Path,
    horizon: int,
    season: int | None,
    levels: tuple[float, ...],
    kind: str,
    seed: int,
    as_json: bool,
) -> None:
    """Forecast every series of INPUT.csv.

    Written are unique_id, ds, mean, lo-80, hi-80, lo-95, hi-95 and model. A series that cannot be
    forecast is left out and named; the others are not held up by it.
    """
    from worker_core.forecasting.tables.reading import TableError
    from worker_core.forecasting.tables.run import metrics, prices
    from worker_core.forecasting.tables.writing import write

    try:
        table = _read(source)
        chosen = sorted({_level(level) for level in levels})
        if kind == "price":
            answer = prices(table, horizon, chosen, seed)
        else:
            answer = metrics(table, horizon, _season(season, table), chosen, seed)
        for name, reason in answer.refused.items():
            click.echo(f"Left out: {name or '(no name)'}: {reason}", err=True)
        if not answer.rows:
            raise click.ClickException("No series of the file could be forecast.")
        write(target, answer.rows, chosen)
    except TableError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(_finite(answer.told), allow_nan=False))
        return
    click.echo(f"{len(answer.rows):,} series, {horizon} steps each: {target}")
    for line in answer.summary:
        click.echo(line)


@forecast.command("evaluate")
@click.argument("source", metavar="INPUT.csv", type=_PATH)
@click.option("--horizon", type=_HORIZON, required=True, help="Steps ahead.")
@click.option("--season", type=_SEASON, help="Steps a season. Empty: by the dates.")
@click.option("--level", "levels", type=float, multiple=True, default=(80.0, 95.0))
@click.option(
    "--origins", type=click.IntRange(1, 100),
    help="Beginnings of a forecast, a horizon apart. Empty: 3, or 12 for few series.",
)  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Of what is drawn by chance.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def evaluate_file(
    source: Path,
    *,
    horizon: int,
    season: int | None,
    levels: tuple[float, ...],
    origins: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Say how good forecasts of INPUT.csv would have been, at several points of the past.

    Nothing after a point is known to the forecast that begins there. Figures are held against
    the seasonal naive method, and Naive2 for OWA.
    """
    from worker_core.forecasting.metric.evaluation import TooShort, evaluate
    from worker_core.forecasting.metric.options import Options
    from worker_core.forecasting.tables.reading import TableError
    from worker_core.forecasting.tables.run import as_series

    try:
        table = _read(source)
        found = evaluate(
            as_series(table),
            season=_season(season, table),
            horizon=horizon,
            levels=sorted({_level(level) for level in levels}),
            origins=origins,
            options=Options(seed=seed),
        )
    except (TableError, TooShort) as error:
        raise click.ClickException(str(error)) from error
    refused = table.refused | {each.id: each.reason for each in found.refused}
    if as_json:
        click.echo(json.dumps(_finite(found.as_json() | {"refused": refused}), allow_nan=False))
        return
    for name, reason in refused.items():
        click.echo(f"Left out: {name or '(no name)'}: {reason}", err=True)
    for line in found.lines():
        click.echo(line)


def _read(source: Path) -> "Table":
    from worker_core.forecasting.tables.reading import read

    table = read(source)
    if not table.series:
        told = "\n".join(f"  {name}: {reason}" for name, reason in table.refused.items())
        raise click.ClickException(f"No series of {source} can be used.\n{told}")
    return table


def _season(given: int | None, table: "Table") -> int:
    """The season that was given, else the one that all dates agree in."""
    if given is not None:
        return given
    found = {each.steps.season for each in table.series}
    if len(found) == 1 and (season := found.pop()) is not None:
        return season
    raise click.UsageError(
        "The stamps do not tell how long a season is. Say it: --season 12 for months, 4 for "
        "quarters, 52 for weeks, 7 for days, 24 for hours, 1 for none."
    )


def _level(level: float) -> float:
    if not 0 < level < 100:
        raise click.UsageError(f"--level is in percent, above 0 and below 100; not {level:g}.")
    return level


def _finite(value: Any) -> Any:
    """JSON knows no NaN: what is not known is null."""
    if isinstance(value, dict):
        return {str(key): _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
