"""The form that corrects a document: its speakers and a page of its blocks → HTML. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import get_args
from urllib.parse import urlencode

from assistant.corpus.corrections import text_hash
from assistant.curation.correcting import MOST_CHARACTERS, Correctable, Correcting
from assistant.i18n import Language, count, say
from assistant.i18n.places import automatic_of, place_in_words
from assistant.records import Place, PlaceKind
from assistant.text.analysis import clean, fold
from assistant.web.shared.addresses import reading_address
from assistant.web.shared.escaping import escape, language_mark
from assistant.web.staff.document_list import document_page
from assistant.web.staff.paging import PLACES, number_of, pages_of, pages_piece

#: Blocks on a page.
_MOST_BLOCKS = 50
#: What the form may ask for besides saving.
DROP, UNDO_ALL = "retirer", "tout-retablir"
CORRECTED = "corriges"
#: The form, which the speakers' fields belong to from outside.
_FORM = "corriger"
#: Characters shown of a block that is too long to be corrected here.
_MOST_READ = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which blocks are asked for: those with these words, corrected only, and which page."""

    words: str = ""
    corrected_only: bool = False
    page: int = 1

    @classmethod
    def of(cls, page: str, words: str, state: str) -> Asked:
        """Return what an address asks for."""
        return cls(words[:200], state == CORRECTED, number_of(page))

    def fits(self, block: Correctable) -> bool:
        """Tell whether a block is asked for."""
        if self.corrected_only and block.new_text is None:
            return False
        if block.forgotten:
            return not self.words
        text = fold(f"{shown_text(block)} {block.text} {block.speaker} {block.new_speaker}")
        return all(word in text for word in fold(self.words).split())


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed over a `version`: texts by block, names by the source's.

    None is what the source has. `numbers` are the blocks that the form showed. Where it could not
    be saved, `fault` says why in words, and `key` by its name.
    """

    version: str = ""
    texts: Mapping[int, str | None] = field(default_factory=dict)
    names: Mapping[str, str | None] = field(default_factory=dict)
    numbers: tuple[int, ...] = ()
    fault: str = ""
    key: str = ""


def correction_address(document_id: str, asked: Asked | None = None) -> str:
    """Return the address of the page that corrects a document."""
    asked = asked or Asked()
    query = {
        "q": asked.words,
        "etat": CORRECTED if asked.corrected_only else "",
        "page": str(asked.page) if asked.page > 1 else "",
    }
    written = urlencode({name: value for name, value in query.items() if value})
    return f"{document_page(document_id)}/corriger{'?' if written else ''}{written}"


def shown_text(block: Correctable) -> str:
    """Return a block's text as it is now."""
    return block.text if block.new_text is None else block.new_text


def mark_of(text: str) -> str:
    """Return what tells whether a text was changed in the form."""
    return text_hash(clean(text))


def correction_body(
    opened: Correcting,
    asked: Asked,
    typed: Typed,
    language: Language,
    *,
    is_indexed: bool,
    is_heard: bool,
) -> str:
    """Return the page: what to know, the search, the form, what fits nothing any more."""
    found = [block for block in opened.blocks if asked.fits(block)]
    pages = pages_of([_size(block) for block in found], _MOST_BLOCKS)
    at = min(asked.page, len(pages))
    shown: Sequence[Correctable] = [found[n] for n in pages[at - 1]]
    same_file = typed.version.partition("-")[0] == opened.version.partition("-")[0]
    lost: list[str] = []
    if typed.fault:
        # What was typed is shown over the blocks it was typed over, wherever they are now.
        known = {block.number: block for block in opened.blocks} if same_file else {}
        shown = [known[number] for number in typed.numbers if number in known]
        lost = [text for number, text in typed.texts.items() if text and number not in known]
        lost += [] if same_file else [one for one in typed.names.values() if one]
    shared = _Shared(opened, typed, language, is_indexed, is_heard)
    blocks = "".join(_block(block, shared) for block in shown)
    listed = f'<ol class="blocs">{blocks}</ol>' if blocks else f"<p>{_told('none', language)}</p>"

    def page_address(number: int) -> str:
        return correction_address(opened.document_id, replace(asked, page=number))

    above = below = ""
    if not typed.fault:
        above, below = (
            pages_piece(at, len(pages), page_address, name, language) for name in PLACES
        )
    how_many = count("correcting.found", len(found), language)
    action = escape(correction_address(opened.document_id, replace(asked, page=at)))
    question = escape(say("correcting.undo_all_question", language))
    undo = ""
    if opened.renamed or any(block.new_text is not None for block in opened.blocks):
        undo = (
            f'<p class="gestes tout"><button class="grave" name="geste" value="{UNDO_ALL}"'
            f' data-confirmer="{question}">{_told("undo_all", language)}</button></p>'
        )
    save = f'<button class="principal">{_told("save", language)}</button>'
    return (
        f"{_fault(typed, lost, language)}{_about(opened, language)}"
        # The first button of the form is the one that the Enter key presses.
        f'<button hidden form="{_FORM}"></button>'
        f"{_speakers(shared)}{_unfit(opened, language)}"
        f"<h2>{_told('texts', language)}</h2>"
        f'<p class="aide">{_told("texts_help", language)}</p>'
        f"{_search(opened, asked, language)}"
        f'<form method="post" action="{action}" id="{_FORM}"'
        f' data-quitter="{_told("leaving", language)}">'
        f'<input type="hidden" name="version" value="{escape(opened.version)}">'
        f'<p class="aide">{escape(how_many)}</p>{above}{listed}{below}'
        f'<div class="gestes enregistrer">{save}</div>{undo}</form>'
    )


