"""Files kept by their content, in a folder and behind fsspec."""

import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from tests.storage.files.stored import CONTENT, LIMIT, sha256_of, stored_files
from worker_core.storage import Artifact, ArtifactError, Artifacts, StorageError


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
