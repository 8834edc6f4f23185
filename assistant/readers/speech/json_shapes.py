"""Where transcribers keep what is said in their JSON: a value → a list of what is said.

Each of the list is a dict with a text, times and perhaps a speaker, under names that
`json_transcripts` knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_Item = Mapping[str, Any]
#: The lists of what is said, by the path that leads to them; the first that has any is read.
_PATHS = (
    "recognizedPhrases",  # Azure, from a batch
    "phrases",  # Azure, at once
    "results.utterances",  # Deepgram
    "results.channels",  # Deepgram, without utterances
    "results.audio_segments",  # AWS
    "results.items",
    "result.transcription.utterances",  # Gladia
    "transcription.utterances",
    "prediction",  # Gladia, before
    "transcription",  # whisper.cpp
    "utterances",  # AssemblyAI
    "monologues",  # Rev
    "segments",  # Whisper, podcasts
    "chunks",  # Transformers
    "events",  # YouTube
    "transcript.segments",
    "transcript",
    "captions",
    "sentences",
    "paragraphs",
    "results",  # Speechmatics, Google
    "result",  # Vosk
    "alternatives",
    "words",
)
_LANGUAGES = (
    "language", "language_code", "lang", "result.language", "params.language", "locale",
    "result.transcription.languages", "recognizedPhrases.0.locale", "phrases.0.locale",
    "results.channels.0.detected_language", "results.language_code", "metadata.language",
    "metadata.transcription_config.language", "detected_language",
)  # fmt: skip
_NAMED = {
    "french": "fr", "français": "fr", "english": "en", "german": "de", "spanish": "es",
    "italian": "it", "dutch": "nl", "portuguese": "pt", "arabic": "ar",
}  # fmt: skip


def said_in(found: object) -> list[_Item]:
    """Return what is said, in the order of the file; nothing for what is no transcript."""
    if isinstance(found, list):
        return _all_items(found)
    if not isinstance(found, dict):
        return []
    for path in _PATHS:
        if items := _all_items(_at(found, path)):
            return _punctuated(items)
    return []


def language_of(found: object) -> str:
    """Return the language that a transcript states, as two letters; "" where it states none."""
    for path in _LANGUAGES:
        value = _at(found, path)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str):
            stated = value.strip().lower()
            if stated in _NAMED:
                return _NAMED[stated]
            if re.fullmatch(r"[a-z]{2}(?:[-_][a-z0-9]{2,8})?", stated):
                return stated[:2]
    return ""


def _at(found: object, path: str) -> object:
    """Return what stands at a path, "results.0.words"; None where nothing does."""
    for name in path.split("."):
        if isinstance(found, dict):
            found = found.get(name)
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            return None
    return found


def _dicts(held: object) -> list[dict[str, Any]]:
    """Return the elements of a list that are dicts; none of anything else."""
    return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []


def _all_items(held: object) -> list[_Item]:
    """Return what all the elements of a list say."""
    return [item for one in _dicts(held) for item in _items(one)]


def _items(element: dict[str, Any]) -> Iterator[_Item]:
    """Yield what an element of a list says: itself, or what is said within it."""
    for shape in (_phrase, _event, _monologue, _channel, _words, _plain):
        items = list(shape(element))
        if items:
            yield from items
            return


def _phrase(phrase: dict[str, Any]) -> Iterator[_Item]:
    """Azure: the best of what was recognised."""
    best = phrase.get("nBest") or phrase.get("NBest")
    if isinstance(best, list) and best and isinstance(best[0], dict):
        said = best[0].get("display") or best[0].get("Display") or best[0].get("lexical")
        yield {**phrase, "text": said}


def _event(event: dict[str, Any]) -> Iterator[_Item]:
    """YouTube: an event whose pieces make its text; those of line breaks alone say nothing."""
    pieces = event.get("segs")
    if isinstance(pieces, list):
        texts = [str(piece.get("utf8", "")) for piece in _dicts(pieces)]
        yield {**event, "text": "".join(texts)}


def _monologue(monologue: dict[str, Any]) -> Iterator[_Item]:
    """Rev: the words of a speaker, and the signs between them."""
    for element in _dicts(monologue.get("elements")):
        if str(element.get("value", "")).strip():
            yield {**element, "speaker": monologue.get("speaker")}


def _channel(channel: dict[str, Any]) -> Iterator[_Item]:
    """Deepgram, Google, Speechmatics: the first of the alternatives."""
    alternatives = channel.get("alternatives")
    if not isinstance(alternatives, list) or not alternatives:
        return
    best = alternatives[0]
    if not isinstance(best, dict):
        return
    paragraphs = _at(best, "paragraphs.paragraphs")
    for paragraph in _dicts(paragraphs):
        for sentence in _dicts(paragraph.get("sentences")):
            yield {"speaker": paragraph.get("speaker"), **sentence}
    if not paragraphs:
        words = best.get("words")
        if isinstance(words, list):
            yield from _dicts(words)
        else:
            yield {**channel, **best}


def _words(result: dict[str, Any]) -> Iterator[_Item]:
    """Vosk: the words of a result, which has no time itself."""
    yield from _dicts(result.get("result"))


def _plain(item: dict[str, Any]) -> Iterator[_Item]:
    """Anything else, its times and its text beside each other."""
    offsets, stamps, span = item.get("offsets"), item.get("timestamps"), item.get("timestamp")
    if isinstance(offsets, dict):
        yield {**item, "startMs": offsets.get("from"), "endMs": offsets.get("to")}
    elif isinstance(stamps, dict):
        yield {**item, "from": stamps.get("from"), "to": stamps.get("to")}
    elif isinstance(span, list) and len(span) == 2:
        yield {**item, "start": span[0], "end": span[1]}
    else:
        yield item


def _punctuated(items: Sequence[_Item]) -> list[_Item]:
    """Return items, each sign that has no time of its own joined to the word before it."""
    joined: list[_Item] = []
    for item in items:
        if item.get("type") in ("punct", "punctuation") and joined:
            name = next((name for name in ("value", "content") if name in joined[-1]), "")
            sign = str(item.get("value", item.get("content", ""))).strip()
            if name:
                joined[-1] = {**joined[-1], name: f"{joined[-1][name]}{sign}"}
        else:
            joined.append(item)
    return joined
