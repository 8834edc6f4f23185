#!/usr/bin/env bash
# model2vec 0.10.0: of a text with fewer tokens than `max_length`, most may be left out.
#
# Guess: `encode(…, max_length=512)`, which its documentation counts in tokens, takes all of a text
# of 400.
# Seen: 78 of them: the text is cut beforehand at 512 times the median length of the vocabulary's
# words, in characters. Where that is 2 and the text's words have 12, the last 322 count for nothing.
# For us: the end of a passage of long words would be found by no question; the encoder's own
# tokens are counted, and a passage is cut where they end.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-compile --target "$folder" model2vec==0.10.0
PYTHONPATH="$folder" python3 - <<'PY'
import numpy
from model2vec import StaticModel
from tokenizers import Tokenizer, models, pre_tokenizers

words = ["?", "le", "la", "de", "du", "et", "municipalité", "délibération"]
tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, unk_token="?"))
tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
model = StaticModel(numpy.eye(len(words), dtype="float32"), tokenizer, normalize=False)
text = "municipalité " * 78 + "délibération " * 322
shares = {
    length: model.encode([text], max_length=length)[0][-2:].round(3).tolist() for length in (512, None)
}
print(len(tokenizer.encode(text).ids), "tokens; share of the first 78 and of the rest:", shares)
assert numpy.allclose(shares[None], [78 / 400, 322 / 400], atol=1e-3)
assert shares[512] == [1.0, 0.0], "changed"
PY
