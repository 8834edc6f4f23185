"""The web application: our routes, Gradio's page and the guard, and the server that runs them."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TextIO

import gradio as gr
import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware

from assistant.core import Assistant, open_assistant
from assistant.curation.uploads import drop_forgotten
from assistant.errors import AccountError, AssistantError, AuditError
from assistant.i18n import say
from assistant.ingest.former_copies import drop_old as drop_old_copies
from assistant.rights.files import FILE as RIGHTS
from assistant.settings import Settings
from assistant.state.places import share
from assistant.system.logs import configure, happened
from assistant.system.memory import give_back
from assistant.system.printed import unheard
from assistant.web.agents import router as agents
from assistant.web.agents.examples import Examples
from assistant.web.agents.functions import functions_of
from assistant.web.agents.opinions import drop_old
from assistant.web.agents.page import build_page
from assistant.web.agents.unanswered_log import UnansweredLog, drop_old_questions
from assistant.web.api import router as api
from assistant.web.documents import router as documents
from assistant.web.documents.pictures import prepare_decks
from assistant.web.http.authentication import Authentication, can_sign_in
from assistant.web.http.calls import Functions, KnownCalls
from assistant.web.http.failures import log_failure
from assistant.web.http.guard import Guard
from assistant.web.http.protection import Protection
from assistant.web.http.responses import fault
from assistant.web.http.under_path import UnderPath
from assistant.web.http.unkept import Unkept
from assistant.web.ops import router as ops
from assistant.web.ops.metrics import CountBusy
from assistant.web.services import Services
from assistant.web.sessions import router as sessions
from assistant.web.shared.assets import KeptAssets, appearance_routes
from assistant.web.shared.languages import LANGUAGES, ByLanguage, home, language_routes
from assistant.web.shared.public_path import stand_under
from assistant.web.sheets import router as sheets
from assistant.web.staff import router as staff

#: Names under which a machine is reached by itself.
OWN_NAMES = ("127.0.0.1", "localhost", "::1")
#: Addresses that stand for all of a machine's: no browser asks for them.
ANY_ADDRESS = ("0.0.0.0", "::", "")

SANS = (
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "Roboto",
    "Noto Sans",
    "DejaVu Sans",
    "sans-serif",
)
#: What Gradio keeps of each page opened, of a language: 0.1 MB each, and 10,000 of them if told
#: nothing. The least recently used goes, which its page doesn't notice.
MOST_SESSIONS = 500
#: How often what is free in memory goes back to the system; it takes some milliseconds.
GIVE_BACK_SECONDS = 20.0
MONO = ("ui-monospace", "Consolas", "DejaVu Sans Mono", "monospace")

logger = logging.getLogger(__name__)


#: What gives a room's routes, one a room. Their addresses have nothing in common, but for staff's,
#: whose router keeps their order.
ROUTERS: tuple[Callable[[Services], tuple[APIRouter, ...]], ...] = (
    documents.routes,
    ops.routes,
    api.routes,
    sheets.routes,
    sessions.routes,
    agents.routes,
    staff.routes,
)


def build_app(assistant: Assistant) -> FastAPI:
    """Return the application that answers from `assistant`."""
    services = Services.over(assistant)
    stand_under(services.settings.public_path)
    examples = Examples(assistant)
    log = UnansweredLog(services.settings.index, services.settings.unanswered_days)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        _drop(services)
        works = (_each(24 * 3600, lambda: _drop(services)), _each(GIVE_BACK_SECONDS, give_back))
        upkeep = [asyncio.create_task(work) for work in works]
        # This loads the encoder and asks the example questions; the page needn't wait.
        warming = Thread(target=_warm_up, args=[services, examples], name="warm-up", daemon=True)
        warming.start()
        yield
        for task in upkeep:
            task.cancel()
        log.close()
        services.close()

    pages = {
        language: build_page(assistant, examples, language, services.meters, log)
        for language in LANGUAGES
    }
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=running)
    put_guards(app, services, {home(one): functions_of(page) for one, page in pages.items()})
    app.include_router(appearance_routes())
    app.include_router(language_routes())
    for routes in ROUTERS:
        for router in routes(services):
            app.include_router(router)

    @app.exception_handler(AssistantError)
    def faulty(request: Request, error: AssistantError) -> Response:
        return fault(error, request.scope)

    # The English page first: everything is under "/".
    for language in reversed(LANGUAGES):
        app = _mounted(app, pages[language], home(language))
    return app


def put_guards(app: FastAPI, services: Services, functions: Mapping[str, Functions]) -> None:
    """Put before every route what lets requests through, and what responses may do.

    `functions` are what Gradio's pages may call, by the page's address.
    """
    settings = services.settings
    host = settings.host
    own = (*OWN_NAMES, *((host,) if host not in ANY_ADDRESS else ()))
    # The last added is the first passed. With no origin allowed, only the page itself may read
    # answers; that a CORSMiddleware is there keeps Gradio from adding its own, laxer one.
    app.add_middleware(KeptAssets)
    app.add_middleware(CORSMiddleware, allow_origins=[])
    app.add_middleware(ByLanguage)
    app.add_middleware(KnownCalls, functions=functions)
    app.add_middleware(CountBusy, meters=services.meters)
    app.add_middleware(Unkept, has_rights=(settings.corpus / RIGHTS).exists)
    app.add_middleware(Authentication, access=settings.access_options(), sessions=services.sessions)
    app.add_middleware(
        Guard,
        own_names=own,
        public_names=settings.public_names.split(","),
        most_upload_bytes=settings.max_upload_megabytes * 1_000_000,
    )
    app.add_middleware(Protection)
    app.add_middleware(UnderPath, path=settings.public_path)


def _drop(services: Services) -> None:
    """Drop what has been kept long enough."""
    drop_old(services.assistant)
    drop_old_questions(services.assistant)
    drop_forgotten(services.settings.corpus)
    drop_old_copies(services.settings.index, services.settings.corpus)
    services.sessions.drop_over()
    with suppress(AuditError):  # it is in the journal, and tried again tomorrow
        services.assistant.trail.drop_old()


def _warm_up(services: Services, examples: Examples) -> None:
    """Load the model and the index, then get ready what the first visitors look at."""
    try:
        services.assistant.warm_up()
    except AssistantError as e:
        logger.warning("The model or the index can't be opened: %s %s", e, e.remedy)
    except Exception as e:
        log_failure("The model or the index can't be opened", e)
    services.health.loaded()
    report = services.health.report("fr")
    happened("loaded", state=str(report["state"]), generation=str(report["generation"]))
    examples.find()
    prepare_decks(services.assistant, services.pictures)


async def _each(seconds: float, work: Callable[[], object]) -> None:
    """Do something again and again, beside the server's loop, the first time after so long."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await run_in_threadpool(work)
        except Exception as e:
            # What fails now is tried again the next time.
            log_failure("The upkeep failed", e)


