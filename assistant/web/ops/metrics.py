"""What the service counts: questions as they end → /mesures, in Prometheus's text, and the log.

Nothing of a question's words, nor of who asked. /mesures answers this machine's own tools, or who
brings the token of the setting `metrics_token`; to anybody else it doesn't exist.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from time import perf_counter
from typing import Literal, get_args

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.core import Assistant
from assistant.errors import AssistantError, QuestionError
from assistant.i18n import Language
from assistant.records.answers import Answer, Status
from assistant.system.logs import happened
from assistant.web.http.responses import READ_ONLY, missing
from assistant.web.http.tokens import brings, token_in
from assistant.web.ops.upkeep import Upkeep
from assistant.web.shared.languages import LANGUAGES, language_of

ADDRESS = "/mesures"

#: How a question ended: as its answer says, or refused as it was written, or the index or the
#: model is at fault, or something unforeseen is.
Outcome = Literal[Status, "invalid", "unavailable", "failed"]

#: Gives what /sante says, in a language.
Report = Callable[[Language], dict[str, object]]

#: In seconds. A question is answered in about 0.2 s on two cores (docs/performance.md).
BUCKETS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0, 30.0)
#: A shorter token can be guessed.
LEAST_TOKEN_CHARACTERS = 20
#: What proxies add: a request with one of them comes from elsewhere, whoever brings it.
PROXY_HEADERS = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
                 "x-forwarded-server", "x-real-ip")  # fmt: skip


@dataclass(slots=True)
class QuestionOutcome:
    """A question under way: how it ends, once that is known."""

    outcome: Outcome = "failed"
    sources: int = 0

    def answered(self, answer: Answer) -> None:
        """Take note of the answer."""
        self.outcome, self.sources = answer.status, len(answer.citations)


class Meters:
    """The counts of one running page. Methods may be called from several threads."""

    def __init__(self, assistant: Assistant, report: Report) -> None:
        # A registry of its own: two pages in one process, as in the tests, count apart.
        self.registry = CollectorRegistry()
        self.questions = Counter(
            "assistant_questions", "Questions, by how they ended and the page's language",
            ("outcome", "language"), registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "assistant_question_seconds", "From a question to its answer, the wait excluded",
            buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.busy = Counter(
            "assistant_busy", "Requests turned away with a 503, the queue being full", ("place",),
            registry=self.registry,
        )  # fmt: skip
        # What never happened is counted as 0, not left out.
        for place in ("question", "sheet", "api"):
            self.busy.labels(place)
        for outcome in get_args(Outcome):
            for language in LANGUAGES:
                self.questions.labels(outcome, language)
        self.registry.register(Indexed(assistant, report))
        self.registry.register(Upkeep(assistant.trail, assistant.settings.index))

    @contextmanager
    def question(self, language: Language) -> Iterator[QuestionOutcome]:
        """Count and log a question once the block ends, whatever ends it."""
        asked = QuestionOutcome()
        started = perf_counter()
        try:
            yield asked
        except QuestionError:
            asked.outcome = "invalid"
            raise
        except AssistantError:
            asked.outcome = "unavailable"
            raise
        except BaseException:
            asked.outcome = "failed"
            raise
        finally:
            seconds = perf_counter() - started
            self.questions.labels(asked.outcome, language).inc()
            self.seconds.observe(seconds)
            happened(
                "question",
                outcome=asked.outcome,
                milliseconds=round(1000 * seconds),
                language=language,
                sources=asked.sources,
            )


class Indexed(Collector):
    """What the index holds and how old it is, looked up when asked for."""

    def __init__(self, assistant: Assistant, report: Report) -> None:
        self.assistant = assistant
        self.report = report

    def collect(self) -> Iterator[Metric]:
        """Give the gauges; those that can't be told now are left out."""
        report = self.report("fr")
        yield GaugeMetricFamily(
            "assistant_ready", "1 when a question can be answered now", int(bool(report["ready"]))
        )
        if not report["ready"]:
            return
        generation = str(report["generation"])
        serving = GaugeMetricFamily(
            "assistant_index_generation", "The number of the index that answers"
        )
        serving.add_metric([], int(generation.rpartition("-")[2]))
        yield serving
        age = report["index_age_seconds"]
        if isinstance(age, int):
            yield GaugeMetricFamily(
                "assistant_index_age_seconds", "Since the index that answers was published", age
            )
        try:
            documents, problems = self.assistant.documents(), self.assistant.problems()
        except AssistantError:
            # The catalog is at fault: the index still answers, and `doctor` says what to do.
            return
        yield GaugeMetricFamily(
            "assistant_documents",
            "Documents indexed",
            sum(document.passages > 0 for document in documents),
        )
        yield GaugeMetricFamily(
            "assistant_passages",
            "Passages indexed",
            sum(document.passages for document in documents),
        )
        found = GaugeMetricFamily(
            "assistant_problems", "Problems of documents, by severity", labels=["severity"]
        )
        number = Tally(problem.severity for problem in problems)
        for severity in ("error", "warning"):
            found.add_metric([severity], number[severity])
        yield found


class CountBusy:
    """Count the requests that are turned away because too many wait."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self.app = app
        self.meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = _busy_place(scope["path"]) if scope["type"] == "http" else ""
        if not place:
            await self.app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 503:
                self.meters.busy.labels(place).inc()
            await send(message)

        await self.app(scope, receive, counted)


def _busy_place(path: str) -> str:
    if path.rstrip("/").endswith("/queue/join"):
        return "question"
    return "sheet" if path.startswith(("/fiche.", "/fiche/")) else ""


def meter_routes(assistant: Assistant, meters: Meters) -> APIRouter:
    """Return the route of /mesures. Raises SettingsError when the token's file can't be read."""
    routes = APIRouter(include_in_schema=False)
    file = assistant.settings.metrics_token
    token = token_in(file, setting="metrics_token", least=LEAST_TOKEN_CHARACTERS)

    @routes.api_route(ADDRESS, methods=READ_ONLY)
    def measures(request: Request) -> Response:
        if not may_read(request, token):
            return missing(language_of(request.scope))
        return Response(
            generate_latest(meters.registry),
            headers={"Cache-Control": "no-store"},
            media_type=CONTENT_TYPE_PLAIN_0_0_4,
        )

    return routes


def may_read(request: Request, token: bytes) -> bool:
    """Tell whether a request brings the token, or brings none and comes from this machine itself.

    A proxy on this machine brings everybody's requests: what it adds tells it.
    """
    if "authorization" in request.headers:
        return brings(request.headers, token)
    if any(name in request.headers for name in PROXY_HEADERS):
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
