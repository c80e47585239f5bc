"""Celery applications that tests make for themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Celery
from kombu import pools


@contextmanager
def application(name: str, **options: Any) -> Iterator[Celery]:
    """One that is nobody's current application, and whose sockets are closed at the end: Celery's
    ``close`` alone leaves them to the collector, which complains of them in some later test."""
    app = Celery(name, set_as_current=False, **options)
    try:
        yield app
    finally:
        if app.conf.result_backend:
            app.backend.result_consumer.stop()
            app.backend.client.connection_pool.disconnect()
        app.close()
        pools.reset()  # they are the process's, and none is in use between tests
