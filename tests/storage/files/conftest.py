"""Stores of each kind, and a file to put there."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from tests.storage.files.stored import CONTENT
from worker_core.storage import Artifacts


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
