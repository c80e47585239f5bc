"""What is left of writing that was broken off: by a kill, by a full disk."""

import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from tests.storage.files.stored import CONTENT, LIMIT, MIB, Start, sha256_of, stored_files
from worker_core.storage import Artifacts

PUT = """
import sys
from worker_core.storage import Artifacts

def progress(done, total):
    print(done, flush=True)
    sys.stdin.readline()

Artifacts(sys.argv[1]).put_file(sys.argv[2], 10**9, progress)
"""


def test_a_writer_that_is_killed_leaves_nothing_to_be_seen(
    local: Artifacts, base: Path, report: Path, start: Start
) -> None:
    process = start(PUT, str(base), str(report))
    assert process.stdout is not None
    assert process.stdout.readline() == f"{MIB}\n"
    process.kill()
    process.wait(60)
    assert not local.exists(sha256_of(CONTENT))
    leftovers = stored_files(base)
    assert [path.parent for path in leftovers] == [base / ".incoming"]
    assert local.sweep() == 0
    assert local.sweep(older_than_s=0) == 1
    assert stored_files(base) == []
    assert local.put_file(report, LIMIT).sha256 == sha256_of(CONTENT)


def test_leftovers_in_another_store_are_removed_too() -> None:
    name = secrets.token_hex(8)
    artifacts = Artifacts(f"memory://{name}")
    assert artifacts.sweep(0) == 0
    sha256 = artifacts.put_bytes(CONTENT).sha256
    MemoryFileSystem().pipe_file(f"/{name}/.incoming/000000000001-ab.part", b"half")
    MemoryFileSystem().pipe_file(f"/{name}/.incoming/not ours", b"half")
    assert artifacts.sweep() == 1
    assert artifacts.sweep(0) == 0
    assert artifacts.exists(sha256)


FULL = """
import sys
from worker_core.storage import ArtifactError, Artifacts, Storage, StorageError

base, report, limited = sys.argv[1:]
if limited:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limited), int(limited)))
with Storage.open(f"sqlite:///{base}/afi.sqlite3", base + "/artifacts") as storage:
    try:
        storage.artifacts.put_file(report, 10**9)
    except ArtifactError as error:
        print(error.code)
    storage.documents.register("0" * 64, "a", 1, "text/plain", "t")
    try:
        storage.documents.save_parsed("0" * 64, text="x" * 9**7, sections=[], parser_version="1")
    except StorageError as error:
        print(error.code, error.remedy)
    print(storage.documents.get(1).status)
    storage.documents.save_failure("0" * 64, "disk_full", "No space.", "Free some.")
    print(storage.documents.get(1).status)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no limit on file sizes")
def test_a_limit_on_file_sizes_is_explained_and_nothing_half_written_stays(
    base: Path, report: Path, start: Start
) -> None:
    base.mkdir()
    process = start(FULL, str(base), str(report), "2000000")
    output, errors = process.communicate(timeout=100)
    assert errors == ""
    # SQLite does not tell this limit from a broken disk.
    assert output.splitlines() == [
        "disk_full",
        "failed See that the disk is connected and not full, then try again.",
        "pending",
        "failed",
    ]
    assert [path.name for path in stored_files(base)] == ["afi.sqlite3"]


def test_a_full_disk_is_explained_and_nothing_half_written_stays(
    base: Path, report: Path, start: Start
) -> None:
    base.mkdir()
    mount = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o size=2m none "$0" && "$@"']
    mount.append(str(base))
    if not shutil.which("unshare") or subprocess.run([*mount, "true"], check=False).returncode:
        pytest.skip("this user may not mount a small disk to fill")
    listing = (
        "import subprocess, sys; from pathlib import Path\n"
        f"subprocess.run([sys.executable, '-c', {FULL!r}, *sys.argv[1:], ''], check=True)\n"
        "print([path for path in Path(sys.argv[1], 'artifacts').rglob('*') if path.is_file()])\n"
    )
    answer = subprocess.run(
        [*mount, sys.executable, "-c", listing, str(base), str(report)],
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert answer.stderr == ""
    assert answer.stdout.splitlines() == [
        "disk_full",
        "disk_full Free some space and try again. Nothing was changed.",
        "pending",
        "failed",
        "[]",
    ]
