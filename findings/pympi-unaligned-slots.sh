#!/usr/bin/env bash
# pympi-ling 1.71: an annotation that ends where no time is stated ends at None.
#
# Guess: of two annotations that follow each other between 1 s and 5 s, parted at a time slot without
# a time, as ELAN writes those that are not aligned, `get_annotation_data_for_tier` gives times in
# between, or leaves both out.
# Seen: it gives (1000, None) and (None, 5000), and says nothing.
# For us: readers/speech/annotation_xml.py shares the time out itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" pympi-ling==1.71
cat > "$folder/two.eaf" <<'EAF'
<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2025-03-18T09:00:00+01:00" FORMAT="3.0" VERSION="3.0"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="1000"/><TIME_SLOT TIME_SLOT_ID="ts2"/>
<TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="5000"/></TIME_ORDER>
<TIER LINGUISTIC_TYPE_REF="parole" TIER_ID="Animatrice">
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
<ANNOTATION_VALUE>Bonjour.</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts2" TIME_SLOT_REF2="ts3">
<ANNOTATION_VALUE>Merci.</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
</TIER>
<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="parole" TIME_ALIGNABLE="true"/>
</ANNOTATION_DOCUMENT>
EAF
PYTHONPATH="$folder" python3 - "$folder/two.eaf" <<'PY'
import sys

import pympi

found = sorted(pympi.Eaf(sys.argv[1]).get_annotation_data_for_tier("Animatrice"), key=lambda one: one[2])
print(found)
assert found == [(1000, None, "Bonjour."), (None, 5000, "Merci.")], "changed"
PY
