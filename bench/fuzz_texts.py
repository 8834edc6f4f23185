"""Made-up text files for `fuzz_reading`, as hypothesis strategies: one for each text format.

Out of `TEXTS[suffix]`: the bytes of a file put together as its format is (cues, tables, headers,
groups in groups), from what its parser looks for, well formed or not, in some encoding.
"""

from __future__ import annotations

import base64
import codecs
import json
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

MAX_CHARACTERS = 40_000
Text = SearchStrategy[str]
NOTHING = st.just("")

WORDS = (
    "un mot ", "l'atelier ", "Étienne ", "e\u0301té ", "M. ", "p. ex. ", "n° 3 ", "J.-C. ", "Oui. ",
    "Oui ?! ", "… ", "... ", "« ", "\u00a0» ", "12,5 % ", "1 000 ", "https://a.fr/b?c=d ", "-", "–",
    "&amp;", "&#0;", "&#xD800;", "&nbsp", "<", ">", "</", "<v Nom>", "</v>", "<c.a>", "<00:01.000>",
    "{\\an8}", "[", "](", ")", "![", "**", "__", "`", "~~", "\\", "|", ";", "\t", '"', "'", ":",
    "Nom : ", "Nom\u00a0: ", "Animatrice : ", "Titre : ", "Date : ", "-->", "---", "```", "> ",
    "\0", "\x1b", "\ufeff", "\u2028", "\u200b", "\u202e", "\u0301", "\ud800", "\udfff", "\ufffd",
    "\U0001f600", "ﬁ", "İ", "ß", "٣", "\x85", "\x0c",
)  # fmt: skip
ENCODINGS = (
    "utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32",
    "cp1252", "latin-1",
)  # fmt: skip


def _joined(parts: Text, most: int, by: Text = NOTHING) -> Text:
    """Return some of `parts`, one after another, with one separator."""
    return st.builds(lambda mark, some: mark.join(some), by, st.lists(parts, max_size=most))


def _one_of(*texts: str) -> Text:
    return st.sampled_from(texts)


def _numbers(*extremes: object) -> Text:
    return st.integers(0, 99).map(str) | st.sampled_from(extremes).map(str)


words = _joined(st.sampled_from(WORDS) | st.text(st.characters(), max_size=8), 8)
#: What is repeated shows what takes the square of its length.
repeated = st.builds(lambda text, times: text * times, words, st.sampled_from((2, 2, 20, 3000)))
line = words | words | words | words | words | repeated
end = _one_of("\n", "\n", "\n\n", "\r\n", "\r", " \n\t\n")
lines = _joined(line, 8, end)


# --- Times -------------------------------------------------------------------------------------

usual_clock = st.builds(
    "{:02}:{:02}:{:02}.{}".format, *[st.integers(0, 59)] * 3, _one_of("000", "5")
)
odd_clock = st.builds(
    lambda parts, mark, fraction: ":".join(parts) + mark + fraction,
    st.lists(
        st.integers(0, 75).map("{:02}".format) | _numbers(0, 999, 99999), min_size=1, max_size=4
    ),
    _one_of(".", ",", "", ":"),
    _one_of("000", "500", "5", "", "999999999"),
)
clock = usual_clock | usual_clock | usual_clock | odd_clock
arrow = _one_of(" --> ", " --> ", " --> ", " --> ", " -> ", "-->", " —> ", " - ")
timing = st.builds(lambda *parts: "".join(parts), clock, arrow, clock, _one_of("", " align:start"))
voiced = st.builds(lambda mark, said: mark + said, _one_of("", "<v Nom>", "Nom : ", "- "), lines)
cue = st.builds(
    lambda number, times, said: f"{number}{times}\n{said}",
    _one_of("", "1\n", "uuid/12-0\n"), timing, voiced,
)  # fmt: skip
cues = _joined(cue, 12, _one_of("\n\n", "\n", "\r\n\r\n"))
note = st.builds(lambda what, text: f"{what} {text}", _one_of("NOTE", "STYLE\n", "REGION"), lines)
vtt = st.builds(
    lambda head, blocks: f"{head}\n\n{blocks}",
    _one_of("WEBVTT", "WEBVTT - a\nLanguage: fr", "webvtt", ""),
    _joined(cue | note, 12, _one_of("\n\n", "\n")),
)
turn = st.builds(
    lambda form, time, said: form.format(time=time) + said.replace("\n", " "),
    _one_of("[{time}] ", "{time} ", "{time}", "Nom {time}\n", "Nom (01:02) :\n", "Nom : ",
            "Anne Durand : ", "- ", "[{time} --> 00:09] "),
    clock, lines,
)  # fmt: skip
plain = st.builds(
    lambda head, turns: head + turns,
    _one_of("", "Titre : Essai\nIntervenants : A, B\n\n", "RÉUNION\n"),
    _joined(turn, 15, end),
)


