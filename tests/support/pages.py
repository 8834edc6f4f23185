"""What the page's tests share: servers ended by their own process, and a browser that records."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from assistant.settings import Settings
from tests.conftest import ROOT
from tests.support.patient import until_listened_at

if TYPE_CHECKING:  # A second to import, which tests without a browser need not spend.
    from playwright.sync_api import Browser, Locator, Page

#: The same browser without windows, where there is one, opens our page in half the time.
BROWSERS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
CHROMIUM = next(filter(os.path.exists, BROWSERS), BROWSERS[-1])
BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

#: How long a page may take to show what it is asked for, in milliseconds.
PATIENCE = 60_000


@contextmanager
def running(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    errors: Path | None = None,
) -> Iterator[str]:
    """Run a server until the end of the block; give its address, which it prints when ready.

    Its standard error goes to the file `errors`, if one is given.
    """
    with (
        errors.open("w") if errors else nullcontext() as written,
        subprocess.Popen(
            [*command],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        ) as server,
    ):
        try:
            assert server.stdout is not None
            line = server.stdout.readline().strip()
            assert line.startswith("Page prête"), f"the server said {line!r}"
            yield line.rpartition(" ")[2]
        finally:
            server.terminate()
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                server.kill()  # else the end of the block waits for it, however long
                raise


@contextmanager
def running_nginx(command: Sequence[str], port: int) -> Iterator[None]:
    """Run an nginx until the end of the block, from when it listens at a port of this machine."""
    with subprocess.Popen([*command, "-g", "daemon off;"]) as nginx:
        try:
            until_listened_at(port, lambda: nginx.poll() is None)
            yield
        finally:
            nginx.send_signal(signal.SIGTERM)
            nginx.wait(timeout=30)


def stand_in_command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "tests.support.stand_in", str(folder)]


def real_environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which app.py serves `settings` on a free port."""
    return {
        "ASSISTANT_CORPUS": str(settings.corpus),
        "ASSISTANT_INDEX": str(settings.index),
        "ASSISTANT_PORT": "0",
    }


def required(*programs: str) -> None:
    """Skip the test where a program is missing, but on the build machine."""
    missing = [one for one in programs if not shutil.which(one)]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"not installed: {', '.join(missing)}")


@pytest.fixture(scope="session")
def stand_in_errors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file that has the standard error of the stand-in's page."""
    return tmp_path_factory.mktemp("stand-in-errors") / "stderr"


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory, stand_in_errors: Path) -> Iterator[str]:
    """Give the address of a page over the stand-in's exotic documents."""
    command = stand_in_command(tmp_path_factory.mktemp("stand-in"))
    with running(command, errors=stand_in_errors) as address:
        yield address
    # As it would have come by itself.
    sys.stderr.write(stand_in_errors.read_text(encoding="utf-8", errors="replace"))


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the documents that can be heard."""
    return tmp_path_factory.mktemp("recorded")


@pytest.fixture(scope="session")
def recorded(recordings: Path) -> Iterator[str]:
    """Give the address of a page over recordings."""
    with running([sys.executable, "-m", "tests.support.recorded", str(recordings)]) as address:
        yield address


@pytest.fixture(scope="session")
def real_page(demonstration: Settings) -> Iterator[str]:
    """Give the address of the real page over the demonstration, started by app.py."""
    with running([sys.executable, "app.py"], real_environment(demonstration)) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright

    required(CHROMIUM)
    # Five seconds, Playwright's own, are little where other processes keep every core busy.
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=[*BROWSER_ARGUMENTS])
        yield launched
        launched.close()


@dataclass
class Visit:
    """A tab, with every request it made and every error it wrote."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def ask(self, address: str, question: str) -> None:
        """Open the page and ask; return once the page shows what comes of it."""
        self.open(address)
        self.page.get_by_label("Votre question").fill(question)
        self.page.get_by_role("button", name="Chercher").click()
        # The encoder may have to be loaded first, which takes long on a busy machine.
        self.page.wait_for_selector("#resultat .reponse", timeout=120_000)

    def open(self, address: str) -> None:
        """Open the page and wait until it has filled itself in.

        That is when the event of its opening ends its stream: Gradio's client can lose a question
        sent while it closes that one.
        """
        ended: list[str] = []
        self.page.on("requestfinished", lambda request: ended.append(request.url))
        self.page.on("requestfailed", lambda request: ended.append(request.url))
        self.page.goto(address)
        filled = self._comes(lambda: any("/queue/data" in url for url in ended))
        assert filled, f"the page did not fill itself in: {ended}"

    def wait_until(self, condition: str) -> None:
        """Wait until a condition in JavaScript holds.

        Not `wait_for_function`: our policy refuses its `eval`, as it should.
        """
        assert self._comes(lambda: bool(self.page.evaluate(condition))), f"never true: {condition}"

    def note_error(self, error: str) -> None:
        """Keep what the page wrote, but for Gradio's client closing a stream of its own.

        On a busy machine it stops a stream that has ended before it has read that end, and writes
        that it did (Gradio 6.31, `close_stream`). No script of ours aborts a fetch.
        """
        if not error.startswith("AbortError: signal is aborted"):
            self.errors.append(error)

    def wait_for_error(self, words: str) -> None:
        """Wait until the page has written an error that holds these words."""
        said = self._comes(lambda: any(words in error for error in self.errors))
        assert said, f"no error says {words!r}: {self.errors}"

    def _comes(self, true: Callable[[], bool], seconds: float = PATIENCE / 1000) -> bool:
        """Tell whether something comes true within the time that a page may take."""
        end = monotonic() + seconds
        while not true():
            if monotonic() > end:
                return False
            self.page.wait_for_timeout(50)
        return True

    def examples(self, address: str) -> Locator:
        """Open the page until it shows examples, which are found once the server has started."""
        examples = self.page.locator("#exemples button:visible")
        for _ in range(30):
            self.open(address)
            # What the page is given is drawn a moment after it came.
            if self._comes(lambda: examples.count() > 0, seconds=2):
                break
        return examples

    def foreign_requests(self, address: str) -> list[str]:
        ours = (address + "/", "data:", "blob:" + address)
        return [one for one in self.requests if not one.startswith(ours)]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(locale="fr-FR")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    made = Visit(page)
    context.on("request", lambda request: made.requests.append(request.url))
    page.on("pageerror", lambda error: made.note_error(str(error)))
    page.on(
        "console",
        lambda message: made.note_error(message.text) if message.type == "error" else None,
    )
    yield made
    context.close()
