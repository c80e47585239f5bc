"""The process that reads documents has limits of its own, and leaves nothing behind."""

import subprocess
import sys
from pathlib import Path

import pytest

from worker_core import documents
from worker_core.documents import DocumentError, Limits
from worker_core.documents.runners import Hosts

CONFINED = """
import resource
from worker_core.documents import Limits
from worker_core.documents.confinement import confine
from worker_core.tasks.processes import limit_memory

limit_memory(300)
assert resource.getrlimit(resource.RLIMIT_DATA)[0] == 300 * 2**20
limit_memory(4096)
assert resource.getrlimit(resource.RLIMIT_DATA)[0] == 300 * 2**20
limit_memory(0)
confine(Limits(memory_mb=1024))
held = bytearray(600 * 2**20)
held[::4096] = b"x" * len(held[::4096])
print("held")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory")
def test_the_memory_of_the_worker_is_not_that_of_a_document() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", CONFINED], capture_output=True, text=True, check=False
    )
    assert answer.stdout.strip() == "held", answer.stderr


def test_a_document_that_is_stopped_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, filing = tmp_path / "tmp", tmp_path / "long.html"
    temporary.mkdir()
    filing.write_text("<p>A sentence that goes on.</p>" * 300_000)
    monkeypatch.setenv("TMPDIR", str(temporary))
    runner = Hosts()
    try:
        with pytest.raises(DocumentError) as caught:
            documents.parse(filing, filing.name, Limits(wall_seconds=0.05), runner=runner)
    finally:
        runner.close()
    assert caught.value.code == "timeout"
    assert list(temporary.iterdir()) == []
