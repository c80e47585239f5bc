"""One thread for what computes: several workers share the processors."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module


@contextmanager
def one_thread() -> Iterator[None]:
    """Within the block the libraries use one thread each. A thread a core is for whoever has the
    machine alone; here they would wait for each other."""
    from threadpoolctl import threadpool_limits

    # What is loaded later is not limited.
    import_module("sklearn.ensemble")
    with threadpool_limits(limits=1):
        yield
