"""A report as one page of HTML: no script, nothing from elsewhere, everything from outside escaped.

It follows the reader's theme, and prints.
"""

import re
from html import escape, unescape
from itertools import count

from worker_core.reports import colours
from worker_core.reports.content import (
    LONGEST_CELL,
    Block,
    Facts,
    Figure,
    Grid,
    Heading,
    Note,
    Quotes,
    Report,
    Text,
    moment,
    plain,
)

_STYLE = """\
*{box-sizing:border-box}
body{margin:0;background:var(--surface);color:var(--text);\
font:15px/1.5 Inter,system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .25rem}
h2{font-size:1.15rem;margin:2.25rem 0 .6rem;padding-top:.9rem;border-top:1px solid var(--hairline)}
h3{font-size:.95rem;margin:1.2rem 0 .3rem}
p{margin:.4rem 0;overflow-wrap:anywhere}
.muted{color:var(--text_muted)}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0}
dl div{border:1px solid var(--hairline);border-radius:6px;padding:.55rem .75rem}
dt{color:var(--text_muted);font-size:.8rem}
dd{margin:0;font-size:1.15rem;font-weight:600;overflow-wrap:anywhere;\
font-variant-numeric:tabular-nums}
.wide{overflow-x:auto;margin:.4rem 0 1.1rem}
table{border-collapse:collapse;width:100%;font-size:.85rem;font-variant-numeric:tabular-nums}
th{text-align:left;color:var(--text_muted);font-weight:600;border-bottom:1px solid var(--border)}
th,td{padding:.32rem .6rem .32rem 0;vertical-align:top}
td{border-bottom:1px solid var(--hairline);overflow-wrap:break-word;max-width:24rem}
td:first-child{min-width:9rem}
.number{text-align:right;white-space:nowrap}
.note{border-left:4px solid var(--running);padding:.35rem .8rem;margin:.5rem 0}
.note.ok{border-color:var(--ok)}.note.warning{border-color:var(--warning)}
.note.critical{border-color:var(--danger)}
.note b{display:block;overflow-wrap:anywhere}
figure{margin:.4rem 0 1rem;overflow-x:auto}
svg{display:block;width:100%;min-width:21rem;height:auto;font-family:Inter,system-ui,sans-serif}
blockquote{margin:.6rem 0;padding-left:.9rem;border-left:3px solid var(--hairline);\
overflow-wrap:anywhere}
blockquote footer{color:var(--text_muted);font-size:.8rem}
@media print{
html,body{font-size:11px}
main{max-width:none;padding:0}
h2,h3,.leads{break-after:avoid}figure,.note,tr,dl div{break-inside:avoid}
.wide,figure{overflow:visible}svg{min-width:0}
}
"""
_PROLOG = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_ABOUT = re.compile(r"\s*<title>.*?</title>\s*<desc>.*?</desc>", re.DOTALL)
_WORDS = re.compile(
    r'<text (?P<place>x="[^"]*" y="[^"]*") style="font-family: (?P<font>[^;"]+); '
    r'font-size: (?P<size>[\d.]+)px;(?P<style>[^"]*)"(?P<more>[^>]*)>(?P<words>[^<]*)</text>'
)
_JOINT = re.compile(r"(?<=[a-z][._])(?=[a-z])")
_SIZE = re.compile(r'^<svg width="[\d.]+" height="[\d.]+"')


def render(report: Report) -> bytes:
    """The page, in UTF-8."""
    ids = count(1)
    body = "\n".join(_block(block, ids) for block in report.blocks)
    title, about = _text(report.title), _text(report.about)
    light, dark = colours.rules("light"), colours.rules("dark")
    page = f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" \
content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>{title}</title>
<style>
:root{{color-scheme:light dark;{light}}}
@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}
{_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>{title}</h1>
<p class="muted">{about} · made {moment(report.made_at)}</p>
</header>
{body}
</main>
</body>
</html>
"""
    return page.encode()


def _text(text: str, most: int = 10_000) -> str:
    return escape(plain(text, most))


def _block(block: Block, ids: "count[int]") -> str:
    match block:
        case Grid():
            return _grid(block)
        case Figure():
            return f"<figure><h3>{_text(block.title)}</h3>{_svg(block, next(ids))}</figure>"
        case Facts():
            items = "".join(
                f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>"
                for name, value in block.items
            )
            return f"<dl>{items}</dl>"
        case _:
            return _words(block)


def _words(block: Heading | Text | Note | Quotes) -> str:
    match block:
        case Heading():
            return f"<h2>{_text(block.text)}</h2>"
        case Text():
            kinds = " ".join(name for name in ("muted", "leads") if getattr(block, name))
            kind = f' class="{kinds}"' if kinds else ""
            return f"<p{kind}>{_text(block.text)}</p>"
        case Note():
            text = _text(block.text)
            return f'<div class="note {block.level}"><b>{_text(block.title)}</b>{text}</div>'
        case Quotes():
            return "".join(
                f"<blockquote>{_text(said)}<footer>{_text(where)}</footer></blockquote>"
                for said, where in block.items
            )


def _grid(grid: Grid) -> str:
    if not grid.rows:
        return f'<p class="muted">{_text(grid.empty)}</p>'
    kinds = [' class="number"' if column.numeric else "" for column in grid.columns]
    heads = "".join(
        f'<th scope="col"{kind}>{_text(column.title)}</th>'
        for column, kind in zip(grid.columns, kinds, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(f"<td{kind}>{_cell(cell)}</td>" for cell, kind in zip(row, kinds, strict=True))
        + "</tr>\n"
        for row in grid.rows
    )
    return (
        f'<div class="wide"><table><thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody></table></div>"
    )


def _cell(text: str) -> str:
    """Names such as ``monitoring.cache_warming`` break where they are joined, not within a word."""
    return _JOINT.sub("<wbr>", _text(text, LONGEST_CELL))


def _svg(figure: Figure, number: int) -> str:
    """The drawing as part of a page: its own names for what it defines, and a text for those who
    do not see it."""
    from reportlab.graphics import renderSVG

    drawn = renderSVG.drawToString(figure.draw())
    svg = drawn.decode() if isinstance(drawn, bytes) else str(drawn)
    svg = _ABOUT.sub("", _PROLOG.sub("", svg, count=1), count=1).strip()
    svg = _SIZE.sub(f'<svg role="img" aria-label="{_text(figure.alt)}"', svg)
    svg = svg.replace('id="clip"', f'id="clip-{number}"').replace("#clip)", f"#clip-{number})")
    svg = svg.replace(' id="group"', "")
    return colours.as_variables(_WORDS.sub(_fitted, svg))


def _fitted(found: re.Match[str]) -> str:
    """Words in whatever font the reader has, as wide as the drawing means them to be."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    font, size, style, more, words = found.group("font", "size", "style", "more", "words")
    width = stringWidth(unescape(words), font, float(size))
    return (
        f'<text {found["place"]} textLength="{width:.2f}" lengthAdjust="spacingAndGlyphs" '
        f'style="font-size:{size}px;{style}"{more}>{words}</text>'
    )
