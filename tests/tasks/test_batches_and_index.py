"""Many documents handed over as one batch, and the search index, through a real worker."""

import subprocess
import sys

import pytest
from sqlalchemy import delete

from tests.tasks.conftest import System, until
from worker_core.arguments import ProcessDocument
from worker_core.operations import batches
from worker_core.operations.batches import BatchProgress, Item
from worker_core.operations.control import cancel
from worker_core.operations.errors import BadQuery, NoBatch, NoDocument
from worker_core.operations.results import TaskResult
from worker_core.operations.search import listed, search
from worker_core.operations.submit import PROCESS, submit
from worker_core.operations.summaries import compare
from worker_core.storage import schema
from worker_core.storage.engine import create_engine, writing

pytestmark = pytest.mark.slow

BATCH = "document_processing.batch_process_documents"
INDEX = "document_processing.update_document_index"


def stored(system: System, text: str) -> dict[str, str]:
    artifact = system.storage.artifacts.put_bytes(text.encode())
    return {"document": artifact.sha256, "filename": "note.txt"}


def item(system: System, text: str) -> Item:
    file = ProcessDocument.model_validate(stored(system, text))
    return Item(file.document, PROCESS, file)


def batch(system: System, files: list[dict[str, str]]) -> TaskResult:
    task = submit(BATCH, {"documents": files}, settings=system.settings)
    outcome = system.outcome(task.task_id)
    assert outcome.state == "SUCCESS", outcome
    return outcome


def ended(system: System, batch_id: str) -> BatchProgress:
    def all_done() -> BatchProgress | None:
        try:
            found = batches.progress(batch_id, settings=system.settings)
        except NoBatch:
            # The ledger hears of the batch's own end a little later.
            return None
        return found if found.done == found.total else None

    return until(all_done)


def followed(system: System, task_id: str) -> bool | None:
    after = system.storage.tasks.follow_ups(task_id)
    return all(one.state == "succeeded" for one in after) or None


def forget_the_index(system: System) -> None:
    engine = create_engine(system.settings.database_url)
    with writing(engine) as connection:
        connection.execute(delete(schema.search_passages))
        connection.execute(delete(schema.index_state))
    engine.dispose()


def test_each_file_of_a_batch_is_a_task_and_one_that_cannot_be_read_fails_alone(
    system: System,
) -> None:
    files = [stored(system, f"Orders for turbine {number} rose.") for number in range(5)]
    bad = system.storage.artifacts.put_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    files.insert(2, {"document": bad.sha256, "filename": "picture.pdf"})
    outcome = batch(system, files)
    assert outcome.result["documents"] == 6
    assert outcome.result["already_processed"] == []
    tasks = outcome.result["tasks"]
    assert len(set(tasks)) == 6
    assert ended(system, outcome.task_id) == BatchProgress(6, 5, 1, 0, 0)
    states = [system.storage.tasks.get(task_id) for task_id in tasks]
    assert [row.state for row in states if row is not None].index("failed") == 2
    for task_id in (tasks[0], tasks[-1]):
        assert len(system.storage.tasks.follow_ups(task_id)) == 2
        until(lambda: followed(system, task_id))  # noqa: B023 - called at once
    assert len(search("turbines", settings=system.settings)) == 5


def test_a_second_batch_skips_what_is_done(system: System) -> None:
    old = stored(system, "The dredger was sold.")
    first = batch(system, [old])
    ended(system, first.task_id)
    until(lambda: followed(system, first.result["tasks"][0]))
    new = stored(system, "The dredger was bought back.")
    second = batch(system, [old, new, new])
    assert second.result["already_processed"] == [old["document"]]
    assert len(second.result["tasks"]) == 1
    assert ended(system, second.task_id).total == 1
    assert len(search("dredger", settings=system.settings)) == 2
    until(lambda: followed(system, second.result["tasks"][0]))
    third = batch(system, [old, new])
    assert third.result["tasks"] == []
    assert ended(system, third.task_id) == BatchProgress(0, 0, 0, 0, 0)


def test_summaries_of_several_documents_are_made_in_one_way_and_of_one_length(
    system: System,
) -> None:
    sentences = (
        "Revenue rose by 12% to $4.5 billion in the quarter.",
        "Earnings per share were $2.10, compared with $1.80 a year earlier.",
        "The company expects revenue of $5 billion for the full year.",
        "Operating margin increased to 31% from 28% in 2023.",
    )
    texts = [" ".join((*sentences[n:], f"Firm {n} has offices.")) for n in range(2)]
    files = [stored(system, text) for text in texts]
    ended(system, batch(system, files).task_id)
    records = [system.storage.documents.by_sha(file["document"]) for file in files]
    ids = [record.id for record in records if record is not None]
    for count in (2, 3):
        asked = compare(count, ids, settings=system.settings)
        assert asked.batch_id is not None
        assert ended(system, asked.batch_id) == BatchProgress(2, 2, 0, 0, 0)
    for count in (2, 3):
        made = compare(count, ids, settings=system.settings)
        assert made.batch_id is None
        assert {one.summary.model_version for one in made.summaries if one.summary} == {
            made.version
        }
        for one, text in zip(made.summaries, texts, strict=True):
            assert one.summary is not None
            assert len(one.summary.sentences) == count
            for sentence in one.summary.sentences:
                assert text[sentence.start : sentence.end] == sentence.text
    system.storage.documents.correct(ids[0], {"ticker": "SUMM", "document_type": "8-K"})
    (mine,) = compare(2, (), ["summ"], "8-k", settings=system.settings).summaries
    assert mine.document.id == ids[0]
    for chosen in ([10**9], []):
        with pytest.raises(NoDocument):
            compare(2, chosen, settings=system.settings)


