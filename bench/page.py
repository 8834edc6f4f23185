"""The page in a browser: its weight, how soon it is ready, how soon an answer is on screen.

python -m bench.page [--passages 2500] [--visits 7] [--index INDEX]

INDEX is an index of the demonstration (made in a temporary folder if not given), enlarged as
`bench.scale` does. One user, the system's Chromium, everything on one machine. A first visit is a
new browser profile, a second one the same profile's. Weights are bytes on the wire, headers
included, as the browser counts them. An answer is on screen when its frame is painted; its time
runs from the press of Enter. Prints medians, and what the same machine takes to encode the
questions alone, to compare: absolute times follow the machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from assistant.core import Assistant
from assistant.evaluation.question_files import read_questions
from assistant.settings import Settings
from bench.scale import QUESTIONS, ROOT, enlarge

#: The system's browser, without windows where there is such a one.
BROWSERS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
CHROMIUM = next(filter(os.path.exists, BROWSERS), BROWSERS[-1])
#: Enough of the demonstration's questions for a median.
ASKED = 40
#: Resolves with the milliseconds from now to the first frame that shows a new answer.
UNTIL_SHOWN = """() => new Promise((resolve) => {
  const from = performance.now(), before = document.querySelector("#resultat .reponse");
  if (before) before.dataset.former = "1";
  const look = () => {
    if (document.querySelector("#resultat .reponse:not([data-former])"))
      requestAnimationFrame(() => resolve(performance.now() - from));
    else requestAnimationFrame(look);
  };
  look();
})"""


@contextmanager
def served(index: Path, tree: Path = ROOT) -> Iterator[str]:
    """Serve an index as `assistant serve` of a source tree does; give the page's address."""
    chosen = {"ASSISTANT_INDEX": str(index), "ASSISTANT_PORT": "0", "PYTHONPATH": str(tree)}
    command = [sys.executable, "app.py"]
    environment = {**os.environ, **chosen}
    with subprocess.Popen(
        command, cwd=tree, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip().rpartition(" ")[2]
        finally:
            server.terminate()


def visit(context: BrowserContext, address: str) -> tuple[float, float, int]:
    """Open the page; return its kilobytes, the seconds until one can ask, and its requests."""
    page = context.new_page()
    session: CDPSession = context.new_cdp_session(page)
    session.send("Network.enable")
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    started = perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector("#question textarea:enabled")
    ready = perf_counter() - started
    page.wait_for_load_state("networkidle")
    page.close()
    return sum(received) / 1000, ready, len(received)


def answered(page: Page, question: str) -> float:
    """Ask a question; return the milliseconds from Enter to its answer on screen."""
    box = page.locator("#question textarea")
    box.fill(question)
    handle = page.evaluate_handle(f"() => {{ window.shown = ({UNTIL_SHOWN})(); }}")
    handle.dispose()
    box.press("Enter")
    milliseconds: float = page.evaluate("() => window.shown")
    return milliseconds


def measure(browser: Browser, address: str, visits: int) -> None:
    """Print the medians of first and second visits, and of answers."""
    kinds: dict[str, list[tuple[float, float, int]]] = {"first": [], "second": []}
    for _ in range(visits):
        context = browser.new_context(locale="fr-FR")
        for seen in kinds.values():
            seen.append(visit(context, address))
        context.close()
    for kind, seen in kinds.items():
        kilobytes, ready, requests = (statistics.median(one) for one in zip(*seen, strict=True))
        print(f"{kind} visit: {kilobytes:.0f} kB, {requests:.0f} requests, ready in {ready:.2f} s")
    page = browser.new_context(locale="fr-FR").new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    questions = [one.text for one in read_questions(QUESTIONS)][: ASKED + 1]
    # The first one loads what is loaded once.
    times = sorted([answered(page, one) for one in questions][1:])
    late = times[int(0.95 * len(times))]
    print(f"answer on screen: median {statistics.median(times):.0f} ms, 95 % {late:.0f} ms")


def encoding(index: Path) -> float:
    """Return the median milliseconds of encoding one of the questions, alone."""
    with Assistant(Settings(corpus=ROOT / "corpus", index=index)) as assistant:
        assistant.warm_up()
        times = []
        for question in [*read_questions(QUESTIONS)][:ASKED]:
            started = perf_counter()
            assistant._encoder.encode_question(question.text)
            times.append(1000 * (perf_counter() - started))
    return statistics.median(times)


def main() -> None:
    """Make the index, serve it, and measure its page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=2500)
    parser.add_argument("--visits", type=int, default=7)
    parser.add_argument("--index", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        source = options.index or Path(folder) / "small"
        if options.index is None:
            with Assistant(Settings(corpus=ROOT / "corpus", index=source)) as assistant:
                assistant.sync()
        large = Path(folder) / "large"
        large.mkdir()
        enlarge(source, large, options.passages)
        print(f"encoding a question alone: {encoding(large):.0f} ms")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with served(large) as address:
            measure(browser, address, options.visits)
        browser.close()


if __name__ == "__main__":
    main()
