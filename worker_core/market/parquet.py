"""Parquet as a table of prices, read in a process of its own.

Damaged Parquet makes the library do more than raise: it ends its process, or takes memory without
end. So a file is read where documents are, by a child that is held to memory and time.
"""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from worker_core.documents.guard import Runner
from worker_core.documents.model import MIB, Limits
from worker_core.documents.runners import lasting
from worker_core.documents.wire import Request
from worker_core.market.heads import KNOWN, MOST_ROWS

LARGEST_FILE: Final = 512 * MIB
LIMITS: Final = Limits(
    max_bytes=LARGEST_FILE, max_characters=300_000_000, wall_seconds=60.0, memory_mb=2048
)
READER: Final = __name__
_DAMAGED: Final = "is not whole Parquet ({}). Get it again."
_REFUSALS: Final = {
    "crashed": _DAMAGED.format("the process that read it was ended by what it holds"),
    "memory": "takes more than {memory_mb} MiB of memory to read: it is damaged, or too large. "
    "Split it, or save it as CSV.",
    "timeout": "was not read within {wall_seconds:g} seconds: it is damaged, or too large. "
    "Split it, or save it as CSV.",
}


class ParquetError(Exception):
    """A file that is no table. The text goes on from the file's name."""


class Column(msgspec.Struct, frozen=True):
    """One column; of one that is not known as that of a price the name alone.

    Attributes:
        numbers: (n_rows,) little-endian doubles; None where it is of texts.
        texts: (n_rows,) where it is not of numbers.
    """

    name: str
    numbers: bytes | None = None
    texts: tuple[str | None, ...] = ()

    @property
    def values(self) -> Sequence[Any]:
        """(n_rows,) numbers, or texts and None."""
        if self.numbers is None:
            return self.texts
        return np.frombuffer(self.numbers, "<f8").tolist()  # type: ignore[no-any-return]


class Frame(msgspec.Struct, frozen=True):
    """What a file holds, or why it is no table."""

    columns: tuple[Column, ...] = ()
    problem: str = ""


def columns_of(path: Path, limits: Limits = LIMITS) -> tuple[Column, ...]:
    """The columns of a file that is no larger than is read.

    Raises:
        ParquetError: it is damaged, or takes too much memory or time.
        OSError: it cannot be opened.
    """
    with path.open("rb"):
        """Said by who asks, not by a process that he does not see."""
    outcome = _runner().run(Request(os.fsencode(path), path.name, limits, reader=READER))
    if outcome.failure is not None:
        refusal = _REFUSALS.get(outcome.failure.code, _REFUSALS["crashed"])
        raise ParquetError(
            refusal.format(memory_mb=limits.memory_mb, wall_seconds=limits.wall_seconds)
        )
    found = msgspec.json.decode(outcome.answer, type=Frame)
    if found.problem:
        raise ParquetError(found.problem)
    return found.columns


def close() -> None:
    """End the processes that wait for the next file."""
    _runner().close()


@cache
def _runner() -> Runner:
    return lasting()


def preload() -> None:
    """Load what ``read`` takes."""
    import pandas as pd
    from fastparquet import ParquetFile

    _ = pd, ParquetFile


def read(path: Path, _filename: str, _limits: Limits) -> Frame:
    """The file, in the process that may be ended by it."""
    import io

    from fastparquet import ParquetFile

    content = path.read_bytes()
    if not _is_parquet(content):
        return Frame(problem=_DAMAGED.format("it has no footer"))
    try:
        # From memory: what it cannot read it leaves open.
        file = ParquetFile(io.BytesIO(content))
        if file.fmd.num_rows > MOST_ROWS:
            return Frame(problem=f"has more than {MOST_ROWS:,} rows. Split it.")
        if not _counts_agree(file):
            return Frame(problem=_DAMAGED.format("its counts of rows contradict each other"))
        frame = file.to_pandas(index=False)
        heads = [str(name).encode("utf-8", "replace").decode() for name in frame.columns]
        return Frame(tuple(_column(head, frame.iloc[:, place]) for place, head in enumerate(heads)))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the library raises whatever the bytes lead it to
        return Frame(problem=_DAMAGED.format(type(error).__name__))


def _column(name: str, column: Any) -> Column:
    if name.strip().lower() not in KNOWN:
        return Column(name)
    # True and False are no prices.
    if column.dtype.kind in "fiu":
        return Column(name, column.to_numpy("<f8", na_value=np.nan).tobytes())
    return Column(name, texts=tuple(map(_text, column)))


def _text(value: Any) -> str | None:
    import pandas as pd

    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 - neither NaN nor NaT is
        return None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value).encode("utf-8", "replace").decode()


def _counts_agree(file: Any) -> bool:
    """Whether file, groups and columns say alike how many rows there are. The library makes room
    for those of the groups, and where the columns have fewer it leaves what was in the memory."""
    groups = file.fmd.row_groups or []
    return file.fmd.num_rows == sum(group.num_rows for group in groups) and all(
        column.meta_data.num_values == group.num_rows
        for group in groups
        for column in group.columns
    )


def _is_parquet(content: bytes) -> bool:
    """Whether it begins and ends as Parquet does. The library takes any bytes for a footer, and
    some of them end the process."""
    footer = int.from_bytes(content[-8:-4], "little")
    return content[:4] == content[-4:] == b"PAR1" and 0 < footer <= len(content) - 12
