"""The tools for language models: an MCP server on standard input and output.

In: calls of `search`, `ask` and the two sheets, one JSON-RPC message a line. Out: passages and
quotes with their sources, and nothing but the protocol: whatever else is printed goes to standard
error. It opens no network, and writes no question anywhere. The package `mcp` is an extra.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from functools import cache
from importlib.resources import files
from threading import Thread
from typing import TYPE_CHECKING, Any

from assistant.core import Assistant, open_assistant
from assistant.errors import AssistantError, RequestError
from assistant.i18n import say
from assistant.i18n.told import remark_lines, told_words
from assistant.records.answers import Citation
from assistant.records.documents import Session
from assistant.records.hits import Hit
from assistant.rights.rules import Reader, reader_named
from assistant.serialize import place_of, place_words, plain, plain_sections
from assistant.serving import newest_view, program_view
from assistant.settings import Settings
from assistant.sheets.records import SheetQuestion
from assistant.version import DISTRIBUTION, installed_version
from assistant.view import View
from assistant.web.api.requests import (
    EventSheetRequest,
    QuestionRequest,
    SearchRequest,
    SessionSheetRequest,
)
from assistant.web.api.routes import description
from assistant.web.http.failures import log_failure
from assistant.web.shared.addresses import passage_address

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server

#: Calls answered at once; others wait.
MOST_AT_ONCE = 2


def serve_tools(settings: Settings, *, as_groups: Sequence[str] = ()) -> None:
    """Offer the tools until standard input ends. Raises AssistantError without the extra.

    They read what programs may, or agents of some groups.
    """
    with redirect_stdout(sys.stderr):
        try:
            import anyio
            import mcp.server.lowlevel  # noqa: F401
        except ImportError as e:
            raise AssistantError("mcp_needs_extra") from e
    # What the package logs can hold what it was sent.
    logging.getLogger("mcp").setLevel(logging.CRITICAL + 1)
    with open_assistant(settings) as assistant:
        reader = reader_named(as_groups, assistant.rights) if as_groups else None
        anyio.run(_serve, Tools(assistant, reader))


class Tools:
    """What the tools do: fields in JSON → results in JSON."""

    def __init__(self, assistant: Assistant, reader: Reader | None = None) -> None:
        """A `reader` is who they read as, programs where there is none."""
        self.assistant = assistant
        self._reader = reader
        names = [part.strip() for part in assistant.settings.public_names.split(",")]
        #: Where addresses begin, empty where none is known.
        path = assistant.settings.public_path
        self.site = next((f"https://{name}{path}" for name in names if name), "")

    def call(self, name: str, sent: Mapping[str, object]) -> dict[str, Any]:
        """Return what a tool answers. Raises AssistantError."""
        tools: dict[str, Callable[[Mapping[str, object]], dict[str, Any]]] = {
            "search": lambda sent: self.search(SearchRequest.model_validate(sent)),
            "ask": lambda sent: self.ask(QuestionRequest.model_validate(sent)),
            "session_sheet": lambda sent: self.sheet(SessionSheetRequest.model_validate(sent)),
            "event_sheet": lambda sent: self.event_sheet(EventSheetRequest.model_validate(sent)),
        }
        if name not in tools:
            raise RequestError("tool_unknown", name=name[:100])
        return tools[name](sent)

    def search(self, asked: SearchRequest) -> dict[str, Any]:
        """Return the passages nearest to a question."""
        view = self._view()
        hits = view.search(asked.question, asked.number, asked.filters)
        return {"passages": [self._passage(view, hit) for hit in hits]}

    def ask(self, asked: QuestionRequest) -> dict[str, Any]:
        """Return what is quoted in answer to a question, or that nothing answers."""
        view = self._view()
        answer = view.ask(asked.question, asked.filters, asked.previous)
        is_found = answer.status == "refused" or not answer.told
        return {
            "status": answer.status,
            "message": say(f"api.{answer.status if is_found else 'told'}"),
            "confidence": answer.confidence,
            "intent": answer.intent,
            "told": [told_words(message) for message in answer.told],
            "citations": [self._citation(view, citation) for citation in answer.citations],
            "sections": plain_sections(answer),
            "subject": answer.subject,
            "changes": plain(answer.changes),
            "scope": plain(answer.scope),
            "remarks": remark_lines(answer),
        }

    def sheet(self, asked: SessionSheetRequest) -> dict[str, Any]:
        """Return what was said in a session."""
        view = self._view()
        sheet = view.sheet(asked.session)
        return {
            "session": _session(sheet.session),
            "synthesis": self._all(view, sheet.synthesis),
            "points": self._all(view, sheet.points),
            "outline": self._all(view, [entry.heading for entry in sheet.outline]),
            "figures": self._all(view, sheet.figures),
            "names": self._all(view, [name.name for name in sheet.names]),
            "questions": self._exchanges(view, sheet.questions),
        }

    def event_sheet(self, asked: EventSheetRequest) -> dict[str, Any]:
        """Return what was said at an event."""
        view = self._view()
        sheet = view.event_sheet(asked.event)
        return {
            "event": sheet.event,
            "title": sheet.title,
            "sessions": [_session(session) for session in sheet.sessions],
            "synthesis": self._all(view, sheet.synthesis),
            "themes": [
                {
                    "words": theme.words,
                    "excerpts": self._all(view, [excerpt.excerpt for excerpt in theme.excerpts]),
                }
                for theme in sheet.themes
            ],
            "figures": self._all(view, sheet.figures),
            "questions": self._exchanges(view, sheet.questions),
        }

    def _view(self) -> View:
        if self._reader is None:
            return program_view(self.assistant)
        return newest_view(self.assistant, self._reader)

    def _all(self, view: View, citations: Iterable[Citation]) -> list[dict[str, Any]]:
        return [self._citation(view, citation) for citation in citations]

    def _exchanges(self, view: View, asked: Iterable[SheetQuestion]) -> list[dict[str, Any]]:
        return [
            {
                "question": self._citation(view, one.question),
                "reply": self._citation(view, one.reply),
            }
            for one in asked
        ]

    def _citation(self, view: View, citation: Citation) -> dict[str, Any]:
        return {"number": citation.number, "quote": citation.quote} | self._source(view, citation)

    def _passage(self, view: View, hit: Hit) -> dict[str, Any]:
        passage = hit.passage
        told = {"text": passage.text, "context": passage.context, "score": hit.score}
        return {"rank": hit.rank} | told | self._source(view, hit)

    def _source(self, view: View, found: Hit | Citation) -> dict[str, Any]:
        """Return where something stands: for people, for programs, and how to open it."""
        passage = found.passage
        start, end = (found.start, found.end) if isinstance(found, Citation) else (0, 0)
        address = f"{self.site}{passage_address(passage, start, end)}" if self.site else None
        return {
            "title": found.title,
            "document_id": passage.document_id,
            "place": plain(place_of(found)),
            "place_in_words": place_words(view, found),
            "speaker": passage.speaker,
            "automatic": found.automatic,
            "address": address,
        }


def _session(session: Session) -> dict[str, Any]:
    fields: dict[str, Any] = plain(session)
    return {
        name: fields[name] for name in ("id", "title", "type", "speakers", "date", "time", "room")
    }


@cache
def described() -> dict[str, dict[str, Any]]:
    """Return the tools by name: title, description, schemas of what they take and give."""
    written = (files("assistant") / "data" / "tools.json").read_text(encoding="utf-8")
    tools: dict[str, dict[str, Any]] = json.loads(written)
    schemas = description()["components"]["schemas"]
    return {name: one | {"input": schemas[one["fields"]]} for name, one in tools.items()}


def server_of(tools: Tools) -> Server[dict[str, Any]]:
    """Return the MCP server of the tools, on no transport yet."""
    import mcp_types as types
    from anyio import CapacityLimiter, to_thread
    from mcp.server.context import ServerRequestContext
    from mcp.server.lowlevel import Server

    limiter = CapacityLimiter(MOST_AT_ONCE)

    async def listed(
        _: ServerRequestContext[dict[str, Any]], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=name,
                    title=one["title"],
                    description=one["description"],
                    input_schema=one["input"],
                    output_schema=one["output"],
                    annotations=types.ToolAnnotations(
                        read_only_hint=True, destructive_hint=False, idempotent_hint=True,
                        open_world_hint=False,
                    ),
                )
                for name, one in described().items()
            ]
        )  # fmt: skip

    async def called(
        _: ServerRequestContext[dict[str, Any]], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        try:
            result = await to_thread.run_sync(
                tools.call, params.name, params.arguments or {}, limiter=limiter
            )
        except AssistantError as e:
            words = f"{e}\n{say('cli.remedy', remedy=e.remedy)}"
        except Exception as e:
            # The last boundary before the model: the log says where, never what was asked.
            log_failure("A tool failed", e)
            words = f"{say('api.failed')}\n{say('cli.remedy', remedy=say('api.failed_remedy'))}"
        else:
            written = json.dumps(result, ensure_ascii=False)
            content = types.TextContent(type="text", text=written)
            return types.CallToolResult(content=[content], structured_content=result)
        told = types.TextContent(type="text", text=words)
        return types.CallToolResult(content=[told], is_error=True)

    return Server(
        DISTRIBUTION,
        version=installed_version(),
        title=say("api.server_title"),
        instructions=say("api.server_instructions"),
        on_list_tools=listed,
        on_call_tool=called,
    )


async def _serve(tools: Tools) -> None:
    from mcp.server.stdio import stdio_server

    server = server_of(tools)
    async with stdio_server() as (read, write):
        # The protocol has its own way out by now. Left in Python's buffer, what libraries print
        # would be flushed into it at the end.
        with redirect_stdout(sys.stderr):
            # The first question needn't wait for the model; if it can't be loaded, it will say so.
            Thread(target=_warm_up, args=[tools.assistant], name="warm-up", daemon=True).start()
            await server.run(read, write, server.create_initialization_options())


def _warm_up(assistant: Assistant) -> None:
    try:
        assistant.warm_up()
    except AssistantError as e:
        print(f"{e}\n{say('cli.remedy', remedy=e.remedy)}", file=sys.stderr)
