"""What all trained models share: the file they are kept in, verdicts, and what made them."""

from worker_core.models.bundle import Bundle, ModelDamaged, pack, unpack
from worker_core.models.origin import libraries, seconds_left, set_hash, version_name
from worker_core.models.verdict import Verdict, compare_losses, first_of_its_kind

__all__ = [
    "Bundle",
    "ModelDamaged",
    "Verdict",
    "compare_losses",
    "first_of_its_kind",
    "libraries",
    "pack",
    "seconds_left",
    "set_hash",
    "unpack",
    "version_name",
]
