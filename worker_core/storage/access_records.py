"""Users, tokens, the audit log and whose a document is, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from worker_core.storage.records import DocumentRecord, NewTask, TaskRecord

Role = Literal["analyst", "operator", "admin"]


@dataclass(frozen=True, slots=True)
class UserRecord:
    """Somebody who may use the API. A disabled user's tokens are worth nothing."""

    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token without its secret. ``id`` is the part of it that may be shown."""

    id: str
    user_name: str
    note: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What somebody did or wanted to do: ``actor`` with ``token`` from ``address``, to
    ``subject``, and what came of it. An empty text stands for what is not known."""

    at: datetime
    action: str
    outcome: str
    actor: str = ""
    token: str = ""
    subject: str = ""
    address: str = ""
    request_id: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry with its number in the log."""

    id: int
    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class OwnedDocument:
    """A document as one owner has it: under the name and at the time of the owner's own upload.
    ``document`` is None until it was taken up by a worker."""

    sha256: str
    filename: str
    added_at: datetime
    document: DocumentRecord | None


@dataclass(frozen=True, slots=True)
class Intake:
    """All that one submission writes, together or not at all."""

    task: NewTask
    follow_ups: Sequence[NewTask] = ()
    audit: AuditEntry | None = None
    document: "Claim | None" = None


@dataclass(frozen=True, slots=True)
class Claim:
    """That ``owner`` handed in the content ``sha256`` under the name ``filename``."""

    owner: str
    sha256: str
    filename: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an intake: the ledger's record, which is an earlier one's where the id or
    the idempotency key was known, and those that follow it."""

    record: TaskRecord
    follow_ups: tuple[TaskRecord, ...]
    is_new: bool
