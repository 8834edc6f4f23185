"""A sheet as a page of HTML that stands alone: `Sheet` → text. No script, no image, no request."""

from __future__ import annotations

from assistant.i18n import Language, say
from assistant.web.shared.escaping import escape, language_mark, plain
from assistant.web.sheets import Proof, Sheet, events_line, quoted

#: The file may be kept, mailed and opened anywhere: it says itself that nothing in it may act.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = (
    ":root{color-scheme:light;background:#fff;color:#1b2330}a{color:#1d4f91}"
    "body{max-width:46rem;margin:0 auto;padding:2rem 1.2rem;line-height:1.55;"
    "font-family:system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;overflow-wrap:anywhere}"
    "h1{font-size:1.6rem;line-height:1.25}h2{margin-top:2rem;font-size:1.2rem}"
    "h3{margin:1.4rem 0 0;font-size:1.02rem}p{margin:.4rem 0}"
    "blockquote{margin:.5rem 0;padding-left:.9rem;border-left:3px solid;white-space:pre-line;"
    "unicode-bidi:isolate}"
    "@media print{body{max-width:none;padding:0;font-size:11pt}h2,h3{break-after:avoid}"
    "article{break-inside:avoid}}"
)


def sheet_html(sheet: Sheet, origin: str) -> str:
    """Return the sheet as a page; `origin` ("http://name:port") begins its addresses."""
    language = sheet.language
    notes = "".join(f"<p>{_text(one)}</p>" for one in (events_line(sheet), *sheet.notes) if one)
    lines = "".join(f"<p>{_text(one)}</p>" for one in sheet.lines)
    proofs = "".join(_proof(one, origin, language) for one in sheet.proofs)
    proofs = f"<section><h2>{_text(sheet.proofs_title)}</h2>{proofs}</section>" if proofs else ""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_text(sheet.question)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{_text(sheet.question)}</h1>{notes}"
        f"<section><h2>{_text(sheet.outcome)}</h2>{lines}<p>{_text(sheet.hint)}</p></section>"
        f"{proofs}<section><h2>{_text(say('around.about', language))}</h2>"
        f"<p>{_text(sheet.dates)}</p>"
        f"<p>{_link(origin + sheet.address, say('around.ask_again', language))}</p>"
        "</section></main></body></html>"
    )


def _proof(proof: Proof, origin: str, language: Language) -> str:
    """Return one passage: its title with its number, where it stands, its words, its address."""
    number = f"[{proof.number}] " if proof.number else ""
    spoken = language_mark(plain(proof.spoken), language)
    trail = f"<p{spoken}>{_text(proof.trail)}</p>" if proof.trail else ""
    words = _text(quoted(proof.quote, language))
    address = origin + proof.address
    label = say("around.passage", language)
    return (
        f"<article><h3>{_text(number)}<span{spoken}>{_text(proof.title)}</span></h3>{trail}<p>{_text(proof.place)}</p>"
        f"<blockquote{spoken}>{words}</blockquote>"
        f"<p>{_text(label)} – {_link(address, address)}</p></article>"
    )


def _link(address: str, words: str) -> str:
    return f'<a href="{_text(address)}">{_text(words)}</a>'


def _text(text: str) -> str:
    return escape(plain(text))
