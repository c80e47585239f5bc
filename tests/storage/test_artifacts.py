"""Files kept by their content, in a folder and behind fsspec."""

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from worker_core.storage import Artifact, ArtifactError, Artifacts, StorageError

Start = Callable[..., "subprocess.Popen[str]"]

MIB = 1024 * 1024
LIMIT = 10 * MIB
CONTENT = b"Annual report. " * 200_000


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def stored_files(base: Path) -> list[Path]:
    return sorted(path for path in base.rglob("*") if path.is_file())


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tmp_path / "artifacts"


@pytest.fixture(params=["folder", "file://", "memory://"])
def artifacts(request: pytest.FixtureRequest, base: Path) -> Iterator[Artifacts]:
    if request.param == "folder":
        yield Artifacts(base)
    elif request.param == "file://":
        yield Artifacts(f"file://{base}")
    else:
        name = secrets.token_hex(8)
        yield Artifacts(f"memory://{name}/afi")
        memory = MemoryFileSystem()
        for path in memory.find(f"/{name}"):
            memory.rm_file(path)


@pytest.fixture
def local(base: Path) -> Artifacts:
    return Artifacts(base)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_bytes(CONTENT)
    return path


def refused(artifacts: Artifacts, path: Path | str, limit: int = LIMIT) -> ArtifactError:
    with pytest.raises(ArtifactError) as caught:
        artifacts.put_file(path, limit)
    assert caught.value.remedy.endswith(".")
    return caught.value


def test_a_stored_file_comes_back_as_it_was(artifacts: Artifacts, report: Path) -> None:
    artifact = artifacts.put_file(report, LIMIT)
    assert artifact == Artifact(sha256_of(CONTENT), len(CONTENT))
    assert artifacts.exists(artifact.sha256)
    assert artifacts.size(artifact.sha256) == len(CONTENT)
    with artifacts.open(artifact.sha256) as file:
        assert file.read() == CONTENT
    with artifacts.local_path(artifact.sha256.upper()) as path:
        assert path.read_bytes() == CONTENT


def test_bytes_and_a_file_of_the_same_content_are_one(artifacts: Artifacts, report: Path) -> None:
    assert artifacts.put_bytes(CONTENT) == artifacts.put_file(report, LIMIT)
    assert artifacts.put_bytes(b"").bytes == 0


def test_a_removed_file_is_gone(artifacts: Artifacts) -> None:
    sha256 = artifacts.put_bytes(CONTENT).sha256
    assert artifacts.delete(sha256)
    assert not artifacts.exists(sha256)
    assert not artifacts.delete(sha256)


def test_a_missing_file_is_said_to_be_missing(artifacts: Artifacts) -> None:
    artifacts.put_bytes(CONTENT)
    address = "0" * 64
    assert not artifacts.exists(address)
    with pytest.raises(ArtifactError) as opening:
        artifacts.open(address)
    with pytest.raises(ArtifactError) as fetching, artifacts.local_path(address):
        pass
    with pytest.raises(ArtifactError) as weighing:
        artifacts.size(address)
    for caught in (opening, fetching, weighing):
        assert caught.value.code == "missing"
        assert address in caught.value.message
        assert "AFI_ARTIFACTS_URL" in caught.value.remedy


@pytest.mark.parametrize(
    "address", ["", "..", "../" * 21 + "x", "/etc/passwd", "0" * 65, "é" * 64, "0" * 64 + "\n"]
)
def test_an_address_that_is_no_hash_reaches_no_file(artifacts: Artifacts, address: str) -> None:
    for use in (artifacts.open, artifacts.local_path, artifacts.exists, artifacts.delete):
        with pytest.raises(StorageError) as caught:
            use(address)
        assert caught.value.code == "bad_hash"


def test_a_local_store_gives_its_own_file(local: Artifacts, base: Path) -> None:
    sha256 = local.put_bytes(CONTENT).sha256
    with local.local_path(sha256) as path:
        assert path == base / sha256[:2] / sha256
    assert path.exists()


def test_a_copy_from_another_store_is_removed_after_use() -> None:
    artifacts = Artifacts(f"memory://{secrets.token_hex(8)}")
    sha256 = artifacts.put_bytes(CONTENT).sha256
    with artifacts.local_path(sha256) as path:
        assert path.read_bytes() == CONTENT
    assert not path.exists()
    artifacts.delete(sha256)


def test_a_copy_that_is_not_what_was_stored_is_refused() -> None:
    name = secrets.token_hex(8)
    artifacts = Artifacts(f"memory://{name}")
    sha256 = artifacts.put_bytes(CONTENT).sha256
    MemoryFileSystem().pipe_file(f"/{name}/{sha256[:2]}/{sha256}", b"tampered")
    with pytest.raises(ArtifactError) as caught, artifacts.local_path(sha256):
        pass
    assert caught.value.code == "damaged"
    assert artifacts.put_bytes(CONTENT).sha256 == sha256
    with artifacts.local_path(sha256) as path:
        assert path.read_bytes() == CONTENT


def test_progress_counts_up_to_the_size(artifacts: Artifacts, report: Path) -> None:
    steps: list[tuple[int, int]] = []
    artifacts.put_file(report, LIMIT, lambda done, total: steps.append((done, total)))
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert {total for _, total in steps} == {len(CONTENT)}
    assert steps[-1][0] == len(CONTENT)
    assert len(steps) > 1


def test_an_error_in_the_progress_callback_stores_nothing(
    local: Artifacts, base: Path, report: Path
) -> None:
    def stop(_done: int, _total: int) -> None:
        raise ConnectionResetError("the broker went away")

    with pytest.raises(ConnectionResetError):
        local.put_file(report, LIMIT, stop)
    assert stored_files(base) == []


