"""The sheets of a generation: the catalog → rows of (kind, subject, sheet) for `index.publishing`.

A document is looked through once, and its digest kept in the catalog as long as it stays the same:
of one edited slide, only the deck is weighed again. A sheet is JSON: characters of passages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from assistant.corpus.programme import in_order
from assistant.index.catalog import Catalog
from assistant.index.slides import Facts, Talk
from assistant.index.slides.spans import when_said
from assistant.index.translations import translations
from assistant.records.documents import Passage, Session
from assistant.records.vectors import Vectors
from assistant.retrieval import key_sentences
from assistant.retrieval.layout import lay_out
from assistant.retrieval.overviews.pieces import in_pieces, of_pieces
from assistant.sheets.digest import Digest
from assistant.sheets.event_sheets import SessionMaterial, event_choice
from assistant.sheets.exchanges import exchanges
from assistant.sheets.figures import figures
from assistant.sheets.names import names
from assistant.sheets.outline import outline
from assistant.sheets.parts import parts_of
from assistant.sheets.points import points, synthesis
from assistant.sheets.reading import EVENT, SESSION
from assistant.sheets.session_sheets import Source, chosen, in_reading_order

#: Raised when digests come out otherwise: those that are kept are made anew.
VERSION = f"{key_sentences.VERSION}.5"


@dataclass(frozen=True, slots=True)
class _Maker:
    """What sheets are made of: the catalog, the facts and titles of documents, the alignments."""

    catalog: Catalog
    facts: Mapping[str, Facts]
    titles: Mapping[str, str]
    talks: Sequence[Talk]

    def source(self, document_id: str) -> Source:
        """Return a document as sheets are made of it, looked through if it has changed."""
        # Before its passages are kept: a large document is in memory once.
        digest = self.digest(document_id)
        passages = {one.ordinal: one for one in self.catalog.entries(document_id)}
        kind = self.facts[document_id].get("kind", "")
        return Source(document_id, kind, passages, digest, self.moments(document_id))

    def digest(self, document_id: str) -> Digest:
        """Return what sheets may take from a document: as kept, or found now and kept."""
        facts = self.facts[document_id]
        titles = [one for one in (self.titles[document_id], facts.get("session_title", "")) if one]
        kind = facts.get("kind", "")
        key = self.catalog.content_key(document_id, VERSION, kind, *titles)
        kept = self.catalog.digest(document_id, key)
        if kept is not None:
            return Digest.from_json(kept)
        rows = [(passage, parts) for passage, _, parts in self.catalog.passages_of(document_id)]
        made = digest_of(
            [passage for passage, _ in rows],
            [parts for _, parts in rows],
            titles=titles,
            is_deck=kind == "slides",
        )
        self.catalog.keep_digest(document_id, key, made.to_json())
        return made

    def moments(self, deck_id: str) -> dict[int, float]:
        """Return when each slide was spoken about, as a share of the talk's time."""
        found: dict[int, float] = {}
        for talk in self.talks:
            if talk.deck_id == deck_id and talk.best:
                end = max((span.last for span in talk.spans), default=1.0) or 1.0
                for slide in {span.slide for span in talk.spans}:
                    said = when_said(talk.spans, slide)
                    if said:
                        found[slide] = said.first / end
        return found


def digest_of(
    passages: Sequence[Passage], vectors: Sequence[Vectors], *, titles: Sequence[str], is_deck: bool
) -> Digest:
    """Return what the sheets may take from a document. Pure.

    `vectors` are those of the sentences of each passage, float32 [sentences, dim]; `titles` the
    document's and its session's.
    """
    cut = [in_pieces(lay_out(one)) for one in passages]
    laid = [one for one, _ in cut]
    own = [of_pieces(of, whole) for of, (_, whole) in zip(vectors, cut, strict=True)]
    parts = parts_of(laid, key_sentences.weights(laid, own))
    return Digest(
        tuple(points(parts, titles=titles, is_deck=is_deck)),
        tuple(synthesis(parts, titles=titles, is_deck=is_deck)),
        tuple(outline(parts, titles=titles)),
        tuple(figures(parts, is_deck=is_deck)),
        tuple(names(parts)),
        tuple(exchanges(parts)),
    )


def sheets_of(
    catalog: Catalog, facts: Mapping[str, Facts], talks: Sequence[Talk]
) -> Iterator[tuple[str, str, str]]:
    """Yield the sheet of each session, then of each event. One event is in memory at a time."""
    titles = {id_: title for id_, title, *_ in catalog.documents()}
    # What a translation says is said already.
    translated = translations({id_: language for id_, _, language, *_ in catalog.documents()})
    facts = {id_: known for id_, known in facts.items() if id_ not in translated}
    maker = _Maker(catalog, facts, titles, talks)
    for event, sessions in _by_event(facts).items():
        material: dict[str, SessionMaterial] = {}
        for session, ids in sessions.items():
            sources = in_reading_order([maker.source(id_) for id_ in ids])
            known = facts[ids[0]]
            choice = chosen(sources, known.get("event_title", ""))
            material[session] = SessionMaterial(known.get("session_title", ""), sources, choice)
            documents = [one.id for one in sources]
            yield SESSION, session, json.dumps({"documents": documents} | asdict(choice))
        yield EVENT, event, json.dumps(asdict(event_choice(material)))


def _by_event(facts: Mapping[str, Facts]) -> dict[str, dict[str, list[str]]]:
    """Return the documents of each session of each event, in the programme's order."""
    found: dict[str, list[str]] = {}
    for id_, known in facts.items():
        if session := known.get("session"):
            found.setdefault(session, []).append(id_)
    sessions = [_session(id_, facts[ids[0]]) for id_, ids in found.items()]
    events: dict[str, dict[str, list[str]]] = {}
    for one in sorted(sessions, key=in_order):
        events.setdefault(one.event, {})[one.id] = found[one.id]
    return events


def _session(id_: str, known: Facts) -> Session:
    """Return what puts a session in the programme's order."""
    return Session(
        id_, known.get("event", ""), known.get("session_title", ""),
        date=known.get("date", ""), time=known.get("time", ""),
    )  # fmt: skip
