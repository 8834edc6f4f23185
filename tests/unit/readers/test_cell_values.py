"""What a cell stores reads as its number format has it written."""

from __future__ import annotations

import datetime

import pytest

from assistant.readers.formats.cell_values import value_text

DAY = datetime.datetime(2025, 3, 18)
EURO = '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-'


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.32, "0%", "32 %"),
        (0.325, "0.0%", "32,5 %"),
        (-0.02, "0.0\\ %", "-2,0 %"),
        (0.5, '0" %"', "1 %"),
        (1250.5, "#,##0.00 [$€-40C]", "1 250,50 €"),
        (1250.5, EURO, "1 250,50 €"),
        (-1250.5, EURO, "-1 250,50 €"),
        (1250, "[$€-2] #,##0", "1 250 €"),
        (-1250, "#,##0_);(#,##0)", "-1 250"),
        (-1250, "#,##0;[Red]-#,##0", "-1 250"),
        (12, '0" agents"', "12 agents"),
        (1_300_000, '0.0,,"\u00a0M€"', "1,3 M€"),
        (45_000, '#,##0,\\ "k€"', "45 k€"),
        (1000, "00000", "01000"),
        (612345678, '0#" "##" "##" "##" "##', "06 12 34 56 78"),
        (3.5, "0.0#", "3,5"),
        (3.0, "0.##", "3"),
        (0.5, "# ?/?", "0,5"),
        (0, "General", "0"),
        (0.1 + 0.2, "General", "0,3"),
        (123456789.123, "General", "123456789,123"),
        (123456789012.5, "General", "123456789012,5"),
        (2 / 3, "General", "0,6666666667"),
        (12, '[>=10]0" h";0', "12 h"),
        (True, "General", "VRAI"),
        (123, ";;;", ""),
        ("06 00 00 00 00", ";;;", ""),
        (0, "0;-0;", ""),
        (-5, "0;-0;", "-5"),
        ("Voirie", "0;-0;", "Voirie"),
        (datetime.timedelta(hours=27, minutes=30), "[h]:mm", "27:30"),
        (datetime.timedelta(hours=7, minutes=5), "[hh]:mm", "07:05"),
        (datetime.timedelta(hours=27, minutes=30, seconds=5), "[h]:mm:ss", "27:30:05"),
        (datetime.timedelta(minutes=90), "[mm]:ss", "90:00"),
        (datetime.timedelta(hours=-1.5), "[h]:mm", "-1:30"),
        (DAY, "mm-dd-yy", "18/03/2025"),
        (DAY, "yyyy", "2025"),
        (DAY, "mm/yyyy", "03/2025"),
        (DAY, "mmm-yy", "mars 2025"),
        (DAY, "[$-40C]dddd\\ d\\ mmmm\\ yyyy;@", "mardi 18 mars 2025"),
        (DAY.replace(hour=14, minute=30), "m/d/yy h:mm", "18/03/2025 14:30"),
        (DAY.replace(hour=14, minute=5), 'd mmmm yyyy" à "h"h"mm', "18 mars 2025 à 14h05"),
        (datetime.time(9, 30), "h:mm", "09:30"),
    ],
)
def test_a_cell_reads_as_it_is_shown(value: object, number_format: str, shown: str) -> None:
    assert value_text(value, number_format) == shown
