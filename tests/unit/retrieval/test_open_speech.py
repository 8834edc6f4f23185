"""Speech without punctuation: a quote of it plays from the cue that has the answering words."""

from __future__ import annotations

from time import perf_counter

from assistant.ingest.chunking import chunk
from assistant.readers.speech.turns import Utterance, sentences
from assistant.records import Answer, Document, Filters
from assistant.retrieval.answerability import Gate
from assistant.retrieval.quoting import answer
from assistant.retrieval.search import HybridSearch, Query
from tests.support.fakes import FakeEncoder, FakeIndex

CUES = (
    "alors bonjour à tous et bienvenue",
    "on va parler des cantines de la ville",
    "et puis on dira deux mots du marché",
    "ce qui compte c'est que les enfants",
    "mangent bien tous les midis de la semaine",
    "nous servons 1420 repas par jour en tout",
    "dans les écoles de la commune et après",
    "les menus sont faits avec une diététicienne",
    "et les parents peuvent venir goûter",
    "le marché sera relancé au printemps",
    "avec un lot pour les produits locaux",
    "voilà pour cette partie je vous remercie",
)
SECONDS = 4.0


def asked(question: str) -> Answer:
    spoken = [Utterance(at * SECONDS, (at + 1) * SECONDS, "", text) for at, text in enumerate(CUES)]
    document = Document("e/s/a.srt", "", "Débat", "fr", tuple(sentences(spoken)), {})
    passages = chunk(document, lambda texts: [len(one.split()) for one in texts], max_tokens=400)
    encoder = FakeEncoder(256, alike=0.75)
    results = HybridSearch(FakeIndex(passages, encoder), encoder, 100).search(
        Query(question, Filters()), 10
    )
    gate = Gate(("score",), (0.9,), (0.1,), (1.0,), 0.0, "test")
    return answer(results, gate, threshold=0.0, perhaps=1.0, max_quotes=4, started=perf_counter())


def test_a_long_quote_plays_from_the_cue_that_answers() -> None:
    (citation,) = asked("Combien de repas servez-vous par jour ?").citations
    assert "1420 repas" in citation.quote
    assert (citation.place.first, citation.place.last) == (20.0, 24.0)
