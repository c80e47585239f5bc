"""What a worker's processes share: libraries that are imported before the first of them is forked.

Four processes that import pandas, scikit-learn and statsmodels each for itself hold four copies,
and each keeps its first task waiting for the imports.
"""

import gc
import importlib
import logging
import time
from collections.abc import Iterable

log = logging.getLogger(__name__)


def preload(modules: Iterable[str]) -> None:
    """Import ``modules``; one that cannot be imported is left to the task that needs it."""
    start, loaded = time.perf_counter(), 0
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError as error:
            log.warning("%s could not be loaded before the first task: %s", name, error)
        else:
            loaded += 1
    if loaded:
        log.info("Loaded %d modules in %.1f s.", loaded, time.perf_counter() - start)


def freeze() -> None:
    """Take what lives now out of the sight of garbage collection, for good.

    A collection writes into the head of every object that it looks at, so a child that collects
    would get a page of its own for each page of objects that it shares with its parent.
    """
    gc.collect()
    gc.freeze()
