"""The wheel and the source archive, for those who have a Python."""

import subprocess
import sys
from pathlib import Path


def build(root: Path, target: Path, *kinds: str) -> list[Path]:
    """Build ``wheel`` and ``sdist`` into ``target``, without a network."""
    before = set(target.glob("*"))
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target)]
    subprocess.run(
        [*command, *(f"--{kind}" for kind in kinds), str(root)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    made = {path for path in target.glob("*") if path.suffix in {".whl", ".gz"}}
    return sorted(made - before) or sorted(made)