def _mounted(app: FastAPI, page: gr.Blocks, path: str) -> FastAPI:
    """Return `app` with a page of Gradio's at `path`, without what it would offer besides."""
    page.state_session_capacity = MOST_SESSIONS
    page.queue(max_size=64, default_concurrency_limit=2, status_update_rate=5, api_open=False)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        page,
        path=path,
        theme=gr.themes.Base(font=list(SANS), font_mono=list(MONO)),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        pwa=False,
        ssr_mode=False,
        mcp_server=False,
        show_error=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )
    return mounted


def serve(settings: Settings) -> None:
    """Run the page until it is stopped.

    Raises AssistantError when the address is taken or unusable, before anything is loaded.
    """
    share(settings.state_database, settings.index, settings.accounts)
    if not settings.public and not can_sign_in(settings.access_options()):
        raise AccountError("no_account")
    configure(settings.log_file, settings.log_format)
    said = sys.stdout
    # Asked to end, leave what is opened below as after Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with (
        _bound(settings.host, settings.port) as bound,
        TemporaryDirectory(prefix="assistant-page-") as private,
        # Gradio prints what it was sent, where it fails.
        unheard(),
        open_assistant(settings) as assistant,
    ):
        assistant.trail.see_settings(settings.environment())
        # Else Gradio keeps its files in a folder that other accounts know and may open.
        os.environ["GRADIO_TEMP_DIR"] = private
        port = bound.getsockname()[1]
        address = f"http://{_spoken(settings.host)}:{port}"
        # No access log: addresses hold questions.
        config = uvicorn.Config(
            build_app(assistant),
            access_log=False,
            log_config=None,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=3,
        )
        try:
            _Server(config, address, port, said).run(sockets=[bound])
        finally:
            happened("stopped")


class _Server(uvicorn.Server):
    """A server that says where the page is once it answers, on the stream `said`."""

    def __init__(self, config: uvicorn.Config, address: str, port: int, said: TextIO) -> None:
        super().__init__(config)
        self.address = address
        self.port = port
        self.said = said

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        happened("started", port=self.port)
        print(say("page.ready", address=self.address), file=self.said, flush=True)


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket bound to an address, so that a taken port is told before the model loads."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, or asyncio leaves the pause on that waits 40 ms before a second small packet.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen()
    except OSError as e:
        bound.close()
        if e.errno == errno.EADDRINUSE:
            raise AssistantError("port_taken", host=host, port=port) from e
        raise AssistantError("address_unusable", host=host, port=port, cause=e.strerror) from e
    return bound


def _spoken(host: str) -> str:
    if host in ANY_ADDRESS:
        return OWN_NAMES[0]
    return f"[{host}]" if ":" in host else host
