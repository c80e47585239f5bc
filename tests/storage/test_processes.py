"""Several processes on one database: workers write, a worker forks, a writer is killed."""

import os
import subprocess
from collections.abc import Callable

import pytest

from worker_core.storage import Storage

# Each of the four writes the same thirty documents, so that they meet at every row.
WRITER = """
import hashlib, sys
from worker_core.storage import Section, SentimentScore, SentimentSentence, Storage, SummarySentence

print("ready", flush=True)
sys.stdin.readline()
with Storage.open(sys.argv[1], "unused") as storage:
    documents = storage.documents
    for number in range(30):
        sha256 = hashlib.sha256(str(number).encode()).hexdigest()
        record = documents.register(sha256, f"{number}.txt", 10, "text/plain", sys.argv[2])
        documents.save_parsed(
            sha256, text="A sentence. " * 50, parser_version="1",
            sections=[Section(f"s{n}", "", n, n + 1) for n in range(20)],
        )
        documents.save_sentiment(
            record.id, "m", [SentimentScore("", "", 0, 1, 0, 0, 50)],
            [SentimentSentence(n * 12, n * 12 + 11, 0.0, "neutral") for n in range(50)],
        )
        documents.save_summary(record.id, "m", [SummarySentence(0, 11, "A sentence.", 1.0)])
"""

FORKING = """
import os, sys, threading, traceback
from worker_core.storage import Storage

storage = Storage.open(sys.argv[1], "unused")
storage.documents.register("f" * 64, "parent", 1, "text/plain", "parent")

# A thread that is inside a transaction while the process forks.
inside, leave = threading.Event(), threading.Event()

def hold():
    from worker_core.storage.engine import reading
    with reading(storage._engine) as connection:
        connection.exec_driver_sql("SELECT count(*) FROM documents").all()
        inside.set()
        leave.wait()
        connection.exec_driver_sql("SELECT count(*) FROM documents").all()

thread = threading.Thread(target=hold)
thread.start()
inside.wait()

children = []
for child in range(4):
    pid = os.fork()
    if pid == 0:
        try:
            for number in range(20):
                storage.documents.register(f"{child:032d}{number:032d}", "c", 1, "text/plain", "c")
            storage.close()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    children.append(pid)
    storage.documents.register("e" * 63 + str(child), "p", 1, "text/plain", "p")
leave.set()
thread.join()
codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
assert codes == [0, 0, 0, 0], codes
assert storage.documents.counts()["pending"] == 1 + 4 * 20 + 4, storage.documents.counts()
storage.close()
"""

KILLED = """
import sys
from worker_core.storage import Storage, schema
from worker_core.storage.engine import writing

storage = Storage.open(sys.argv[1], "unused")
storage.documents.register("a" * 64, "a", 1, "text/plain", "t")
with writing(storage._engine) as connection:
    connection.execute(schema.documents.update().values(filename="half written"))
    print("writing", flush=True)
    sys.stdin.readline()
"""


Start = Callable[..., "subprocess.Popen[str]"]


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_four_processes_write_the_same_documents_at_once_without_an_error(
    database_url: str, start: Start
) -> None:
    processes = [start(WRITER, database_url, f"task-{number}") for number in range(4)]
    for process in processes:
        assert line_of(process) == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    endings = [(process.communicate(timeout=200)[1], process.returncode) for process in processes]
    assert endings == [("", 0)] * 4
    with Storage.open(database_url, "unused") as storage:
        assert storage.documents.counts() == {"pending": 0, "parsed": 30, "failed": 0}
        for record in storage.documents.list():
            assert len(storage.documents.sources(record.id)) == 4
            assert len(storage.documents.sections(record.id)) == 20
            assert len(storage.documents.sentiment_sentences(record.id)) == 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_storage_that_was_opened_before_a_fork_works_on_both_sides(
    database_url: str, start: Start
) -> None:
    process = start(FORKING, database_url)
    errors = process.communicate(timeout=200)[1]
    assert (errors, process.returncode) == ("", 0)


def test_a_writer_that_is_killed_leaves_nothing_half_done_and_no_lock(
    database_url: str, start: Start
) -> None:
    process = start(KILLED, database_url)
    assert line_of(process) == "writing\n"
    process.kill()
    process.communicate(timeout=60)
    with Storage.open(database_url, "unused") as storage:
        record = storage.documents.by_sha("a" * 64)
        assert record is not None
        assert record.filename == "a"
        storage.documents.save_failure("a" * 64, "empty", "It is empty.", "Look at it.")