# --- Marks -------------------------------------------------------------------------------------

quoted = st.builds(lambda mark, text, depth: mark * depth + text, _one_of("> ", "  - ", "#", "*"),
                   lines, st.sampled_from((1, 3, 200)))  # fmt: skip
table = st.builds(
    lambda head, rule, rows: "\n".join([head, rule, *rows]),
    line, _one_of("|---|:-:|", "--- | ---", "|-" * 500, " |" + " " * 3000 + "x"),
    st.lists(st.builds("| {} | {}".format, words, line), max_size=6),
)  # fmt: skip
front = st.builds(
    lambda key, value: f"---\n{key}: {value}\n---\n", _one_of("titre", "lang", "x"), words
)
markdown = _joined(lines | quoted | table | front | st.builds("```\n{}\n```".format, lines), 8, end)

TAGS = "p div h1 h9 ul li table tr td th pre br main article nav script title a b svg p:x".split()
html = st.recursive(
    line,
    lambda inner: st.builds(
        lambda tag, more, within, close: f"<{tag}{more}>{''.join(within)}" + f"</{tag}>" * close,
        st.sampled_from(TAGS), _one_of("", " lang=fr", ' a="', " x=1 x=2", "/"),
        st.lists(inner, max_size=4), st.integers(0, 2),
    ),
    max_leaves=20,
)  # fmt: skip
nested = st.builds(lambda tag, times, inner: f"<{tag}>" * times + inner, st.sampled_from(TAGS),
                   st.sampled_from((1, 1, 300, 20_000)), html)  # fmt: skip

control = st.builds(
    lambda word, number: f"\\{word}{number} ",
    _one_of("par", "pard", "u", "uc", "bin", "b", "v", "ansicpg", "intbl", "cell", "row", "s",
            "footnote", "ilvl", "outlinelevel", "stylesheet", "title", "fonttbl", "*", "'e9", "x"),
    st.just("") | _numbers(-1, -32768, 55357, 56832, 999999999, 65001, 1252),
)  # fmt: skip
rtf_words = _joined(control | words, 6)
groups = st.recursive(
    rtf_words,
    lambda inner: st.builds(
        lambda head, within, close: "{" + head + "".join(within) + "}" * close,
        rtf_words, st.lists(inner, max_size=4), st.integers(0, 2),
    ),
    max_leaves=15,
)  # fmt: skip
rtf = st.builds(
    lambda depth, inner: "{\\rtf1" + "{" * depth + inner,
    st.sampled_from((0, 0, 0, 1000, 3000)),
    groups,
)


# --- Rows and records --------------------------------------------------------------------------

cell = words | words.map(lambda text: '"' + text.replace('"', '""') + '"') | _numbers(-1, "1e999")


def _rows(delimiter: Text) -> Text:
    rows = st.lists(st.lists(cell, max_size=8), max_size=12)
    return st.builds(lambda mark, rows: "\n".join(mark.join(row) for row in rows), delimiter, rows)


