#!/usr/bin/env bash
# openpyxl 3.1.5: of neighbouring columns that are hidden, only the first says so.
#
# Guess: where columns B to D of a sheet are hidden, `column_dimensions` says of each that it is.
# Seen: of B only; C and D are said to be shown, for a file states them together and openpyxl keeps
# what it states under the first letter. Hidden rows, stated one by one, are right.
# For us: hidden figures would be quoted; readers/formats/excel.py reads a file's columns itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" openpyxl==3.1.5 xlsxwriter==3.3.1
PYTHONPATH="$folder" python3 - <<'PY'
import io

import openpyxl
import xlsxwriter

held = io.BytesIO()
with xlsxwriter.Workbook(held) as workbook:
    sheet = workbook.add_worksheet()
    for row in range(4):
        sheet.write_row(row, 0, ["Nord", 10, 20, 30, 60])
    sheet.set_column("B:D", None, None, {"hidden": True})
    for row in (1, 2):
        sheet.set_row(row, None, None, {"hidden": True})
read = openpyxl.load_workbook(held).active
columns = [name for name in "ABCDE" if read.column_dimensions[name].hidden]
rows = [number for number in range(1, 5) if read.row_dimensions[number].hidden]
print("hidden columns", columns, "· hidden rows", rows)
assert rows == [2, 3]
assert columns == ["B"], "changed"
PY
