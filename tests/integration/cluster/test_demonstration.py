"""The demonstration answers the same from Milvus Lite as from the index on this disk."""

from __future__ import annotations

from dataclasses import replace

from assistant.cluster.connection import SearchServer
from assistant.cluster.publishing import send_current
from assistant.core import Assistant
from assistant.evaluation.question_files import read_questions
from assistant.records.answers import Answer
from assistant.settings import Settings
from tests.conftest import ROOT

QUESTIONS = ROOT / "docs" / "demonstration" / "questions.jsonl"
#: One in so many of them; all 288 were asked once (docs/scale.md).
EVERY = 16


def test_the_demonstration_answers_the_same(
    demonstration: Settings, assistant: Assistant, milvus: str
) -> None:
    there = replace(demonstration, milvus_address=milvus, milvus_tenant="demonstration")
    # What is sent is read, and where it was sent isn't written down: others share this index.
    server = SearchServer(there.milvus_options())
    send_current(server, "demonstration", "", demonstration.index, keep=1)
    with Assistant(there) as sent:
        sent.__dict__["_encoder"] = assistant._encoder
        for question in read_questions(QUESTIONS)[::EVERY]:
            assert told(sent.ask(question.text)) == told(assistant.ask(question.text)), question


def told(answer: Answer) -> tuple[object, ...]:
    quotes = [(one.passage.id, one.start, one.end) for one in answer.citations]
    return answer.status, answer.text, quotes, [hit.passage.id for hit in answer.hits]
