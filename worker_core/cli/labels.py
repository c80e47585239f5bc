"""``afi sentiment labels``: what people have said of sentences, in and out."""

import csv
from pathlib import Path

import click

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("labels")
def labels() -> None:
    """Labels that people gave to sentences; the model is retrained from them."""


@labels.command()
def status() -> None:
    """How many there are, and how many are awaited before the next training."""
    from worker_core.operations import labels as operations
    from worker_core.operations.errors import OperationError

    try:
        found = operations.status()
    except OperationError as error:
        raise click.ClickException(str(error)) from error
    by_class = ", ".join(f"{count:,} {name}" for name, count in sorted(found.by_class.items()))
    click.echo(f"{found.total:,} labels{f': {by_class}' if by_class else ''}.")
    since = f"{found.trained_at:%Y-%m-%d %H:%M}Z" if found.trained_at else "ever"
    click.echo(f"{found.new:,} are new since the last training ({since}); {found.needed:,} needed.")


@labels.command("import")
@click.argument("table", metavar="INPUT.csv", type=_FILE)
@click.option("--text", default="text", show_default=True, help="Column of sentences.")
@click.option("--label", default="label", show_default=True, help="Column of labels.")
@click.option("--by", help="Who gave them. Default: you.")
def take_in(table: Path, text: str, label: str, by: str | None) -> None:
    """Keep the labels of a table, as if they had been given in the window."""
    from worker_core.operations import labels as operations
    from worker_core.operations.errors import OperationError
    from worker_core.sentiment.labels import LabelsError, read

    try:
        rows = read(table, text_column=text, label_column=label)
        count = operations.give_many(((row.text, row.label) for row in rows), by=by)
    except (LabelsError, OperationError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count:,} labels are kept.")


@labels.command()
@click.option("-o", "--output", type=_FILE, required=True, help="The table to write.")
def export(output: Path) -> None:
    """Write all labels to a table that ``train`` and ``evaluate`` read."""
    from worker_core.operations import labels as operations
    from worker_core.operations.errors import OperationError

    count = 0
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["text", "label", "by", "at"])
            for each in operations.every():
                writer.writerow([each.text, each.label, each.by, each.at.isoformat()])
                count += 1
    except (OperationError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count:,} labels are written.")
