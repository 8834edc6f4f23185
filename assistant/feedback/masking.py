"""Masking: e-mail addresses and numbers in a question, replaced before it is kept. Pure.

A safety net, not a promise: an e-mail address or a number is found by its form, a name never is.
"""

from __future__ import annotations

import re

from assistant.i18n import say

_GAP = r"[ .\u00a0\u202f-]?"

#: In this order: what a longer form holds is not looked for in it.
_FORMS = (
    # Bounded on both sides, so that a long text without spaces costs no more than its length.
    (re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}"), "address"),
    # A French social-security number: sex, year, month, département, commune, order, key.
    (
        re.compile(
            rf"(?<!\d)[1-478]{_GAP}\d\d{_GAP}(?:0[1-9]|1[0-2]|[2-9]\d){_GAP}"
            rf"(?:\d\d|2[ABab]){_GAP}\d{{3}}{_GAP}\d{{3}}(?:{_GAP}\d\d)?(?!\d)"
        ),
        "number",
    ),
    # The number of an account (IBAN).
    (
        re.compile(
            rf"\b[A-Z]{{2}}\d\d(?:{_GAP}[A-Z\d]{{4}}){{3,7}}(?:{_GAP}[A-Z\d]{{1,3}})?\b"
        ),
        "number",
    ),
    (
        re.compile(
            rf"(?<![\d+])(?:(?:\+|00)33{_GAP}(?:\(0\){_GAP})?|0)[1-9](?:{_GAP}\d\d){{4}}(?!\d)"
        ),
        "telephone",
    ),
    (re.compile(rf"(?<![\d+])(?:\+|00)[1-9]\d{{0,2}}(?:{_GAP}\d){{6,12}}(?!\d)"), "telephone"),
    # Numbers of cards, of files, of staff: no figure of a report is written so.
    (re.compile(r"(?<!\d)\d{4}(?:[ -]\d{4}){3}(?!\d)"), "number"),
    (re.compile(r"\d{9,}"), "number"),
)  # fmt: skip


def masked(text: str) -> str:
    """Return `text` with addresses, telephone numbers and long numbers replaced by a word."""
    for form, kind in _FORMS:
        text = form.sub(say(f"register.masked_{kind}", "fr"), text)
    return text
