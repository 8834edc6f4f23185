"""Characters of a PDF's text that mean others: ligatures, soft hyphens, a font's bullets. Pure."""

from __future__ import annotations

import re

#: Fonts of TeX in T1 encoding, when they don't say what their glyphs mean.
_T1 = {
    0x10: "“", 0x11: "”", 0x12: "„", 0x13: "«", 0x14: "»", 0x15: "–", 0x16: "—",
    0x18: "₀", 0x19: "ı", 0x1B: "ff", 0x1C: "fi", 0x1D: "fl", 0x1E: "ffi", 0x1F: "ffl",
}  # fmt: skip
_LIGATURES = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st",
    0xFB06: "st",
}  # fmt: skip
#: Arrows and ticks of Wingdings and Symbol; its other signs stand for bullets.
_SIGNS = {0xF0E0: "→ ", 0xF0AE: "→ ", 0xF0E8: "➔ ", 0xF0F0: "→ ", 0xF0FC: "✓ "}
_CHARACTERS = {
    **_T1, **_LIGATURES, **_SIGNS, 0x02: "-\n", 0x7F: "• ", 0xFFFE: "-\n",
}  # fmt: skip
_SOFT_HYPHEN = re.compile("\u00ad[ \t]{0,8}\n")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
#: A bullet by the name of its glyph, where a font doesn't say what it means: "/rhombus4 Objet".
_NAMED = re.compile(
    r"^[ \t]{0,8}(?:/(?:rhombus|square|circle|bullet|diamond|triangle|check|box|arrow)[a-z]{0,8}"
    r"\d{0,2}){1,4}(?=[ \t])",
    re.MULTILINE,
)


def spelled(text: str) -> str:
    """Return a text in the characters that are meant; line-end hyphens stay for `layout`."""
    if "/" in text:
        text = _NAMED.sub("•", text)
    return _PRIVATE.sub("• ", _SOFT_HYPHEN.sub("\x02", text).translate(_CHARACTERS))
