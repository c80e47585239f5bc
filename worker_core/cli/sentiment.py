"""``afi sentiment``: score a table, train a model, and judge one. No broker is needed."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from worker_core.cli.labels import labels as given_labels
from worker_core.cli.series import trends

if TYPE_CHECKING:
    from worker_core.sentiment.model import SentenceScorer

Backend = Literal["linear", "onnx", "cascade"]
_FILE = click.Path(path_type=Path, dir_okay=False)
_BATCH = 2048
_BACKEND = click.option(
    "--backend",
    type=click.Choice(["linear", "onnx", "cascade"]),
    default="linear",
    show_default=True,
    help="Which model; onnx and cascade need the extra onnx and a path in the settings.",
)
_MODEL = click.option("--model", type=_FILE, help="A linear model. Default: the bundled one.")


@click.group("sentiment")
def sentiment() -> None:
    """Score, train and evaluate the tone of sentences."""


sentiment.add_command(given_labels)
sentiment.add_command(trends)


@sentiment.command()
@click.argument("table", metavar="INPUT.csv", type=_FILE)
@click.option("--column", default="text", show_default=True, help="The column of sentences.")
@click.option("-o", "--output", type=_FILE, required=True, help="The table with the scores.")
@_BACKEND
@_MODEL
def score(table: Path, column: str, output: Path, backend: Backend, model: Path | None) -> None:
    """Add the columns label, score and confidence to a table."""
    from worker_core.sentiment.labels import open_table
    from worker_core.sentiment.scoring import score_sentences

    scorer = _scorer(backend, model)
    with _refusing(), open_table(table) as file:
        reader = csv.reader(file)
        header = next(reader, [])
        names = [name.strip().lower() for name in header]
        if column.lower() not in names:
            raise click.ClickException(
                f"{table.name} has no column “{column}”. Its columns: {', '.join(header[:10])}."
            )
        place = names.index(column.lower())
        # Apart until it is whole: the table may be written over itself, and may break off.
        part = output.with_name(f"{output.name}.part")
        try:
            with part.open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out)
                writer.writerow([*header, "label", "score", "confidence"])
                while rows := list(islice(reader, _BATCH)):
                    texts = [row[place] if place < len(row) else "" for row in rows]
                    for row, found in zip(rows, score_sentences(scorer, texts), strict=True):
                        sure = "" if found.confidence is None else f"{found.confidence:.4f}"
                        padded = row + [""] * (len(header) - len(row))
                        writer.writerow([*padded, found.label, f"{found.compound:.4f}", sure])
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)


@sentiment.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("-o", "--output", type=_FILE, required=True, help="The model to write.")
@click.option("--text", "text", default="text", show_default=True, help="Column of sentences.")
@click.option("--label", "label", default="label", show_default=True, help="Column of labels.")
@click.option("--lexicon", type=_FILE, help="CSV: term, weight. Default: the bundled model's.")
@click.option("--base", type=_FILE, help="A model to start from; needs fewer sentences.")
def train(
    files: tuple[Path, ...],
    output: Path,
    text: str,
    label: str,
    lexicon: Path | None,
    base: Path | None,
) -> None:
    """Train a linear model from label files. The same files give the same bytes."""
    from worker_core.sentiment import labels, linear, scorers, training

    with _refusing():
        rows = [
            row for file in files for row in labels.read(file, text_column=text, label_column=label)
        ]
        start = linear.load(base) if base else None
        if lexicon is not None:
            weights = labels.read_lexicon(lexicon)
        else:
            weights = (start or scorers.bundled_model()).lexicon.weights
        model = training.train(rows, lexicon=weights, base=start)
        model.save(output)
    click.echo(json.dumps({"model": model.version, "sha256": model.sha256, **model.about}))


@sentiment.command()
@click.argument("table", metavar="INPUT.csv", type=_FILE)
@click.option("--text", default="text", show_default=True, help="Column of sentences.")
@click.option("--label", default="label", show_default=True, help="Column of labels.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@_BACKEND
@_MODEL
def evaluate(
    table: Path, text: str, label: str, as_json: bool, backend: Backend, model: Path | None
) -> None:
    """Hold a model against labelled sentences."""
    from worker_core.sentiment import evaluation, labels

    scorer = _scorer(backend, model)
    with _refusing():
        rows = labels.read(table, text_column=text, label_column=label)
    scorer.score([rows[0].text])
    quality = evaluation.evaluate(scorer, rows)
    if as_json:
        click.echo(json.dumps({"model": scorer.model_version, **asdict(quality)}))
        return
    click.echo(
        f"{scorer.model_version} on {quality.sentences:,} sentences: accuracy "
        f"{quality.accuracy:.3f}, macro-F1 {quality.macro_f1:.3f}, "
        f"{quality.per_cpu_s:,.0f} sentences/cpu-s"
    )
    for name, each in quality.by_class.items():
        click.echo(
            f"  {name:<9} precision {each.precision:.3f}  recall {each.recall:.3f}  "
            f"F1 {each.f1:.3f}  ({each.sentences:,})"
        )


def _scorer(backend: Backend, model: Path | None) -> "SentenceScorer":
    from worker_core.sentiment import linear, onnx, scorers

    with _refusing():
        chosen = scorers.bundled_model() if model is None else linear.load(model)
        if backend == "linear":
            return scorers.LinearScorer(chosen)
        from worker_core import settings

        path = settings.current().sentiment_onnx_path
        if path is None:
            raise click.ClickException(
                "The settings name no ONNX model. Set AFI_SENTIMENT_ONNX_PATH to its file."
            )
        network = onnx.OnnxScorer(Path(path).expanduser())
        return network if backend == "onnx" else onnx.CascadeScorer(chosen, network)


@contextmanager
def _refusing() -> Iterator[None]:
    from worker_core.sentiment.labels import LabelsError, told
    from worker_core.sentiment.linear import ModelError

    try:
        yield
    except (LabelsError, ModelError, OSError, csv.Error) as error:
        raise click.ClickException(told(error)) from error
