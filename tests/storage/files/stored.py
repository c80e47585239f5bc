"""What is stored, and how it is looked at."""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from worker_core.storage import ArtifactError, Artifacts

Start = Callable[..., "subprocess.Popen[str]"]


MIB = 1024 * 1024


LIMIT = 10 * MIB


CONTENT = b"Annual report. " * 200_000


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def stored_files(base: Path) -> list[Path]:
    return sorted(path for path in base.rglob("*") if path.is_file())


def refused(artifacts: Artifacts, path: Path | str, limit: int = LIMIT) -> ArtifactError:
    with pytest.raises(ArtifactError) as caught:
        artifacts.put_file(path, limit)
    assert caught.value.remedy.endswith(".")
    return caught.value