@dataclass(frozen=True, slots=True)
class _Shared:
    """What each part of the form needs."""

    opened: Correcting
    typed: Typed
    language: Language
    is_indexed: bool
    is_heard: bool


def _size(block: Correctable) -> int:
    return max(len(block.text), len(block.new_text or ""))


def _fault(typed: Typed, lost: Sequence[str], language: Language) -> str:
    """Return why what was typed is not saved, and what of it has no place any more."""
    if not typed.fault:
        return ""
    kept = f"<p>{_told('kept', language)}</p>" if typed.texts or typed.names else ""
    listed = "".join(f"<li><pre>{escape(one)}</pre></li>" for one in lost)
    if listed:
        listed = f"<p>{_told('lost', language)}</p><ul>{listed}</ul>"
    return f'<div class="avis" role="alert"><p>{escape(typed.fault)}</p>{kept}{listed}</div>'


def _about(opened: Correcting, language: Language) -> str:
    """Return what to know before correcting: a machine wrote it, somebody was forgotten."""
    notes = []
    if (how := opened.facts.get("automatic", "")) in ("speech", "ocr"):
        notes.append(say(f"correcting.automatic_{how}", language))
    if opened.forgotten:
        notes.append(count("correcting.forgotten", opened.forgotten, language))
    return "".join(f'<p class="note">{escape(one)}</p>' for one in notes)


def _speakers(shared: _Shared) -> str:
    """Return the table of the speakers: as read, and as shown."""
    opened, language = shared.opened, shared.language
    forgotten = {block.speaker for block in opened.blocks if block.forgotten}
    names = [name for name in opened.speakers if name not in forgotten]
    if not names:
        return ""
    said = dict.fromkeys(names, 0)
    for block in opened.blocks:
        if block.speaker in said:
            said[block.speaker] += 1
    rows = "".join(_speaker(at, name, said[name], shared) for at, name in enumerate(names))
    head = "".join(
        f'<th scope="col">{_told(one, language)}</th>' for one in ("speaker_read", "speaker_shown")
    )
    return (
        f'<h2>{_told("speakers", language)}</h2><p class="aide" id="aide-noms">'
        f"{_told('speakers_help', language)}</p>"
        f'<div class="tableau noms"><table><caption class="lu-seulement">'
        f"{_told('speakers', language)}</caption><thead><tr>{head}</tr></thead>"
        f'<tbody>{rows}</tbody></table></div><p class="gestes"><button form="{_FORM}">'
        f"{_told('save', language)}</button></p>"
    )


def _speaker(at: int, name: str, blocks: int, shared: _Shared) -> str:
    opened, language = shared.opened, shared.language
    now = opened.renamed.get(name, name)
    typed = shared.typed.names.get(name, now) or ""
    label = escape(say("correcting.speaker_label", language, name=name))
    undo = ""
    if name in opened.renamed:
        undo = (
            f'<button form="{_FORM}" name="rendre" value="{escape(name)}">'
            f"{_told('undo', language)}"
            f'<span class="lu-seulement"> {escape(name)}</span></button>'
        )
    beside = escape(count("correcting.found", blocks, language))
    return (
        f'<tr><th scope="row">{escape(name)} <span class="fil">{beside}</span></th>'
        f'<td><div class="nom">'
        f'<input form="{_FORM}" name="s{at}" value="{escape(typed)}" aria-label="{label}"'
        f' aria-describedby="aide-noms" autocomplete="off" spellcheck="true">{undo}</div>'
        f'<input type="hidden" form="{_FORM}" name="o{at}" value="{escape(name)}">'
        f'<input type="hidden" form="{_FORM}" name="m{at}" value="{escape(now)}"></td></tr>'
    )


def _unfit(opened: Correcting, language: Language) -> str:
    """Return the corrections that fit nothing in the document any more."""
    items = [
        f"<li><b>{escape(_place(Place(_kind(key.kind), key.first, key.last), language))}</b>"
        f"{_told('colon', language)} {escape(one.text) or _told('taken_out', language)}</li>"
        for key, one in sorted(opened.unfit.items())
    ]
    items += [
        f"<li>{escape(say('correcting.unfit_name', language, old=old, new=new))}</li>"
        for old, new in opened.renamed.items()
        if old not in opened.speakers
    ]
    if not items:
        return ""
    question = escape(say("correcting.drop_question", language))
    return (
        f"<h2>{_told('unfit', language)}</h2>"
        f'<div class="avis"><p>{_told("unfit_help", language)}</p><ul>{"".join(items)}</ul>'
        f'<p class="gestes"><button class="grave" form="{_FORM}" name="geste" value="{DROP}"'
        f' data-confirmer="{question}">{_told("drop", language)}</button></p></div>'
    )


