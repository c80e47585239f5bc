"""Whether a symbol's bars are still those of its block. Without NumPy, as not everybody who changes
bars computes with them."""

from sqlalchemy import Connection, delete, update

from worker_core.storage.schema import bar_blocks as _blocks
from worker_core.storage.schema import symbols as _symbols


def outdate(connection: Connection, symbol: str) -> None:
    """Note that bars of the symbol are not what they were: its block is good no more. The next one
    takes its place."""
    connection.execute(
        update(_symbols).where(_symbols.c.symbol == symbol).values(revision=_symbols.c.revision + 1)
    )


def remove(connection: Connection, symbol: str) -> None:
    """Forget a symbol's block."""
    connection.execute(delete(_blocks).where(_blocks.c.symbol == symbol))
