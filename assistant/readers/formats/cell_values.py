"""What a workbook stores in a cell becomes what a person sees there, as French writes it.

In: a value and the number format of its cell. Out: text.
"""

from __future__ import annotations

import datetime
import math
import re
from decimal import ROUND_HALF_UP, Decimal

from assistant.text.analysis import clean

_QUOTED = re.compile(r'"[^"]{0,100}"|\\.|\[[^\]]{0,100}\]')
_DECIMALS = re.compile(r"[.,](0{1,15})")


def value_text(value: object, number_format: str = "General") -> str:
    """Return a cell as it is shown: "18/03/2025", "38 %", "1 250,50 €"."""
    match value:
        case None:
            return ""
        case bool():
            return "VRAI" if value else "FAUX"
        case datetime.datetime():
            day = f"{value:%d/%m/%Y}"
            return day if value.time() == datetime.time() else f"{day} {value:%H:%M}"
        case datetime.date():
            return f"{value:%d/%m/%Y}"
        case datetime.time():
            return f"{value:%H:%M}" if not value.second else f"{value:%H:%M:%S}"
        case datetime.timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
        case int() | float():
            return _number(value, number_format or "General")
        case _:
            return clean(str(value))


def _number(value: float, number_format: str) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    pattern = _QUOTED.sub("", number_format.split(";")[0])
    decimals = _DECIMALS.search(pattern)
    shown = len(decimals[1]) if decimals else 0
    if "%" in pattern:
        return f"{_rounded(100 * Decimal(str(value)), shown)} %"
    if "0" not in pattern and "#" not in pattern:
        text = _general(value)
    else:
        text = _rounded(Decimal(str(value)), shown, grouped="#,##" in pattern)
    return f"{text} €" if "€" in number_format else text


def _rounded(value: Decimal, decimals: int, *, grouped: bool = False) -> str:
    """Round as spreadsheets do, halves away from zero."""
    if abs(value) >= 10**15:
        return f"{value:g}".replace(".", ",")
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{rounded:,f}" if grouped else f"{rounded:f}"
    return text.replace(",", " ").replace(".", ",")


def _general(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return f"{value:.10g}".replace(".", ",")
