"""A question on the programme or the list of documents → an `Answer` read there. Pure.

Times, rooms, speakers, sessions and documents are known from the programme: nothing is searched,
and nothing is quoted. Where the programme can't tell, there is no answer here, and the question is
one for the documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.query.intent import Catalogue, Inquiry
from assistant.query.slots import Slot
from assistant.query.titles import entitled, named_in, nearest, titled
from assistant.records.answers import Answer, AssistantLine, ListedDocument
from assistant.records.documents import Session
from assistant.records.messages import Message
from assistant.retrieval.told_answers import told_answer
from assistant.text.analysis import fold
from assistant.text.lexicon import Lexicon

#: What English calls the types of session that a French programme has.
_ENGLISH = {"workshop": "atelier", "talk": "conference"}
#: Any type of session.
_ANY = frozenset({"seance", "session", "evenement"})
#: What people call the kinds of documents; any other word is for all of them.
_KINDS = {
    **dict.fromkeys(("diaporama", "diapo", "diapositive", "slide", "powerpoint", "ppt"), "slides"),
    **dict.fromkeys(("presentation",), "slides"),
    **dict.fromkeys(("enregistrement", "video", "audio", "recording"), "transcript"),
    **dict.fromkeys(("transcription", "transcript"), "transcript"),
}
#: What says that a session, or the event, is meant: else "la collecte" is no workshop on it.
_SAYS_WHAT = re.compile(
    r"\b(?:ateliers?|conferences?|confs?|seances?|sessions?|tables? rondes?|webinaires?|formations?"
    r"|podcasts?|presentations?|interventions?|plenieres?|keynotes?|discours|exposes?|cours|debats?"
    r"|entretiens?|interviews?|workshops?|talks?|forum|event|evenement|journees?|colloque"
    r"|seminaire|rencontres?|salon|assises|congres)\b"
)

_IS_SESSION = re.compile(
    r"(?:ateliers?|conferences?|confs?|seances?|sessions?|tables? rondes?|webinaires?|plenieres?"
    r"|keynotes?)"
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What there is to answer from: the sessions, and the documents of each ("" for the event)."""

    sessions: Sequence[Session]
    documents: Mapping[str, Sequence[ListedDocument]]
    lexicon: Lexicon | None = None

    def lines(self, sessions: Sequence[Session]) -> list[AssistantLine]:
        """Return a line for each session, with its documents."""
        return [
            AssistantLine(
                "told.session", session=one, documents=tuple(self.documents.get(one.id, ()))
            )
            for one in sessions
        ]

    def named(self, phrase: str) -> tuple[Session, ...]:
        """Return the sessions that a phrase names and says no more than, all for an empty one."""
        if not phrase:
            return tuple(self.sessions)
        found = named_in(phrase, self.sessions, self.lexicon)
        return found.sessions if found and not found.theme else ()

    def titled(self, phrase: str) -> tuple[Session, ...]:
        """Return the sessions whose whole title a phrase says."""
        return titled(phrase, self.sessions)


def catalogue_answer(
    question: str, inquiry: Inquiry, shelf: Shelf, started: float, slot: Slot | None = None
) -> Answer | None:
    """Answer from the programme and the list of documents; None where they can't tell.

    `slot` are the sessions that the question asks for by when and where they are.
    """
    told = _in_slot(slot, shelf) if slot else []
    if not told and inquiry.catalogue:
        told = _ANSWERS[inquiry.catalogue](inquiry, shelf)
    if not told:
        return None
    return told_answer(question, told, engine="catalogue", intent="programme", started=started)


def is_unannounced(inquiry: Inquiry, shelf: Shelf) -> bool:
    """Tell whether a question asks for a session on what no title has a word of.

    A town's "formation sur les extincteurs" is no session, and on no programme.
    """
    if inquiry.catalogue != "about" or not _IS_SESSION.fullmatch(fold(inquiry.kind)):
        return False
    known = bool(shelf.sessions and inquiry.subject)
    return known and not nearest(inquiry.subject, shelf.sessions, shelf.lexicon)


def unannounced_answer(
    question: str, inquiry: Inquiry, said: Answer | None, shelf: Shelf, started: float
) -> Answer:
    """Say that no session announces a theme, and then what was `said` of it, if anything was."""
    if said and said.status == "answered":
        remark = Message("remark.not_announced", {"phrase": inquiry.subject})
        return replace(said, remarks=(remark, *said.remarks))
    told = [AssistantLine("told.not_announced", names=(inquiry.subject,))]
    return told_answer(question, told, engine="catalogue", intent="programme", started=started)


def with_sessions_near(answer: Answer, shelf: Shelf) -> Answer:
    """Return a refusal with the sessions near and a question on the first; others as they are."""
    if answer.status != "refused" or answer.told:
        return answer
    near = nearest(answer.question, shelf.sessions, shelf.lexicon)
    if not near:
        return answer
    head = near[0].head or near[0].id.rsplit("/", 1)[-1]
    lines = (
        AssistantLine("refusal.sessions", number=len(near)),
        *shelf.lines(near),
        AssistantLine("talk.try_summary", names=(head,), asks=True),
    )
    return replace(answer, told=lines)