def test_a_file_that_is_no_longer_there_is_refused(local: Artifacts, tmp_path: Path) -> None:
    error = refused(local, tmp_path / "moved away.pdf")
    assert error.code == "vanished"
    assert "moved away.pdf is no longer there" in error.message
    assert refused(local, "nul\x00byte.pdf").code == "vanished"


def test_an_empty_file_is_refused_with_what_to_do_next(local: Artifacts, tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    error = refused(local, tmp_path / "empty.pdf")
    assert error.code == "empty"
    assert "empty.pdf is empty" in error.message


def test_a_folder_is_refused(local: Artifacts, tmp_path: Path) -> None:
    error = refused(local, tmp_path)
    assert error.code == "not_a_file"
    assert "Add the files in it" in error.remedy


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_that_nobody_writes_to_is_refused_without_waiting(
    local: Artifacts, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refused(local, tmp_path / "pipe").code == "not_a_file"
    assert refused(local, os.devnull).code == "not_a_file"


def test_a_file_above_the_limit_is_refused_before_it_is_read(
    local: Artifacts, report: Path
) -> None:
    steps: list[int] = []
    with pytest.raises(ArtifactError) as caught:
        local.put_file(report, 1 * MIB, lambda done, _total: steps.append(done))
    assert caught.value.code == "too_large"
    assert "2.9 MiB" in caught.value.message
    assert "1.0 MiB" in caught.value.message
    assert steps == []
    local.put_file(report, len(CONTENT))


def test_a_file_that_grows_past_the_limit_while_it_is_read_is_refused(
    local: Artifacts, base: Path, report: Path
) -> None:
    def grow(_done: int, _total: int) -> None:
        with report.open("ab") as file:
            file.write(b"x" * MIB)

    with pytest.raises(ArtifactError) as caught:
        local.put_file(report, 4 * MIB, grow)
    assert caught.value.code == "too_large"
    assert stored_files(base) == []


def test_a_file_that_changes_while_it_is_read_is_refused(
    local: Artifacts, base: Path, report: Path
) -> None:
    def append() -> None:
        with report.open("ab") as file:
            file.write(b"one more line")

    def overwrite() -> None:
        report.write_bytes(b"y" * len(CONTENT))

    def shorten() -> None:
        os.truncate(report, 10)

    def replace() -> None:
        new = report.with_suffix(".new")
        new.write_bytes(CONTENT)
        new.replace(report)

    for change in (append, overwrite, shorten, replace):
        report.write_bytes(CONTENT)
        changes = iter([change])

        def once(_done: int, _total: int, changes: Iterator[Callable[[], None]] = changes) -> None:
            next(changes, lambda: None)()

        with pytest.raises(ArtifactError) as caught:
            local.put_file(report, LIMIT, once)
        assert caught.value.code == "changed", change
        assert stored_files(base) == []


def test_a_file_that_vanishes_while_it_is_read_is_refused(
    local: Artifacts, base: Path, report: Path
) -> None:
    with pytest.raises(ArtifactError) as caught:
        local.put_file(report, LIMIT, lambda _done, _total: report.unlink(missing_ok=True))
    assert caught.value.code == "vanished"
    assert stored_files(base) == []


def test_a_file_that_may_not_be_read_is_refused(
    as_ordinary_user: Callable[[], Path],
) -> None:
    folder = as_ordinary_user()
    secret = folder / "secret.pdf"
    secret.write_bytes(CONTENT)
    secret.chmod(0)
    error = refused(Artifacts(folder / "artifacts"), secret)
    assert error.code == "no_permission"
    locked = folder / "locked"
    locked.mkdir()
    (locked / "inside.pdf").write_bytes(CONTENT)
    locked.chmod(0)
    assert refused(Artifacts(folder / "artifacts"), locked / "inside.pdf").code == "no_permission"


def test_a_store_that_may_not_be_written_is_explained(
    as_ordinary_user: Callable[[], Path],
) -> None:
    folder = as_ordinary_user()
    folder.chmod(0o500)
    with pytest.raises(ArtifactError) as caught:
        Artifacts(folder / "artifacts").put_bytes(CONTENT)
    assert caught.value.code == "store_unavailable"
    assert "AFI_ARTIFACTS_URL" in caught.value.remedy


def test_a_file_in_the_place_of_the_store_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ArtifactError) as caught:
        Artifacts(tmp_path / "file").put_bytes(CONTENT)
    assert caught.value.code == "store_unavailable"


@pytest.mark.parametrize("url", ["nosuch://user:secret@host/afi", "sftp://user:secret@host/afi"])
def test_a_store_without_a_driver_is_explained(url: str) -> None:
    with pytest.raises(ArtifactError) as caught:
        Artifacts(url).exists("0" * 64)
    assert caught.value.code == "store_unavailable"
    assert "secret" not in caught.value.message
    assert "://host/afi" in caught.value.message


def test_threads_that_store_the_same_file_agree(
    artifacts: Artifacts, base: Path, report: Path
) -> None:
    found: list[Artifact] = []
    threads = [
        threading.Thread(target=lambda: found.append(artifacts.put_file(report, LIMIT)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Artifact(sha256_of(CONTENT), len(CONTENT))] * 8
    assert len(stored_files(base)) <= 1
    assert artifacts.sweep(0) == 0


def test_a_stored_file_that_was_cut_short_is_mended_by_the_next_one(
    local: Artifacts, report: Path
) -> None:
    sha256 = local.put_file(report, LIMIT).sha256
    with local.local_path(sha256) as path:
        os.truncate(path, 100)
    local.put_file(report, LIMIT)
    with local.open(sha256) as file:
        assert file.read() == CONTENT


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
