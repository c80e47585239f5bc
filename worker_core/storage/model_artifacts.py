"""Files of trained models: stored by content, and read back only as they were stored."""

import hashlib

from worker_core.storage.artifacts import Artifact, Artifacts
from worker_core.storage.errors import ArtifactError
from worker_core.storage.model_records import ModelRecord

_AGAIN = "Train the model again, or roll back to the one before it."


def kept(artifacts: Artifacts, data: bytes) -> Artifact:
    """Store a file, unless it is there."""
    sha256 = hashlib.sha256(data).hexdigest()
    if artifacts.exists(sha256):
        return Artifact(sha256, len(data))
    return artifacts.put_bytes(data)


def read_back(artifacts: Artifacts, record: ModelRecord, largest: int) -> bytes:
    """The file of ``record``, of at most ``largest`` bytes.

    Raises:
        ArtifactError: there is none, or it is not what was stored.
    """
    name = f"The file of the model {record.version}"
    if record.artifact_sha256 is None:
        raise ArtifactError("missing", f"{name} does not exist: it was kept without one.", _AGAIN)
    if (record.artifact_bytes or 0) > largest:
        raise ArtifactError("too_large", f"{name} is larger than {largest >> 20} MiB.", _AGAIN)
    with artifacts.open(record.artifact_sha256) as file:
        # One byte more, to see whether it has grown.
        data = file.read((record.artifact_bytes or 0) + 1)
    if hashlib.sha256(data).hexdigest() != record.artifact_sha256:
        raise ArtifactError("damaged", f"{name} is not what was stored.", _AGAIN)
    return data