timed_rows = st.builds(
    lambda rows: "start\tend\ttext\n" + "\n".join("\t".join(row) for row in rows),
    st.lists(st.tuples(_numbers(-1, 10**20, "٣"), _numbers(10**12, "x"), words), max_size=10),
)
time = st.none() | st.integers(-1, 99) | st.floats() | st.just(10**400) | words
segment = st.fixed_dictionaries(
    {"text": words | st.none()},
    optional={"start": time, "end": time, "speaker": words | st.none(),
              "offsets": st.fixed_dictionaries({"from": time, "to": time}) | st.none()},
)  # fmt: skip
names = _one_of("segments", "transcription", "result", "language")
anything = st.recursive(
    time | segment,
    lambda one: st.lists(one, max_size=4) | st.dictionaries(names, one, max_size=3),
    max_leaves=15,
)
records = st.fixed_dictionaries(
    {"segments": st.lists(segment, max_size=10)}, optional={"language": words, "result": anything}
)
written = st.builds(
    lambda value, plainly: json.dumps(value, ensure_ascii=plainly),
    records | records | anything,
    st.booleans(),
)
deep = st.builds(
    lambda mark, depth: mark * depth,
    _one_of("[", '{"segments":[', "1", "[1,"),
    st.sampled_from((3, 5000)),
)


# --- Files -------------------------------------------------------------------------------------


def _encoded(text: str, encoding: str, cut: int, raw: bytes) -> bytes:
    """Return a text as bytes; sometimes cut before its end, with bytes that are no text."""
    text = text[:MAX_CHARACTERS]
    errors = "surrogatepass" if encoding.startswith("utf") else "replace"
    data = codecs.encode(text, encoding, errors)
    return data[: len(data) - cut] + raw if cut else data


def _files(texts: Text, encodings: Sequence[str] = ENCODINGS) -> SearchStrategy[bytes]:
    cut = st.just(0) | st.integers(0, 9)
    return st.builds(_encoded, texts, st.sampled_from(encodings), cut, st.binary(max_size=6))


TYPES = ("text/plain", "text/html", "multipart/mixed", "message/rfc822", "image/png", "é/ /")
CHARSETS = ("utf-8", "utf-16", "utf-7", "punycode", "idna", "undefined", "hex", "\0", "é")


def _part(type_: str, charset: str, coding: str, name: str, inner: bytes | list[bytes]) -> bytes:
    """Return a part of a message: text, an attachment, or parts between boundaries."""
    head = f'Content-Type: {type_}; charset={charset}; boundary="b"; name="{name}"\r\n'
    head += f"Content-Transfer-Encoding: {coding}\r\n"
    head += f'Content-Disposition: attachment; filename="{name}"\r\n' if name else ""
    if isinstance(inner, list):
        inner = b"".join(b"--b\r\n" + one + b"\r\n" for one in inner) + b"--b--\r\n"
    elif coding == "base64":
        inner = base64.encodebytes(inner)
    return head.encode("utf-8", "replace") + b"\r\n" + inner


def _parts(inner: SearchStrategy[bytes | list[bytes]]) -> SearchStrategy[bytes]:
    names = _one_of(
        "", "a.csv", "a.txt", "é.html", "a.docx", "../a.pdf", "a.vtt", "=?utf-8?q?=00?="
    )
    codings = _one_of("8bit", "base64", "quoted-printable", "x-uuencode", "é")
    return st.builds(
        _part, st.sampled_from(TYPES), st.sampled_from(CHARSETS), codings, names, inner
    )


headers = st.builds(
    lambda name, value: f"{name}: {value}".encode("utf-8", "replace") + b"\r\n",
    _one_of("From", "To", "Date", "Subject", "Received", "X" * 300),
    line | _one_of("=?utf-8?q?=C3=A9?= " * 40, "a" * 300 + "@", "Tue, 99 Mar 99999 99:99:99 +9999",
                   "(" * 900, "<" * 900, '"' * 901, ":;,@[]", "=?x?b?====?="),
)  # fmt: skip
bodies = _files(lines | plain | nested)
mail = st.builds(
    lambda head, body: b"".join(head) + body,
    st.lists(headers, min_size=1, max_size=5),
    st.recursive(_parts(bodies), lambda one: _parts(st.lists(one, max_size=4)), max_leaves=6),
)

TEXTS: Mapping[str, SearchStrategy[bytes]] = {
    ".txt": _files(plain | lines | cues),
    ".md": _files(markdown),
    ".srt": _files(cues),
    ".vtt": _files(vtt),
    ".html": _files(html | nested),
    ".csv": _files(_rows(_one_of(",", ";", "\t", "|"))),
    ".tsv": _files(timed_rows | _rows(st.just("\t"))),
    ".json": _files(written | written | written | deep),
    ".eml": mail,
    ".rtf": _files(rtf, ("latin-1", "utf-8")),
}
