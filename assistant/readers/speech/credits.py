"""What a transcript says of itself, and nobody said: utterances → those that were spoken.

Over a silence, Whisper writes the credits that ended the subtitles it was trained on; other
programs sign what they write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from assistant.readers.parts import Defect, Part
from assistant.readers.speech.turns import Utterance, sentences

#: Longer than this, in characters, a sentence says something besides.
_LONGEST = 160
#: Each is a whole sentence, folded to lower case, its quotes and spaces plain.
_SUBTITLES = (
    r"(?:sous[- ]?titr\w*|sub?titles?|subtitling|captions?|closed captions?|untertitel\w*"
    r"|subt[ií]tulos|legendas?|sottotitoli|ondertitel\w*|napisy|transcri\w+|titulky|textning"
    r"|undertekster|altyaz[ıi])"
)
_INVENTED = (
    rf"{_SUBTITLES}\b.{{0,90}}\bamara[. ]?org\b.{{0,30}}",
    r"(?:by|par|von|de|da|por|para) (?:the |la |der )?(?:communaut[ée]|community)?.{0,20}"
    r"\bamara[. ]?org\b",
    r"(?:www\.|http\S{0,12})?amara\.org",
    rf"{_SUBTITLES} (?:par |by |von |: ?)?.{{0,20}}(?:radio-?canada|soci[ée]t[ée] radio-canada)",
    r"sous[- ]?titrage (?:st['’]? ?\d{3}|mfp|fr ?\??|tvmedia|vdm|titra\w*|red bee media"
    r"|soci[ée]t[ée]? .{1,30}|par .{1,30}|: .{1,30})",
    r"sous[- ]?titr(?:es|age) (?:r[ée]alis[ée]e?s?|faits?|effectu[ée]s?|cr[ée][ée]s?|adapt[ée]s?) "
    r"(?:par|para|pour|avec) .{1,60}",
    r"sous[- ]?titr(?:es|age)(?: fran[çc]ais| en fran[çc]ais)? (?:par|de|:) \S+(?: \S+){0,3}",
    r"❤️? ?par soustitreur\.com|.{0,30}\bsoustitreur\.com",
    r"untertitel(?:ung)? (?:im auftrag des zdf.{0,40}|von stephanie geiges|des zdf.{0,30}"
    r"|der .{1,30}gemeinschaft)",
    r"(?:copyright )?wdr 20\d\d|swr 20\d\d|ard text im auftrag von funk.{0,20}",
    r"(?:subtitles|translated|captioned|captions|transcription|transcribed|edited|caption)"
    r" (?:and \w+ )?by .{1,60}",
    r"transcription outsourcing,? llc\.?|transcript emily beynon|translated by releska",
    r"(?:merci |thank you |thanks )(?:beaucoup |so much )?"
    r"(?:d['’]avoir regard[ée]e?s? (?:cette|la|ma) vid[ée]o"
    r"|for watching(?: (?:this|the|my) video)?)",
    r"(?:n['’]h[ée]sitez pas [àa] )?(?:vous )?abonne[rz](?:-vous)?"
    r"(?: [àa] (?:la|ma|notre) cha[îi]ne)?",
    r"(?:please |don['’]t forget to )?(?:like and )?subscribe(?: to (?:my|our|the) channel)?",
    r"www\.(?:zeoranger\.co\.uk|mooji\.org)|blank_audio",
)  # fmt: skip
_SIGNED = (
    r"\(?(?:this (?:file|transcript) (?:was|is) |ce (?:texte|fichier) (?:a [ée]t[ée]|est) )?"
    r"(?:transcribed|transcript|transcrit|transcription|transcripción|transkribiert|generated|"
    r"g[ée]n[ée]r[ée]e?|exported|created|recorded|powered|r[ée]alis[ée]e?)s? "
    r"(?:automatically |automatiquement |r[ée]alis[ée]e? |g[ée]n[ée]r[ée]e? )?"
    r"(?:by|par|with|avec|from|on|using|durch|mit|por|con|via) "
    r"(?:https?://)?(?:www\.)?(?:otter|turboscribe|sonix|rev|happy ?scribe|trint|descript|"
    r"notta|fireflies|tactiq|cockatoo|vizard|restream|scribie|temi|gotranscript|whisper|"
    r"noota|leexi|amberscript|read|tl;dv|tldv|riverside|castmagic)\b(?:[. ]?(?:ai|com|io|fr|fm))?"
    r".{0,80}",
    r"go unlimited to remove this message",
)
#: What Whisper writes wherever nobody speaks, within a sentence too.
_WITHIN = re.compile(
    r"[ \t]*\bsous-titres (?:réalisés|faits) para? la communauté d['’]amara\.org\b\.?"
    r"|\[blank_audio\]",
    re.IGNORECASE,
)
#: A sentence again and again.
_AGAIN = re.compile(r"(.{3,80}?)(?:\W{1,5}\1)+\W*")
_CREDIT = re.compile("|".join(f"(?:{one})" for one in (*_INVENTED, *_SIGNED)))
#: A word of every credit: most of what is said has none, and is told at once.
_MAYBE = tuple(
    "titr amara subtitl caption transcri transkri untertitel subtít subtit legenda sottotit"
    " ondertit napisy titulky textning undertekst altyaz translat edited wdr swr zdf ard regard"
    " watch abonn subscrib www. blank_audio génér gener exporte created recorded powered réalis"
    " realis unlimited".split()
)
_AROUND = ' .!…-–—*♪♫[]()"«»“”\u00a0'


def is_credit(text: str) -> bool:
    """Tell whether a text, as a whole, is what a program writes and nobody says."""
    low = text.lower()
    if len(text) > _LONGEST or not any(map(low.__contains__, _MAYBE)):
        return False
    bare = " ".join(low.replace("’", "'").split()).strip(_AROUND)
    if again := _AGAIN.fullmatch(bare):
        bare = again[1].strip(_AROUND)
    return bool(bare) and _CREDIT.fullmatch(bare) is not None


def credit_words(low: str) -> list[str]:
    """Return the words of credits that a text in small letters has: most have none."""
    return [*filter(low.__contains__, _MAYBE)]


def without_invented(text: str) -> str:
    """Return a text without what Whisper writes wherever nobody speaks; its lines stay in place."""
    return _WITHIN.sub("", text) if _has_invented(text) else text


def _has_invented(text: str) -> bool:
    low = text.lower()
    return ("amara" in low or "blank_audio" in low) and _WITHIN.search(text) is not None


def spoken(utterances: Iterable[Utterance]) -> Iterator[Part]:
    """Yield the sentences of what is said, then a defect where credits were left out."""
    utterances = list(utterances)
    whole = "\n".join(utterance.text for utterance in utterances).lower()
    maybe = credit_words(whole)
    if not maybe:
        yield from sentences(utterances)
        return
    left_out: dict[str, None] = {}
    heard_alone: set[str] = set()

    def heard() -> Iterator[Utterance]:
        for utterance in utterances:
            if not any(map(utterance.text.lower().__contains__, maybe)):
                heard_alone.add(utterance.text)
                yield utterance
                continue
            if is_credit(utterance.text):
                left_out[utterance.text] = None
                continue
            if not _has_invented(utterance.text):
                heard_alone.add(utterance.text)
                yield utterance
                continue
            left_out.update(
                dict.fromkeys(found.strip() for found in _WITHIN.findall(utterance.text))
            )
            if words := " ".join(_WITHIN.sub(" ", utterance.text).split()):
                yield replace(utterance, text=words)

    for block in sentences(heard()):
        if block.text not in heard_alone and is_credit(block.text):
            left_out[block.text] = None
        else:
            yield block
    if left_out:
        yield Defect("credits_left_out", {"names": " ; ".join(list(left_out)[:5])})
