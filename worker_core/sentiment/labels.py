"""Files of labelled sentences: what is read from them, and what is refused and why."""

import csv
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, TextIO

from worker_core.sentiment.linear import LABELS
from worker_core.sentiment.model import Label
from worker_core.sentiment.tokens import normalised

MOST_ROWS: Final = 1_000_000
MOST_BYTES: Final = 512 * 2**20
LONGEST_TEXT: Final = 20_000
LONGEST_CELL: Final = 1_000_000
"""Characters; a longer one is a quotation mark that is not closed, and would swallow the rest."""
MOST_COLUMNS: Final = 1_000
FEWEST: Final = 5
"""Sentences that each class needs before anything can be learned of it."""

_NAMES: Final[dict[str, Label]] = {
    "negative": "negative",
    "neg": "negative",
    "bearish": "negative",
    "-1": "negative",
    "neutral": "neutral",
    "neu": "neutral",
    "0": "neutral",
    "positive": "positive",
    "pos": "positive",
    "bullish": "positive",
    "1": "positive",
}


class LabelsError(Exception):
    """A label file cannot be used. The text names the file, what is wrong, and what is needed."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence and the class that a person gave it."""

    text: str
    label: Label


def read(path: Path, *, text_column: str = "text", label_column: str = "label") -> list[Labelled]:
    """The rows of a CSV file with a header; UTF-8, or Windows-1252 where it is not that.

    Raises:
        LabelsError: the file cannot be read, lacks a column, or holds an unknown label.
    """
    rows: list[Labelled] = []
    try:
        if path.stat().st_size > MOST_BYTES:
            raise LabelsError(f"{path.name} is larger than {MOST_BYTES >> 20} MB. Split it.")
        with open_table(path) as file:
            reader = csv.reader(file)
            header = [name.strip().lower() for name in next(reader, [])]
            text_at, label_at = _columns(path, header, text_column, label_column)
            for cells in reader:
                if not cells:
                    continue
                if len(cells) <= max(text_at, label_at):
                    raise LabelsError(f"{path.name}, line {reader.line_num}: a column is missing.")
                row = _row(path, reader.line_num, cells[text_at], cells[label_at])
                if row is not None:
                    rows.append(row)
                if len(rows) > MOST_ROWS:
                    raise LabelsError(f"{path.name} has more than {MOST_ROWS:,} rows. Split it.")
    except (OSError, csv.Error) as error:
        raise LabelsError(f"{path.name} cannot be read: {told(error)}.") from error
    if not rows:
        raise LabelsError(f"{path.name} holds no labelled sentence.")
    return rows


def read_lexicon(path: Path) -> dict[str, float]:
    """Weights of words, from -1 to 1, of a CSV file with the columns ``term`` and ``weight``.

    Raises:
        LabelsError: the file cannot be read or a weight is no such number.
    """
    weights: dict[str, float] = {}
    try:
        with open_table(path) as file:
            reader = csv.DictReader(file)
            for row in reader:
                weights[row["term"].strip().lower()] = float(row["weight"])
    except (OSError, csv.Error, KeyError, ValueError, TypeError, AttributeError) as error:
        raise LabelsError(f"The lexicon {path.name} cannot be read: {error}.") from error
    for term, weight in weights.items():
        if not -1 <= weight <= 1:
            raise LabelsError(f"{path.name}: the weight of “{term}” is not between -1 and 1.")
    return weights


def check_classes(rows: Iterable[Labelled]) -> None:
    """See that something can be learned of each class.

    Raises:
        LabelsError: a class is missing or has fewer than ``FEWEST`` sentences.
    """
    counts = Counter(row.label for row in rows)
    if len(counts) == 1:
        (only,) = counts
        raise LabelsError(
            f"All sentences are labelled {only}. A model needs examples of each class: "
            "negative, neutral and positive."
        )
    short = [label for label in LABELS if counts[label] < FEWEST]
    if short:
        told = ", ".join(f"{counts[label]} {label}" for label in short)
        raise LabelsError(
            f"There are too few examples: {told}. Each class needs at least {FEWEST}."
        )


