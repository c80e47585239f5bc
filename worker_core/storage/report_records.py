"""What the repository of reports hands out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ReportKind = Literal["system", "company"]


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """A report that was made by the task ``task_id``."""

    task_id: str
    kind: ReportKind
    subject: str
    title: str
    about: str
    made_at: datetime
    html_sha256: str
    html_bytes: int
    pdf_sha256: str
    pdf_bytes: int
