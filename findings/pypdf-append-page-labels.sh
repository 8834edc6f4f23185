#!/usr/bin/env bash
# pypdf 7.1.0: appending a file to a new one loses its page labels.
#
# Guess: `PdfWriter.append` of a report whose pages are called i, ii, 1 gives pages called so, as it
# carries bookmarks over.
# Seen: the copy's pages are called 1, 2, 3. `clone_from` keeps the labels.
# For us: a page cited by its label would be another page in a copy made with `append`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" pypdf==7.1.0
PYTHONPATH="$folder" python3 - <<'PY'
import io

from pypdf import PdfReader, PdfWriter


def written(writer):
    held = io.BytesIO()
    writer.write(held)
    return held


report = PdfWriter()
for _ in range(3):
    report.add_blank_page(200, 200)
report.add_outline_item("Chapitre", 2)
report.set_page_label(0, 1, style="/r")
report.set_page_label(2, 2, style="/D", start=1)
source = written(report)

appended = PdfWriter()
appended.append(source)
copy = PdfReader(written(appended))
cloned = PdfReader(written(PdfWriter(clone_from=source)))
print("source", PdfReader(source).page_labels, "· appended", copy.page_labels, "· cloned", cloned.page_labels)
assert [one.title for one in copy.outline] == ["Chapitre"]
assert PdfReader(source).page_labels == cloned.page_labels == ["i", "ii", "1"]
assert copy.page_labels == ["1", "2", "3"], "changed"
PY
