"""Optional parts of the project, and how they are added to the installation that runs."""

import sys
from importlib import metadata
from typing import Literal

Extra = Literal["otel", "onnx", "yfinance"]


def how_to_add(extra: Extra) -> str:
    """What to do so that ``extra`` is there, as a sentence."""
    if getattr(sys, "frozen", False):
        return (
            "The packaged program cannot be given it: install the wheel in its place, with "
            f"uv tool install 'FILE[{extra}]'."
        )
    try:
        metadata.distribution("afi-desk")
    except metadata.PackageNotFoundError:
        add = f"uv pip install --python .venv -r pyproject.toml --extra {extra}"
        return f"Add it to the checkout's environment: .venv/bin/{add}."
    return f"Install the wheel again with it: uv tool install --force 'FILE[{extra}]'."
