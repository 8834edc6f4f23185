"""Formulas: what Word, PowerPoint, LibreOffice and web pages set as mathematics, on one line.

In: an element of Office's own mathematics (`m:oMath`) or of MathML. Out: its text as one would type
it: "87,5 %", "x²", "(a + b)/2", "√(2)".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lxml import etree

from assistant.readers.safe_xml import local_name

_EXPONENTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_INDICES = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_FIGURES = re.compile(r"[+-]?\d{1,10}")
#: What needs no brackets around it: a number, a word, one letter.
_ATOM = re.compile(r"\w*[.,]?\w*|\(.{0,200}\)")
#: Said of a formula, not in it.
_UNREAD = frozenset(
    """rPr ctrlPr fPr sSupPr sSubPr sSubSupPr radPr dPr naryPr funcPr mPr eqArrPr accPr barPr
    annotation annotation-xml""".split()
)
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
#: The elements in which a formula begins.
FORMULAS = (f"{_OFFICE}oMath", "{http://www.w3.org/1998/Math/MathML}math")


def formula_text(formula: etree._Element) -> str:
    """Return a formula on one line."""
    return " ".join(_text(formula).split())


def _text(element: etree._Element) -> str:
    tag = local_name(element)
    if not tag or tag in _UNREAD:
        return ""
    if tag in ("t", "mi", "mn", "mo", "mtext", "ms"):
        return "".join(map(str, element.itertext()))
    parts = [child for child in element if local_name(child) not in _UNREAD]
    if tag in ("d", "nary", "mfenced"):
        return _DELIMITED[tag](element, [_text(part) for part in parts])
    texts = [_text(part) for part in parts]
    written = _WRITTEN.get(tag)
    if written and len(texts) >= written[0]:
        return written[1](texts)
    return (element.text or "").strip() + "".join(texts)


def _bracketed(text: str) -> str:
    text = text.strip()
    return text if _ATOM.fullmatch(text) else f"({text})"


def _above(text: str) -> str:
    text = text.strip()
    return text.translate(_EXPONENTS) if _FIGURES.fullmatch(text) else f"^{_bracketed(text)}"


def _below(text: str) -> str:
    text = text.strip()
    return text.translate(_INDICES) if _FIGURES.fullmatch(text) else f"_{_bracketed(text)}"


def _root(texts: Sequence[str]) -> str:
    """Write a root; Office puts the degree first, MathML's own has another name."""
    *degree, under = texts
    shown = "".join(degree).strip()
    return f"{_above(shown) if shown else ''}√{_bracketed(under)}"


def _office(element: etree._Element, name: str, otherwise: str) -> str:
    found = element.find(f"*/{_OFFICE}{name}")
    return otherwise if found is None else found.get(f"{_OFFICE}val", "")


def _in_delimiters(element: etree._Element, texts: Sequence[str]) -> str:
    between = _office(element, "sepChr", " ; ").join(texts)
    return f"{_office(element, 'begChr', '(')}{between}{_office(element, 'endChr', ')')}"


def _fenced(element: etree._Element, texts: Sequence[str]) -> str:
    return f"{element.get('open', '(')}{' ; '.join(texts)}{element.get('close', ')')}"


def _summed(element: etree._Element, texts: Sequence[str]) -> str:
    sign = _office(element, "chr", "∫")
    *limits, what = texts
    marks = [mark(limit) for mark, limit in zip((_below, _above), limits, strict=False) if limit]
    return f"{sign}{''.join(marks)} {what}"


_Delimited = Callable[[etree._Element, Sequence[str]], str]
_DELIMITED: dict[str, _Delimited] = {"d": _in_delimiters, "mfenced": _fenced, "nary": _summed}

#: By element: of how many parts at least, and how they are written.
_WRITTEN: dict[str, tuple[int, Callable[[Sequence[str]], str]]] = {
    **dict.fromkeys(
        ("f", "mfrac"), (2, lambda parts: f"{_bracketed(parts[0])}/{_bracketed(parts[1])}")
    ),
    **dict.fromkeys(("sSup", "msup"), (2, lambda parts: parts[0] + _above(parts[1]))),
    **dict.fromkeys(("sSub", "msub"), (2, lambda parts: parts[0] + _below(parts[1]))),
    **dict.fromkeys(
        ("sSubSup", "msubsup", "munderover"),
        (3, lambda parts: parts[0] + _below(parts[1]) + _above(parts[2])),
    ),
    "rad": (2, _root),
    "msqrt": (1, lambda parts: f"√{_bracketed(''.join(parts))}"),
    "mroot": (2, lambda parts: _root([parts[1], parts[0]])),
    "func": (2, lambda parts: f"{parts[0]} {parts[1]}"),
    **dict.fromkeys(("mr", "mtr"), (1, lambda parts: " ".join(parts) + " ; ")),
    "eqArr": (1, " ; ".join),
}
