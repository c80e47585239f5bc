"""Celery applications that tests make for themselves."""

from celery import Celery
from kombu import pools


def let_go(app: Celery) -> None:
    """Close all its sockets now: ``close`` alone leaves them to the collector, which complains of
    them in some later test."""
    backend = app.backend
    backend.result_consumer.stop()
    backend.client.connection_pool.disconnect()
    app.close()
    pools.reset()  # they are the process's, and none is in use between tests
