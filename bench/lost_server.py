"""How soon the page says that its server is gone: killed, or stopped, in the middle of a question.

python -m bench.lost_server INDEX [--times 5]

INDEX is an index of the demonstration. Each time a server is started, answers a question in a
browser, is sent a second one, and is ended (SIGKILL) or hung (SIGSTOP) a tenth of a second later.
Prints the seconds from Enter to the words on screen; what stood there is greyed at once, and stays.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.i18n import say
from bench.page import CHROMIUM, answered
from bench.scale import ROOT

FIRST, SECOND = "Que dit-on des cantines ?", "Quels outils ont été cités ?"
#: In seconds: how soon a lost server is to be said.
PROMISED = 5.0


def started(index: Path) -> tuple[subprocess.Popen[str], str]:
    """Start a server over an index; return it and its address."""
    environment = {**os.environ, "ASSISTANT_INDEX": str(index), "ASSISTANT_PORT": "0"}
    server = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    return server, server.stdout.readline().strip().rpartition(" ")[2]


def said(page: Page, server: subprocess.Popen[str], how: signal.Signals) -> float:
    """Ask, take the server away, and return the seconds until the page says so."""
    page.locator("#question textarea").fill(SECOND)
    # Nothing comes of the question before the server is gone.
    os.kill(server.pid, signal.SIGSTOP)
    since = perf_counter()
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    if how != signal.SIGSTOP:
        os.kill(server.pid, how)
    expect(page.locator(".attente")).to_contain_text(say("page.lost_server")[:28], timeout=60_000)
    seconds = perf_counter() - since
    assert page.evaluate("document.getElementById('resultat').inert"), "the old answer looks new"
    return seconds


def lost(browser: Browser, index: Path, how: signal.Signals) -> float:
    """Return the seconds that one loss takes to be said."""
    server, address = started(index)
    try:
        page = browser.new_page(locale="fr-FR")
        page.goto(address)
        page.wait_for_load_state("networkidle")
        answered(page, FIRST)
        return said(page, server, how)
    finally:
        server.kill()
        server.wait()


def main() -> None:
    """Lose a server so many times in each way, and print the seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for how in (signal.SIGKILL, signal.SIGSTOP):
            times = [lost(browser, options.index, how) for _ in range(options.times)]
            told = ", ".join(f"{one:.1f}" for one in sorted(times))
            print(
                f"{how.name}: median {statistics.median(times):.1f} s ({told}), of {PROMISED:.0f}"
            )
        browser.close()


if __name__ == "__main__":
    main()
