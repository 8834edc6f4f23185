#!/usr/bin/env bash
# tantivy 0.27.0: a fuzzy search scores all that it finds alike, the exact word too.
#
# Guess: in a search for « cantine » within one letter, the document with « cantine » scores above
# those with « cantines » and « cantina », and a short one above a long one, as scores of words go.
# Seen: each scores 1.0, so the best of many is any of them. A search for the exact word orders them.
# For us: typing mistakes are put right before the search, whose words are exact.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" tantivy==0.27.0
PYTHONPATH="$folder" python3 - <<'PY'
import tantivy

texts = ["cantina", "voirie et cantine du bourg", "cantines", "cantine", "parc"]
builder = tantivy.SchemaBuilder()
builder.add_text_field("text", stored=True)
schema = builder.build()
index = tantivy.Index(schema)
writer = index.writer()
for text in texts:
    writer.add_document(tantivy.Document(text=text))
writer.commit()
index.reload()
searcher = index.searcher()


def scores(query):
    hits = searcher.search(query, 10).hits
    return {searcher.doc(at)["text"][0]: round(score, 3) for score, at in hits}


near = scores(tantivy.Query.fuzzy_term_query(schema, "text", "cantine", distance=1))
exact = scores(tantivy.Query.term_query(schema, "text", "cantine"))
print("fuzzy", near, "· exact", exact)
assert list(exact) == ["cantine", "voirie et cantine du bourg"] and len(set(exact.values())) == 2
assert len(near) == 4 and set(near.values()) == {1.0}, "changed"
PY
