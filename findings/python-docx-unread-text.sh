#!/usr/bin/env bash
# python-docx 1.2.0: accepted insertions and content controls are no text of the document.
#
# Guess: what Word shows in a paragraph is in `paragraph.text`, an insertion under track changes
# included; a paragraph in a content control, as templates have them, is one of the document's.
# Seen: the inserted run is left out of `paragraph.text`, and the paragraph in the content control
# out of `document.paragraphs` and of `iter_inner_content()`.
# For us: a figure that a colleague inserted would be silently absent; the reader takes both from
# the document's XML.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" python-docx==1.2.0 lxml==6.1.3
PYTHONPATH="$folder" python3 - <<'PY'
import io

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

document = docx.Document()
paragraph = document.add_paragraph("Budget : ")
paragraph._p.append(parse_xml(
    f'<w:ins {nsdecls("w")} w:id="1" w:author="Service" w:date="2025-01-01T00:00:00Z">'
    "<w:r><w:t>12 000 euros</w:t></w:r></w:ins>"
))
paragraph._p.addnext(parse_xml(
    f'<w:sdt {nsdecls("w")}><w:sdtContent><w:p><w:r><w:t>Date : 18 mars</w:t></w:r></w:p>'
    "</w:sdtContent></w:sdt>"
))
held = io.BytesIO()
document.save(held)
again = docx.Document(held)
texts = [one.text for one in again.paragraphs]
inner = [one.text for one in again.iter_inner_content()]
print("paragraphs", texts, "· inner content", inner)
assert texts == inner == ["Budget : "], "changed"
PY