def deduplicated(rows: Iterable[Labelled]) -> list[Labelled]:
    """One row of each normalised text, whatever the order: with the label of most of its copies,
    or neutral where two labels are as frequent."""
    groups: dict[str, list[Labelled]] = {}
    for row in rows:
        groups.setdefault(normalised(row.text), []).append(row)
    kept: list[Labelled] = []
    for group in groups.values():
        votes = Counter(row.label for row in group)
        label = max(LABELS, key=lambda each: (votes[each], each == "neutral"))
        kept.append(min((row for row in group if row.label == label), key=lambda row: row.text))
    return kept


def hold_out(
    rows: Sequence[Labelled], *, seed: int, share: float = 0.2
) -> tuple[list[Labelled], list[Labelled]]:
    """Rows to learn from and rows to be judged by, the same shares of each class in both.

    Rows of one normalised text stay on one side, so nothing that is judged was learned.
    """
    groups: dict[str, list[Labelled]] = {}
    for row in rows:
        groups.setdefault(normalised(row.text), []).append(row)
    chance = Random(seed)  # noqa: S311  a repeatable split, not a secret
    held: set[str] = set()
    for label in LABELS:
        keys = sorted(key for key, group in groups.items() if group[0].label == label)
        chance.shuffle(keys)
        held.update(keys[: round(share * len(keys))])
    learned = [row for row in rows if normalised(row.text) not in held]
    judged = [row for row in rows if normalised(row.text) in held]
    return learned, judged


def frozen_hold_out(
    rows: Sequence[Labelled], *, share: float = 0.2
) -> tuple[list[Labelled], list[Labelled]]:
    """Rows to learn from and rows to be judged by, by their texts alone.

    On which side a sentence is never changes, whatever is labelled beside it, so that models of
    different days can be judged by the same sentences. Rows of one normalised text are on one
    side. The shares of the classes are those of all rows but for chance, which a hash is by.
    """
    learned: list[Labelled] = []
    judged: list[Labelled] = []
    for row in rows:
        digest = hashlib.sha256(f"hold-out {normalised(row.text)}".encode(errors="replace"))
        held = int.from_bytes(digest.digest()[:4]) < share * 2**32
        (judged if held else learned).append(row)
    return learned, judged


def files_of(setting: str | None) -> list[Path]:
    """The label files that a setting names: files, and the CSV files of folders, in order.

    Raises:
        LabelsError: a name stands for nothing.
    """
    found: list[Path] = []
    for name in (setting or "").split(os.pathsep):
        if not name.strip():
            continue
        path = Path(name.strip()).expanduser()
        if path.is_dir():
            found += sorted(each for each in path.iterdir() if each.suffix.lower() == ".csv")
        elif path.exists():
            found.append(path)
        else:
            raise LabelsError(
                f"There is no label file or folder {path}. Correct AFI_SENTIMENT_LABEL_FILES."
            )
    return found


def told(error: Exception) -> str:
    """What is wrong with a table, in words."""
    if isinstance(error, csv.Error) and "field larger" in str(error):
        return (
            f"a cell has more than {LONGEST_CELL:,} characters, so a quotation mark before it is "
            "probably not closed"
        )
    return str(error)


@contextmanager
def open_table(path: Path) -> Iterator[TextIO]:
    """A CSV file for reading: UTF-8, or Windows-1252 where it is not that.

    Raises:
        OSError: it cannot be opened.
    """
    # The limit is the process's, and other tables have theirs.
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding=_encoding(path), errors="replace", newline="") as file:
            yield file
    finally:
        csv.field_size_limit(before)


def _encoding(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig") as file:
            for _ in iter(lambda: file.read(1 << 20), ""):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _columns(path: Path, header: list[str], text: str, label: str) -> Iterator[int]:
    if len(header) > MOST_COLUMNS:
        raise LabelsError(
            f"{path.name} has {len(header):,} columns. A label file has one for the sentence "
            "and one for its label."
        )
    for name in (text, label):
        if name.lower() not in header:
            found = ", ".join(header[:10]) or "none"
            raise LabelsError(f"{path.name} has no column “{name}”. Its columns: {found}.")
    return iter((header.index(text.lower()), header.index(label.lower())))


def _row(path: Path, line: int, text: str, label: str) -> Labelled | None:
    text = text.replace("\0", " ").strip()
    if not text:
        return None
    known = _NAMES.get(label.strip().lower())
    if known is None:
        raise LabelsError(
            f"{path.name}, line {line}: the label “{label[:40]}” is not known. "
            "Use negative, neutral or positive."
        )
    return Labelled(text[:LONGEST_TEXT], known)
