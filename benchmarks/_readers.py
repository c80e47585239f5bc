"""Other readers of filings, on the same files in the same run."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks._peers import PeerMissingError, ask

_TEXT = """
import time
seconds = 0.0
for path in given["files"]:
    data = open(path, "rb").read()
    text = data.decode("utf-8", "replace")
    {work}  # warm
    began = time.process_time()
    {work}
    seconds += time.process_time() - began
answer({{"seconds": seconds}})
"""
_EDGARTOOLS = """
import time
from edgar.documents import HTMLParser, ParserConfig
seconds, items = 0.0, {}
for path in given["files"]:
    text = open(path, encoding="utf-8", errors="replace").read()
    form = given["forms"].get(path)
    began = time.process_time()
    parsed = HTMLParser(ParserConfig(form=form)).parse(text)
    parsed.text()
    found = list(parsed.sections.values()) if form else []
    seconds += time.process_time() - began
    if form:
        items[path] = [[one.part, one.item] for one in found if one.item]
answer({"seconds": seconds, "items": items})
"""
_READERS = {
    "selectolax": (
        ("selectolax==1.0.2",),
        "from selectolax.lexbor import LexborHTMLParser\n"
        + _TEXT.format(work="LexborHTMLParser(data).text()"),
    ),
    "beautifulsoup": (
        ("beautifulsoup4==4.15.0", "lxml==6.1.3"),
        "from bs4 import BeautifulSoup\n"
        + _TEXT.format(work='BeautifulSoup(text, "lxml").get_text()'),
    ),
    "trafilatura": (
        ("trafilatura==2.3.1",),
        "import trafilatura\n" + _TEXT.format(work="trafilatura.extract(text)"),
    ),
    "edgartools": (("edgartools==5.62.1",), _EDGARTOOLS),
}


def readers(
    files: Sequence[Path], items: Mapping[Path, tuple[str, set[str]]]
) -> dict[str, float | int]:
    """Speed of each reader, in millions of bytes a processor second.

    Args:
        files: HTML; edgartools alone looks for items in them, the others give text only.
        items: of annual and quarterly reports the form, and the items that we found.
    """
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    given = {
        "files": [str(path) for path in files],
        "forms": {str(path): form for path, (form, _) in items.items()},
    }
    figures: dict[str, float | int] = {}
    for name, (packages, script) in _READERS.items():
        try:
            told = ask(packages, script, given)
        except PeerMissingError as error:
            print(error)
            continue
        figures[f"{name}_mb_per_cpu_s"] = round(megabytes / told["seconds"], 1)
        if name == "edgartools":
            theirs = {
                (path, _name(part, item, items[Path(path)][0]))
                for path, found in told["items"].items()
                for part, item in found
            }
            ours = {(str(path), name) for path, (_, names) in items.items() for name in names}
            figures["items_found"] = len(ours)
            figures["items_edgartools_found"] = len(theirs)
            figures["items_both_found"] = len(ours & theirs)
    return figures


def _name(part: str | None, item: str, form: str) -> str:
    return f"Part {part} Item {item}" if form.startswith("10-Q") else f"Item {item}"