def test_a_batch_that_is_delivered_again_creates_nothing_twice(system: System) -> None:
    file = item(system, "A hovercraft.")
    ids = [batches.hand_over("again", file, settings=system.settings) for _ in range(3)]
    assert len(set(ids)) == 1
    assert ended(system, "again").total == 1
    until(lambda: followed(system, ids[0]))


def test_a_file_that_is_not_in_the_store_fails_alone(system: System) -> None:
    gone = {"document": "0" * 64, "filename": "gone.pdf"}
    outcome = batch(system, [gone, stored(system, "A capstan.")])
    assert ended(system, outcome.task_id) == BatchProgress(2, 1, 1, 0, 0)
    first, second = batches.items(outcome.task_id, settings=system.settings)
    assert (first.key, first.state, second.state) == ("0" * 64, "failed", "succeeded")
    assert "gone.pdf" in str(first.error) or "no file" in str(first.error)
    assert batches.items(outcome.task_id, 1, 1, settings=system.settings) == (second,)


def test_a_batch_may_be_of_any_task_and_its_items_are_known_by_their_keys(
    system: System,
) -> None:
    done = batch(system, [stored(system, "The tugboat earned more.")])
    ended(system, done.task_id)
    sha256 = batches.items(done.task_id, settings=system.settings)[0].key
    scoring, arguments = "sentiment_analysis.analyze_document_sentiment", {"document": sha256}
    for key in ("first", "again", "first"):
        batches.hand_over("mixed", Item(key, scoring, arguments), settings=system.settings)
    assert ended(system, "mixed") == BatchProgress(2, 2, 0, 0, 0)
    found = batches.items("mixed", settings=system.settings)
    assert [(one.key, one.name) for one in found] == [("first", scoring), ("again", scoring)]


def test_a_cancelled_batch_processes_no_more_files(system: System) -> None:
    # A queue that nobody serves keeps them waiting.
    served = "document_processing"
    system.celery("control", "cancel_consumer", served)
    try:
        for number in range(4):
            file = item(system, f"Windlass {number}.")
            batches.hand_over("stopped", file, settings=system.settings)
        assert batches.cancel("stopped", settings=system.settings) == 4
        assert batches.cancel("stopped", settings=system.settings) == 0
    finally:
        system.celery("control", "add_consumer", served)
    assert ended(system, "stopped") == BatchProgress(4, 0, 0, 4, 0)
    # Its messages still come, and are let fall; what comes after them is served.
    after = batch(system, [stored(system, "A bollard.")])
    assert ended(system, after.task_id).succeeded == 1
    assert search("windlass", settings=system.settings) == ()
    assert cancel(after.task_id, settings=system.settings) == "revoked"


def test_progress_of_a_batch_that_is_not_known_is_refused_in_words(system: System) -> None:
    with pytest.raises(NoBatch, match="no-such"):
        batches.progress("no-such", settings=system.settings)


def test_the_index_takes_in_what_it_does_not_have_and_is_built_anew(system: System) -> None:
    file = stored(system, "The trawler’s quota was halved.")
    ended(system, batch(system, [file]).task_id)
    record = system.storage.documents.by_sha(file["document"])
    assert record is not None
    forget_the_index(system)
    assert search("trawler", settings=system.settings) == ()

    def indexed(**arguments: object) -> int:
        task = submit(INDEX, arguments, settings=system.settings)
        outcome = system.outcome(task.task_id)
        assert outcome.state == "SUCCESS", outcome
        return int(outcome.result["indexed"])

    everything = system.storage.documents.counts()["parsed"]
    assert indexed(document_ids=[record.id, 10**9]) == 1
    (hit,) = search("trawlers", settings=system.settings)
    assert hit.document.id == record.id
    assert indexed() == everything - 1
    assert indexed() == 0
    assert indexed(rebuild=True) == everything
    assert indexed(rebuild=True, document_ids=[record.id]) == 1
    assert len(search("trawlers", settings=system.settings)) == 1


def test_the_command_line_finds_and_lists_documents(system: System) -> None:
    file = stored(system, "A sextant, and a sextant's case.")
    done = batch(system, [file])
    ended(system, done.task_id)

    def afi(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "worker_core", "documents", *words],
            env=system.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    found = afi("search", "sextants", "--json")
    assert found.returncode == 0, found.stderr
    assert file["document"] in found.stdout
    assert '"marks": [[2, 9], [17, 24]]' in found.stdout
    assert "note.txt" in afi("search", "sextant").stdout
    assert afi("search", "sextant", "--since", "2024-01-01").stdout.startswith("No document")
    assert afi("search", "--json", "sextant", "--ticker", "NONE").stdout == ""
    refused = afi("search", "***")
    assert refused.returncode == 1
    assert "no word to look for" in refused.stderr
    assert file["document"] in afi("list", "--json").stdout
    assert "1 of 1 are done: 1 succeeded" in afi("batch", done.task_id).stdout
    assert f"succeeded    {file['document']}" in afi("batch", done.task_id, "--items").stdout
    assert f'"key": "{file["document"]}"' in afi("batch", done.task_id, "--items", "--json").stdout
    assert afi("batch", "no-such").returncode == 1
    assert listed(1, settings=system.settings)[0].sha256 == file["document"]
    forget_the_index(system)
    assert "update_document_index" in afi("search", "sextant").stderr
    with pytest.raises(BadQuery):
        search("", settings=system.settings)
