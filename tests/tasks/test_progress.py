"""A task's word of how far it is, where nobody can take it."""

import logging
from pathlib import Path

import pytest

from tests.applications import application
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client
from worker_core.tasks.base import Run


@pytest.mark.filterwarnings("ignore:Call to deprecated setex")  # it is Celery that calls it
def test_progress_that_a_full_store_of_results_does_not_take_fails_no_task(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broker = EmbeddedBroker(tmp_path)
    url = broker.start()
    try:
        with client(url) as redis:
            redis.config_set("maxmemory", "1")
        with application("progress", broker=url, backend=url) as app:

            @app.task(name="work", shared=False)  # type: ignore[untyped-decorator]  # Celery's
            def work() -> None: ...

            work.push_request(id="one", hostname="here")
            with caplog.at_level(logging.WARNING):
                Run(work).progress("half", 0.5)
            work.pop_request()
        assert "Progress of one was not reported" in caplog.text
    finally:
        broker.stop()
