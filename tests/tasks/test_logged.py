"""What a task logs can be read by its id, from a real worker."""

import resources
from tests.tasks.conftest import System, until
from worker_core.operations.connection import client
from worker_core.operations.submit import submit
from worker_core.operations.task_log import KEPT, TaskLog, log_key, task_log

MISSING = "0" * 64
NAME = "document_processing.process_document"


def test_a_task_that_logged_nothing_has_no_lines(system: System) -> None:
    arguments = {"document": MISSING, "filename": "missing.txt"}
    task_id = submit(NAME, arguments, settings=system.settings).task_id
    system.outcome(task_id)
    assert task_log(task_id, settings=system.settings) == TaskLog((), cut=False)
    assert task_log("unheard-of", settings=system.settings).lines == ()


def test_what_a_task_logged_is_read_by_its_id(system: System) -> None:
    sample = resources.sample_documents()[0]
    sha256 = system.storage.artifacts.put_file(sample.path, 2**30).sha256
    arguments = {"document": sha256, "filename": sample.path.name}
    task_id = submit(NAME, arguments, settings=system.settings).task_id
    system.outcome(task_id)
    line = until(lambda: next(iter(task_log(task_id, settings=system.settings).lines), None))
    assert line.level == "INFO"
    assert sample.path.name in line.text
    assert system.settings.broker_url is not None
    with client(system.settings.broker_url) as redis:
        assert 0 < redis.ttl(log_key(task_id)) <= system.settings.result_expires_s


def test_what_is_not_a_line_is_passed_over(system: System) -> None:
    assert system.settings.broker_url is not None
    with client(system.settings.broker_url) as redis:
        redis.rpush(log_key("odd"), b"\x80pickle", b'[1.5,"INFO","a","text"]', b'{"at":1}')
        (line,) = task_log("odd", settings=system.settings).lines
        redis.delete(log_key("odd"))
        redis.rpush(log_key("much"), *[b'[1.5,"INFO","a","text"]'] * KEPT)
        assert task_log("much", settings=system.settings).cut
        redis.delete(log_key("much"))
    assert (line.at, line.level, line.text) == (1.5, "INFO", "text")
