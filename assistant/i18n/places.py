"""A `Place` in the words that people use: "page 3", "diapositive 5", "à 12 min 04 s"."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.i18n import Language, say
from assistant.records.documents import CONTEXT_SEPARATOR, Automatic, Passage, Place


def place_in_words(
    place: Place,
    language: Language = "fr",
    *,
    automatic: Automatic = "",
    said: Place | None = None,
    shown: Place | None = None,
    notes: bool = False,
    label: str = "",
) -> str:
    """Say where a text stands; of a passage of a recording, where it begins.

    A text that no person wrote down is marked as such. `said` is when a slide was spoken about,
    `shown` the slide that was on screen when something was said. `notes`: it stands in the
    speaker's notes of the slide, which nobody saw. `label`: what is printed on the page as its
    number (`label_of`), where that is another.
    """
    if notes:
        words = place_in_words(place, language, automatic=automatic, said=said, label=label)
        return say("places.notes", language, place=words)
    if said:
        words = place_in_words(place, language, automatic=automatic, label=label)
        return say("places.said", language, place=words, time=clock(said.first))
    if shown:
        words = place_in_words(place, language, automatic=automatic, label=label)
        return say("places.shown", language, place=words, slide=round(shown.first))
    if automatic:
        words = place_in_words(place, language, label=label)
        return say(f"places.automatic_{automatic}", language, place=words)
    if place.kind == "second":
        return say("places.second", language, time=clock(place.first))
    first, last = round(place.first), round(place.last)
    if label:
        key = "places.page_labelled_first" if first == 1 else "places.page_labelled"
        return say(key, language, label=label, number=first)
    if first == last:
        return say(f"places.{place.kind}", language, first=first)
    return say(f"places.{place.kind}_many", language, first=first, last=last)


def label_of(facts: Mapping[str, str], place: Place) -> str:
    """Return what is printed on a page in place of its number, "iv" or "1"; "" where nothing is."""
    at = round(place.first) - 1
    labels = facts.get("page_labels", "").split(", ") if place.kind == "page" else []
    label = labels[at] if 0 <= at < len(labels) and place.first == place.last else ""
    return "" if label == str(at + 1) else label


def in_notes(passage: Passage) -> bool:
    """Tell whether a passage stands in a slide's speaker notes."""
    own = say("passages.speaker_notes")
    return passage.context == own or passage.context.endswith(CONTEXT_SEPARATOR + own)


def automatic_of(facts: Mapping[str, str], place: Place) -> Automatic:
    """Tell how a document's text at `place` came to be: "" where a person wrote it down."""
    match facts.get("automatic"):
        case "speech":
            return "speech"
        case "ocr" if str(round(place.first)) in facts.get("automatic_pages", "").split():
            return "ocr"
    return ""


def clock(seconds: float) -> str:
    """Write a time in a recording as people say it: "12 min 04 s", "1 h 02 min 04 s"."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    if hours:
        return f"{hours} h {minutes:02d} min {rest:02d} s"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
