"""What ``./dev shot`` understands. Loads nothing of the window."""

import argparse
from pathlib import Path
from typing import Final, Literal

PAGES = (
    "overview",
    "tasks",
    "queues",
    "workers",
    "performance",
    "alerts",
    "schedule",
    "documents",
    "insights",
    "models",
    "enqueue",
    "cluster",
    "connections",
    "settings",
    "welcome",
)
ALL = "all"
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")


def parser() -> argparse.ArgumentParser:
    """The words of one picture, or of all."""
    made = argparse.ArgumentParser(prog="./dev shot", description="A page on seeded data.")
    made.add_argument("page", choices=(*PAGES, ALL), help="all: every page in both themes")
    made.add_argument("out", type=Path, help="a PNG file; with all a folder")
    made.add_argument("--theme", choices=THEMES, default="light")
    made.add_argument(
        "--size", default="1280x800", help="width x height, in pixels of a screen at 100 %%"
    )
    made.add_argument(
        "--scale",
        type=float,
        default=1.0,
        help="of the screen: 1.5 is 150 %%, and the picture has so many times the pixels",
    )
    made.add_argument(
        "--load", type=float, metavar="EVENTS", help="events a second that arrive meanwhile"
    )
    made.add_argument(
        "--after", type=float, default=45.0, help="seconds of load before the picture (45)"
    )
    made.add_argument(
        "--open",
        metavar="WHAT",
        help="a search on the Tasks page; on Documents: reader, figures, search or compare; "
        "on Insights: compare, risk or anomaly; "
        "on Models a kind and a tab, as sentiment:Figures; on Alerts the name of a rule",
    )
    return made
