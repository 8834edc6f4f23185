"""A `Report` → one HTML page that fetches nothing."""

from __future__ import annotations

from html import escape

from makers.sources import Block, Report, Rows

STYLE = (
    "body{max-width:46rem;margin:2rem auto;padding:0 1rem;font-family:sans-serif;"
    "line-height:1.5;color:#22303c;background:#fbfaf7}h1,h2{color:#1f5c7a}"
    "table{border-collapse:collapse}td,th{border:1px solid #1f5c7a;padding:.3rem .6rem}"
)


def write_html(report: Report) -> str:
    """Write the page, with a header and a footer as sites have."""
    lines = []
    for index, block in enumerate(report.blocks):
        before = report.blocks[index - 1] if index else None
        after = report.blocks[index + 1] if index + 1 < len(report.blocks) else None
        lines += _element(block, before, after)
    title = escape(report.source.title)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="fr">',
            "<head>",
            '<meta charset="utf-8">',
            f"<title>{title}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            *lines,
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _element(block: Block, before: Block | None, after: Block | None) -> list[str]:
    text = escape(block.text, quote=False)
    if block.kind == "heading":
        return [f"<h{block.level}>{text}</h{block.level}>"]
    if block.kind == "table":
        return _table(block.rows)
    if block.kind == "paragraph":
        return [f"<p>{text}</p>"]
    tag = "ul" if block.kind == "item" else "ol"
    opening = [] if before and before.kind == block.kind else [f"<{tag}>"]
    closing = [] if after and after.kind == block.kind else [f"</{tag}>"]
    return [*opening, f"<li>{text}</li>", *closing]


def _table(rows: Rows) -> list[str]:
    lines = ["<table>"]
    for number, row in enumerate(rows):
        tag = "th" if number == 0 else "td"
        cells = "".join(f"<{tag}>{escape(cell, quote=False)}</{tag}>" for cell in row)
        lines.append(f"<tr>{cells}</tr>")
    return [*lines, "</table>"]