def _search(opened: Correcting, asked: Asked, language: Language) -> str:
    action = escape(correction_address(opened.document_id))
    ticked = " checked" if asked.corrected_only else ""
    everything = ""
    if asked.words or asked.corrected_only:
        everything = f'<p><a class="lien" href="{action}">{_told("everything", language)}</a></p>'
    return (
        f'<form class="gestes cherche" role="search" method="get" action="{action}">'
        f'<p class="champ"><label for="q">{_told("search", language)}</label>'
        f'<input id="q" name="q" type="search" value="{escape(asked.words)}"></p>'
        f'<p><label><input type="checkbox" name="etat" value="{CORRECTED}"{ticked}> '
        f"{_told('corrected_only', language)}</label></p>"
        f"<p><button>{_told('show', language)}</button></p>{everything}</form>"
    )


def _block(block: Correctable, shared: _Shared) -> str:
    """Return a block: where it stands, who speaks, its text to change, and the original."""
    language = shared.language
    if block.forgotten:
        words = _told("forgotten_block", language)
        place = escape(_place(block.place, language))
        return f'<li class="bloc" id="b{block.number}"><p><b>{place}</b> {words}</p></li>'
    number = block.number
    spoken = language_mark(shared.opened.language, language)
    if len(block.text) > MOST_CHARACTERS:
        beginning = escape(block.text[:_MOST_READ])
        text = f'<p{spoken}>{beginning}…</p><p class="aide">{_told("too_long", language)}</p>'
        return f'<li class="bloc" id="b{number}">{_where(block, shared)}<div>{text}</div></li>'
    now = shown_text(block)
    typed = shared.typed.texts.get(number, now)
    text = block.text if typed is None else typed
    original = undo = described = ""
    if block.new_text is not None:
        described = f' aria-describedby="o{number}"'
        original = (
            f'<p class="original" id="o{number}"><b>{_told("original", language)}</b> '
            f"<span{spoken}>{escape(block.text)}</span></p>"
        )
        undo = (
            f'<p class="gestes"><button name="retablir" value="{number}">'
            f"{_told('undo', language)}"
            f'<span class="lu-seulement"> {escape(_place(block.place, language))}</span>'
            "</button></p>"
        )
    if shared.typed.key == "corrections_changed" and number in shared.typed.texts:
        original += (
            f'<p class="original"><b>{_told("saved_meanwhile", language)}</b> '
            f"<span{spoken}>{escape(now)}</span></p>"
        )
    rows = min(12, max(2, len(text) // 90 + len(text.splitlines())))
    return (
        f'<li class="bloc" id="b{number}">{_where(block, shared)}<div>'
        # The parser drops a first line end.
        f'<textarea id="t{number}" name="t{number}" rows="{rows}"{described}{spoken}'
        f' spellcheck="true">\n{escape(text)}</textarea>'
        f'<input type="hidden" name="e{number}" value="{mark_of(now)}">'
        f"{original}{undo}</div></li>"
    )


def _where(block: Correctable, shared: _Shared) -> str:
    """Return where a block stands and who speaks, as its label, with the link that opens it."""
    language = shared.language
    place = _place(block.place, language)
    who = escape(block.new_speaker)
    if block.kind == "notes":
        who = escape(say("page.speaker_notes", language))
    tags = "".join(f'<span class="etiquette">{escape(one)}</span>' for one in _tags(block, shared))
    link = ""
    if shared.is_indexed:
        key = "listen" if shared.is_heard and block.place.kind == "second" else "read_there"
        address = reading_address(shared.opened.document_id, language, block.place)
        link = (
            f'<a class="lien" href="{escape(address)}" target="_blank" rel="noopener">'
            f'{_told(key, language)}<span class="lu-seulement"> – {escape(place)} '
            f"{escape(say('page.new_tab', language))}</span></a>"
        )
    label = f"<b>{escape(place)}</b>" + (f" <span>{who}</span>" if who else "")
    if len(block.text) <= MOST_CHARACTERS:
        label = f'<label for="t{block.number}">{label}</label>'
    return f'<div class="ou">{label}{link}{tags}</div>'


def _tags(block: Correctable, shared: _Shared) -> Iterator[str]:
    language = shared.language
    if block.new_text is not None:
        yield say(f"correcting.{'changed' if block.new_text else 'taken_out'}", language)
    elif automatic_of(shared.opened.facts, block.place) == "ocr":
        yield say("correcting.by_machine", language)


def _place(place: Place, language: Language) -> str:
    words = place_in_words(place, language)
    return words[:1].upper() + words[1:]


def _kind(kind: str) -> PlaceKind:
    """Return the kind of place that a correction's file names; a line where it names none."""
    return next((one for one in get_args(PlaceKind) if one == kind), "line")


def _told(key: str, language: Language) -> str:
    return escape(say(f"correcting.{key}", language))
