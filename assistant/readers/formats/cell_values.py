"""What a workbook stores in a cell becomes what a person sees there, as French writes it.

In: a value, and the number format of its cell as Excel keeps it: "#,##0.00 [$€-40C]",
"dddd d mmmm yyyy", "[h]:mm". Out: text. Pure.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import groupby

from assistant.text.analysis import clean
from assistant.text.calendar_names import MONTHS, WEEKDAYS

#: What a format is made of: words as they are, what takes room or a colour, and the rest.
_TOKEN = re.compile(
    r'"([^"]{0,100})"|\\(.)|\[\$([^\]-]{0,10})(?:-[^\]]{0,20})?\]|(\[[^\]]{0,40}\])|([_*].)|(.)',
    re.DOTALL,
)
_SECTIONS = re.compile(r';(?=(?:[^"]{0,300}"[^"]{0,300}"){0,20}[^"]{0,300}$)')
_PLACEHOLDERS = "0#?.,%"
#: Fractions and powers of ten: such a number is written as it is.
_UNWRITTEN = re.compile(r"[?#0] ?/ ?[?#0\d]|E[+-]")
#: A number without a format that has so many digits was computed: it is rounded.
_COMPUTED = 14
_CURRENCIES = ("€", "EUR", "$", "£")
_ELAPSED = re.compile(r"\[(h{1,2}|m{1,2}|s{1,2})\]", re.IGNORECASE)

#: A piece of a format: its text, and whether it is shown as it is.
_Piece = tuple[str, bool]


def value_text(value: object, number_format: str = "General") -> str:
    """Return a cell as it is shown: "18/03/2025", "38 %", "1 250,50 €", "27:30"."""
    if isinstance(value, str):
        secret = number_format.endswith(";") and number_format.count(";") == 3
        return "" if secret else clean(value)
    match value:
        case None:
            return ""
        case bool():
            return "VRAI" if value else "FAUX"
        case datetime.datetime():
            return _day_text(value, number_format)
        case datetime.date():
            return f"{value:%d/%m/%Y}"
        case datetime.time():
            return f"{value:%H:%M}" if not value.second else f"{value:%H:%M:%S}"
        case datetime.timedelta():
            return _duration_text(value, number_format)
        case int() | float():
            if isinstance(value, float) and not math.isfinite(value):
                return ""
            return _number_text(value, number_format or "General")
        case _:
            return clean(str(value))


@lru_cache(maxsize=512)  # a column has one format, and its cells ask for it again and again
def _pieces(section: str) -> Sequence[_Piece]:
    found: list[_Piece] = []
    for quoted, escaped, symbol, _, room, other in _TOKEN.findall(section):
        if quoted or escaped or symbol:
            found.append((quoted or escaped or symbol, True))
        elif room:
            found.append((" ", True))
        elif other:
            found.append((other, other in " €$£()-/:"))
    return found


# --- Figures -----------------------------------------------------------------------------------


def _number_text(value: float, number_format: str) -> str:
    """Write a number: "1 250,50 €", "38 %", "12 agents", "01000"."""
    sections = _SECTIONS.split(number_format)
    section = sections[2] if value == 0 and len(sections) > 2 else sections[0]
    below = value < 0 and len(sections) > 1
    if len(sections) > 1 and not (sections[1] if below else section).strip():
        return ""  # ";;;": the cell shows nothing
    pieces = _pieces(section)
    at = [n for n, (text, literal) in enumerate(pieces) if not literal and text in _PLACEHOLDERS]
    if not any(pieces[n][0] in "0#?" for n in at) or _UNWRITTEN.search(section):
        return _general_text(value)
    before = _words(pieces[: at[0]]).strip(" (-")
    after = _words(pieces[at[-1] + 1 :]).strip(" )-")
    if before in _CURRENCIES:
        before, after = "", before
    shown = _digits(abs(value), pieces[at[0] : at[-1] + 1])
    minus = "-" if value < 0 and any(figure in "123456789" for figure in shown) else ""
    return " ".join(filter(None, (before, minus + shown, after)))


def _words(pieces: Sequence[_Piece]) -> str:
    return " ".join("".join(text for text, literal in pieces if literal).split())


def _digits(value: float, inside: Sequence[_Piece]) -> str:
    """Write a positive number by what stands in its format from the first digit to the last."""
    pattern = "".join(text for text, literal in inside if not literal)
    digits = pattern.rstrip("%")
    thousands = len(digits) - len(digits.rstrip(","))
    whole, _, decimals = digits.rstrip(",").partition(".")
    number = Decimal(str(value)) * (100 if "%" in pattern else 1) / Decimal(1000) ** thousands
    text = _rounded(number, len(decimals), grouped="," in whole)
    units, comma, rest = text.partition(",")
    rest = rest[: len(rest.rstrip("0"))].ljust(decimals.count("0"), "0")
    # A 0 has all the digits after it written: "0#" is two.
    units = units.zfill(len(whole[whole.find("0") :].replace(",", "")) if "0" in whole else 0)
    if any(literal for _, literal in inside) and not rest and " " not in units:
        units = _spaced(units, inside)
    return f"{units}{comma if rest else ''}{rest}{' %' if '%' in pattern else ''}"


def _spaced(units: str, inside: Sequence[_Piece]) -> str:
    """Put the words that stand among the digits of a format there: "06 12 34 56 78"."""
    marks = [text for text, literal in inside if literal or text in "0#?"]
    left = list(units)
    written: list[str] = []
    for mark in reversed(marks):
        if mark in "0#?":
            if left:
                written.append(left.pop())
        elif left:
            written.append(mark)
    return "".join(left) + "".join(reversed(written))


def _rounded(value: Decimal, decimals: int, *, grouped: bool = False) -> str:
    """Round as spreadsheets do, halves away from zero."""
    if abs(value) >= 10**15:
        return f"{value:g}".replace(".", ",")
    number = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{number:,f}" if grouped else f"{number:f}"
    return text.replace(",", " ").replace(".", ",")


def _general_text(value: float) -> str:
    """Write a number that has no format of its own."""
    if isinstance(value, int):
        return str(value)
    typed = f"{value:.15g}"  # what somebody typed has so many digits at most; a quotient, more
    shown = typed if len(typed.strip("-0.").replace(".", "")) < _COMPUTED else f"{value:.10g}"
    text = shown if "e" not in shown else f"{Decimal(shown):f}" if abs(value) >= 1 else shown
    return text.replace(".", ",")


# --- Days and times ----------------------------------------------------------------------------


def _day_text(value: datetime.datetime, number_format: str) -> str:
    """Write a day: "18/03/2025 14:30", or in words, or without its day, as the format has it."""
    codes, worded, written = _day_format(number_format)
    if written:
        return _in_codes(value, codes, worded=worded)
    day = f"{value:%d/%m/%Y}"
    return day if value.time() == datetime.time() else f"{day} {value:%H:%M}"


@lru_cache(maxsize=512)
def _day_format(number_format: str) -> tuple[list[_Piece], bool, bool]:
    """Return the codes of a format, whether it has days in words, and whether it is followed."""
    codes = _codes(number_format)
    worded = any(code[:3] in ("mmm", "ddd") for code, literal in codes if not literal)
    parts = {code[0] for code, literal in codes if not literal}
    return codes, worded, worded or ("y" in parts and "d" not in parts)


def _codes(number_format: str) -> list[_Piece]:
    """Return the codes of a format for days, "yyyy" as one, and what stands between them."""
    section = _SECTIONS.split(number_format)[0]
    lower = [(text if literal else text.lower(), literal) for text, literal in _pieces(section)]
    return [(key[0] * len(list(run)), key[1]) for key, run in groupby(lower)]


def _in_codes(value: datetime.datetime, codes: list[_Piece], *, worded: bool) -> str:
    written: list[str] = []
    before = ""
    for code, literal in codes:
        if literal:
            written.append(" " if worded and code in "-/" else code)
        else:
            # After the hour, "mm" are minutes.
            written.append(_written(value, f"n{code}" if before[:1] == "h" else code))
            before = code
    return " ".join("".join(written).split()).strip(" ,")


def _written(value: datetime.datetime, code: str) -> str:
    match code:
        case "mmm" | "mmmm":
            return MONTHS[value.month - 1]
        case "ddd" | "dddd":
            return WEEKDAYS[value.weekday()]
        case "d":
            return str(value.day)
    match code[0]:
        case "y":
            return str(value.year)
        case "m":
            return f"{value.month:02d}"
        case "d":
            return f"{value.day:02d}"
        case "h":
            return f"{value.hour:02d}"
        case "n" if "m" in code:
            return f"{value.minute:02d}"
    return code if code in (",", ".") else ""


def _duration_text(value: datetime.timedelta, number_format: str) -> str:
    """Write a duration: "27:30" where the format says "[h]:mm", else with its seconds."""
    seconds = abs(round(value.total_seconds()))
    minus = "-" if value < datetime.timedelta() else ""
    unit = _ELAPSED.search(number_format)
    rest = number_format[unit.end() :].lower() if unit else ":mm:ss"
    if unit and unit[1][0].lower() == "s":
        return f"{minus}{seconds} s"
    if unit and unit[1][0].lower() == "m":
        shown = f":{seconds % 60:02d}" if "s" in rest else " min"
        return f"{minus}{seconds // 60}{shown}"
    hours = f"{seconds // 3600:02d}" if unit and len(unit[1]) == 2 else f"{seconds // 3600}"
    if "m" not in rest:
        return f"{minus}{hours} h"
    shown = f":{seconds % 60:02d}" if "s" in rest else ""
    return f"{minus}{hours}:{seconds // 60 % 60:02d}{shown}"