def with_mentions(answer: Answer, inquiry: Inquiry, speaking: set[str], shelf: Shelf) -> Answer:
    """Return an answer on what sessions speak of a theme with those that only say its words.

    `speaking` are the ids of sessions that do; those of another type than is asked for, and those
    that the answer has, are left out.
    """
    listed = {one.session.id for one in answer.told if one.session}
    others = [one for one in _of_type(inquiry.kind, shelf) if one.id in speaking - listed]
    if not others:
        return answer
    lines = (AssistantLine("told.also_said", number=len(others)), *shelf.lines(others))
    return replace(answer, told=(*answer.told, *lines))


def _in_slot(slot: Slot, shelf: Shelf) -> list[AssistantLine]:
    """List the sessions at an hour, in a room, the first or the last; or say who speaks there."""
    if slot.speakers and (speakers := _said_by(slot.sessions, shelf)):
        return speakers
    lines = shelf.lines(slot.sessions)
    return lines if len(lines) == 1 else [AssistantLine("told.sessions_then", len(lines)), *lines]


def _programme(inquiry: Inquiry, shelf: Shelf) -> list[AssistantLine]:
    """List sessions, all of them or those of a type, with how many they are."""
    sessions = _of_type(inquiry.subject, shelf)
    if not sessions:
        return []
    types = {one.type for one in sessions}
    if len(types) == 1 and (type_ := types.pop()) and len(sessions) < len(shelf.sessions):
        head = AssistantLine("told.sessions_of_type", len(sessions), (type_,))
    else:
        head = AssistantLine("told.sessions", len(sessions))
    return [head, *shelf.lines(sessions)]


def _of_type(subject: str, shelf: Shelf) -> Sequence[Session]:
    word = re.sub(r"s$", "", fold(subject))
    word = _ENGLISH.get(word, word)
    if not word or word in _ANY:
        return shelf.sessions
    by_type = [one for one in shelf.sessions if fold(one.type) == word]
    return by_type or shelf.named(subject)


def _when(inquiry: Inquiry, shelf: Shelf) -> list[AssistantLine]:
    """Say when and where sessions take place: one of them, or the event."""
    named = shelf.named if _SAYS_WHAT.search(fold(inquiry.subject)) else shelf.titled
    sessions = named(inquiry.subject)
    known = [one for one in sessions if one.date or one.time or one.room]
    if not known:
        return []
    days = {one.date for one in known}
    if len(known) > 1 and len(known) == len(shelf.sessions) and len(days) == 1:
        return [AssistantLine("told.day", session=known[0]), *shelf.lines(known)]
    return shelf.lines(known)


def _speakers(inquiry: Inquiry, shelf: Shelf) -> list[AssistantLine]:
    """Say who speaks: at one session, or at each."""
    return _said_by(shelf.named(inquiry.subject), shelf)


def _spoke(inquiry: Inquiry, shelf: Shelf) -> list[AssistantLine]:
    """Say who spoke about a theme that a session is entitled after."""
    named = shelf.named(inquiry.subject) if _is_precise(inquiry.subject) else ()
    return _said_by(named or entitled(inquiry.subject, shelf.sessions, shelf.lexicon), shelf)


def _is_precise(subject: str) -> bool:
    """Tell whether a subject is a session's number or title rather than a theme."""
    return bool(re.search(r"\d|«", subject))


def _said_by(sessions: Sequence[Session], shelf: Shelf) -> list[AssistantLine]:
    return [
        AssistantLine(
            "told.speakers", session=one, documents=tuple(shelf.documents.get(one.id, ()))
        )
        for one in sessions
        if one.speakers
    ]


def _about(inquiry: Inquiry, shelf: Shelf) -> list[AssistantLine]:
    """List the sessions that are entitled after a theme, of the type asked for if there are."""
    found = entitled(inquiry.subject, shelf.sessions, shelf.lexicon)
    of_type = set(_of_type(inquiry.kind, shelf))
    return shelf.lines([one for one in found if one in of_type] or found)


def _documents(inquiry: Inquiry, shelf: Shelf) -> list[AssistantLine]:
    """List documents: all of them, or those of sessions or of a kind."""
    sessions = shelf.named(inquiry.subject)
    if inquiry.subject and not sessions:
        return []
    kind = _KINDS.get(re.sub(r"s$", "", fold(inquiry.kind)), "")
    lines = []
    for one in sessions:
        documents = shelf.documents.get(one.id, ())
        if held := tuple(doc for doc in documents if not kind or doc.kind == kind):
            lines.append(AssistantLine("told.documents_of", len(held), session=one, documents=held))
    others = tuple(doc for doc in shelf.documents.get("", ()) if not kind or doc.kind == kind)
    if others and not inquiry.subject:
        lines.append(AssistantLine("told.documents_of_event", len(others), documents=others))
    total = sum(one.number for one in lines)
    return [AssistantLine("told.documents", total), *lines] if len(lines) > 1 else lines


_ANSWERS: dict[Catalogue, Callable[[Inquiry, Shelf], list[AssistantLine]]] = {
    "sessions": _programme,
    "count": _programme,
    "when": _when,
    "speakers": _speakers,
    "spoke": _spoke,
    "about": _about,
    "documents": _documents,
}
