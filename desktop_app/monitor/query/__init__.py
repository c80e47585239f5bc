"""The language in which tasks are searched for.

``state:failed task:forecast* runtime:>5 age:<1h not worker:gpu "free text"`` is parsed into a
``Query``, which is run over the rows held in memory or over the history, and finds the same in
both.
"""

from desktop_app.monitor.query.complete import Completion, Vocabulary, complete
from desktop_app.monitor.query.describe import describe
from desktop_app.monitor.query.errors import QuerySyntaxError
from desktop_app.monitor.query.nodes import EVERYTHING, Query
from desktop_app.monitor.query.parser import parse
from desktop_app.monitor.query.predicate import compile_rows
from desktop_app.monitor.query.sql import compile_sql
from desktop_app.monitor.query.unparse import unparse

__all__ = [
    "EVERYTHING",
    "Completion",
    "Query",
    "QuerySyntaxError",
    "Vocabulary",
    "compile_rows",
    "compile_sql",
    "complete",
    "describe",
    "parse",
    "unparse",
]
