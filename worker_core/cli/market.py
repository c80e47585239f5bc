"""``afi market``: check a table of prices, bring files into the store, update and look at it."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from worker_core.market.records import Finding

FOUND_ERRORS = 1
_EXCHANGE = click.option(
    "--exchange", help="Compare the days with the sessions of this exchange, such as XNYS."
)


@click.group()
def market() -> None:
    """Prices: checked, imported, updated."""


@market.command()
@click.argument("table", metavar="INPUT", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--strict", is_flag=True, help="End with status 1 if a finding is an error.")
@_EXCHANGE
def check(table: Path, as_json: bool, strict: bool, exchange: str | None) -> None:
    """Check the prices in a CSV or Parquet file. Nothing is stored, and no database is needed.

    Ends with status 2 if the file is no table of prices.
    """
    from worker_core.market.audit import latest_day
    from worker_core.market.bars import BadBars
    from worker_core.market.intake import take_in
    from worker_core.market.quality import Subject, check_intake, worst
    from worker_core.market.tables import TableError, read_tables

    answer: dict[str, Any] = {"file": table.name, "symbols": {}, "findings": [], "refused": {}}
    gravest = []
    try:
        tables = read_tables(table)
    except TableError as error:
        _refuse(table, str(error), as_json=as_json)
    for part in tables:
        try:
            one = take_in(part)
        except BadBars as error:
            answer["refused"][part.symbol] = str(error)
            continue
        subject = Subject(
            one.bars,
            one.actions,
            one.adjusted,
            one.currency,
            one.split_adjusted,
            exchange,
            today=latest_day(datetime.now(UTC)),
        )
        found = check_intake(one, subject)
        gravest.append(worst(found))
        days = one.bars.dates
        answer["symbols"][one.bars.symbol] = {
            "bars": len(one.bars),
            "first_day": str(days[0]) if days.size else None,
            "last_day": str(days[-1]) if days.size else None,
            "worst": worst(found),
        }
        answer["findings"] += [{"symbol": one.bars.symbol, **_plain(finding)} for finding in found]
    if not answer["symbols"]:
        _refuse(table, " ".join(answer["refused"].values()), as_json=as_json)
    if as_json:
        click.echo(json.dumps(answer))
    else:
        for symbol, about in answer["symbols"].items():
            of = [one for one in answer["findings"] if one["symbol"] == symbol]
            _show(symbol, about, of)
        for reason in answer["refused"].values():
            click.echo(f"Left out: {reason}", err=True)
    failed = "error" in gravest or answer["refused"]
    sys.exit(FOUND_ERRORS if strict and failed else 0)


def _refuse(table: Path, reason: str, *, as_json: bool) -> NoReturn:
    """Say that the file is no table of prices, and leave with status 2."""
    if as_json:
        click.echo(json.dumps({"file": table.name, "error": reason}))
        sys.exit(2)
    raise click.UsageError(reason)


@market.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@_EXCHANGE
def import_folder(folder: Path, as_json: bool, exchange: str | None) -> None:
    """Store the prices of every CSV and Parquet file in FOLDER.

    A file that cannot be read is named and left out. Importing again changes nothing.
    """
    from worker_core.market.audit import audit
    from worker_core.market.providers.folder import Folder
    from worker_core.market.providers.protocol import ProviderError
    from worker_core.market.store import MarketStore

    source = Folder(folder)
    answer: dict[str, Any] = {"folder": str(folder), "symbols": {}, "problems": source.problems}
    try:
        symbols = source.symbols()
    except ProviderError as error:
        raise click.UsageError(error.message) from None
    with _opened() as storage:
        store: MarketStore = storage.market
        for one in source.bars(symbols, date.min, date.max):
            written = store.upsert_bars(one.bars)
            actions = store.upsert_actions(one.actions)
            found = audit(
                store, one.symbol, datetime.now(UTC), exchange=exchange or "", fresh=False
            )
            days = one.bars.dates
            answer["symbols"][one.symbol] = {
                "bars": len(one.bars),
                "written": written,
                "actions": actions,
                "first_day": str(days[0]) if days.size else None,
                "last_day": str(days[-1]) if days.size else None,
                "quarantined": found.quarantined,
                "findings": found.severities,
                "notes": list(one.notes),
            }
    if as_json:
        click.echo(json.dumps(answer))
    else:
        _show_import(answer)
    sys.exit(0 if symbols else FOUND_ERRORS)


@market.command()
@click.argument("symbols", nargs=-1)
@click.option("--provider", help="Source. Default: as in the settings.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="First day, to fetch again.")
def update(symbols: tuple[str, ...], provider: str | None, start: datetime | None) -> None:
    """Enqueue an update of SYMBOLS, or of all that are stored."""
    from worker_core.operations.errors import OperationError
    from worker_core.operations.submit import submit

    arguments = {
        "tickers": list(symbols),
        "provider": provider,
        "start": None if start is None else start.date().isoformat(),
    }
    try:
        task = submit("data_processing.update_market_data", arguments)
    except OperationError as error:
        raise click.ClickException(str(error)) from None
    click.echo(task.task_id if task.problem is None else f"{task.task_id}: {task.problem}")


@market.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_symbols(as_json: bool) -> None:
    """List the stored symbols with their days and findings."""
    with _opened() as storage:
        rows = storage.market.symbols()
        found: dict[str, list[str]] = {}
        for one in storage.market.findings(limit=100_000):
            found.setdefault(one.symbol, []).append(one.finding.severity)
    if as_json:
        plain = [asdict(row) | {"findings": found.get(row.symbol, [])} for row in rows]
        click.echo(json.dumps(plain, default=str))
        return
    for row in rows:
        words = ", ".join(
            f"{found[row.symbol].count(word)} {word}"
            for word in ("error", "warning", "info")
            if word in found.get(row.symbol, [])
        )
        click.echo(f"{row.symbol:<12} {row.first_day} to {row.last_day}  {words}".rstrip())
    if not rows:
        click.echo("No prices are stored yet. Import some (afi market import) or update.")


@market.command()
@click.argument("provider", type=click.Choice(["tiingo", "alpha_vantage", "polygon", "alpaca"]))
@click.option("--forget", is_flag=True, help="Remove the key instead.")
def key(provider: str, forget: bool) -> None:
    """Keep the key for PROVIDER in the keyring of the system. It is asked for, unseen."""
    from keyring.errors import KeyringError

    from worker_core.operations.provider_keys import keep

    # Never as an argument: those are seen by everyone on this computer.
    given = None if forget else click.prompt(f"Key for {provider}", hide_input=True).strip()
    try:
        keep(provider, given)
    except KeyringError as error:
        raise click.ClickException(
            f"The keyring of the system cannot be used ({error}). "
            f"Give the key in AFI_{provider.upper()}_API_KEY instead."
        ) from None
    click.echo("Removed." if forget else "Kept.")


@contextmanager
def _opened() -> Iterator[Any]:
    from worker_core.settings import current
    from worker_core.storage import Storage, StorageError

    values = current()
    try:
        with Storage.open(values.database_url, values.artifacts_url) as storage:
            yield storage
    except StorageError as error:
        raise click.ClickException(str(error)) from None


def _plain(finding: "Finding") -> dict[str, Any]:
    return asdict(finding) | {
        "days": [day.isoformat() for day in finding.days],
        "rows": finding.rows or len(finding.days),
        "evidence": dict(finding.evidence),
    }


def _show(symbol: str, about: dict[str, Any], findings: list[dict[str, Any]]) -> None:
    span = f", {about['first_day']} to {about['last_day']}" if about["bars"] else ""
    click.echo(f"{symbol}: {about['bars'] or 'no'} {'bar' if about['bars'] == 1 else 'bars'}{span}")
    for finding in findings:
        handled = "" if finding["action"] == "kept" else f" [{finding['action']}]"
        click.echo(f"  {finding['severity']:<8}{finding['check']}{handled}: {finding['message']}")
    if not findings:
        click.echo("  Nothing was found.")


def _show_import(answer: dict[str, Any]) -> None:
    for symbol, about in answer["symbols"].items():
        found = ", ".join(f"{count} {word}" for word, count in about["findings"].items())
        held = f", {about['quarantined']} quarantined" if about["quarantined"] else ""
        if not about["bars"]:
            click.echo(f"{symbol:<12} no bars: {' '.join(about['notes']) or 'none is there.'}")
            continue
        click.echo(
            f"{symbol:<12} {about['bars']:>6} bars, {about['written']} written{held}, "
            f"{about['first_day']} to {about['last_day']}  {found}".rstrip()
        )
    for name, problem in answer["problems"].items():
        click.echo(f"{name}: {problem}", err=True)
    if not answer["symbols"]:
        click.echo("No file in this folder holds prices.", err=True)
