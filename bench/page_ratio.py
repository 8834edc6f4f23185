"""From Enter to the answer on screen: this version against an earlier one, asked in turns.

python -m bench.page_ratio TREE TREE_INDEX [--index INDEX] [--rounds 2]

TREE is another source tree (`git worktree add TREE COMMIT`), TREE_INDEX the index that its own
`sync` made of the demonstration. Each question is asked of both in a row, who comes first in turns:
what else the machine does weighs on both alike, so the ratio holds where absolute times don't.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from assistant.core import Assistant
from assistant.evaluation.question_files import read_questions
from assistant.settings import Settings
from bench.page import ASKED, CHROMIUM, answered, served
from bench.scale import QUESTIONS, ROOT


def opened(browser: Browser, address: str) -> Page:
    """Return a page that has answered once: the first question loads what is loaded once."""
    page = browser.new_context(locale="fr-FR").new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    answered(page, "Que dit-on des cantines ?")
    return page


def compared(own: Page, other: Page, rounds: int) -> list[tuple[float, float]]:
    """Return the milliseconds of each question on both pages, the first asked in turns."""
    questions = [one.text for one in read_questions(QUESTIONS)][:ASKED] * rounds
    times = []
    for at, question in enumerate(questions):
        if at % 2:
            earlier = answered(other, question)
            times.append((answered(own, question), earlier))
        else:
            times.append((answered(own, question), answered(other, question)))
    return times


def told(times: list[tuple[float, float]]) -> str:
    """Say the medians of both, and the median and the quartiles of the ratios."""
    own, other = (statistics.median(one) for one in zip(*times, strict=True))
    low, ratio, high = statistics.quantiles([now / before for now, before in times], n=4)
    return (
        f"{len(times)} questions: this {own:.0f} ms, earlier {other:.0f} ms, "
        f"ratio {ratio:.2f} (quartiles {low:.2f} to {high:.2f})"
    )


def main() -> None:
    """Serve both, ask in turns, print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("tree_index", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        index = options.index or Path(folder)
        if options.index is None:
            with Assistant(Settings(corpus=ROOT / "corpus", index=index)) as assistant:
                assistant.sync()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with served(index) as own, served(options.tree_index, options.tree) as other:
            pages = opened(browser, own), opened(browser, other)
            print(told(compared(*pages, options.rounds)))
        browser.close()


if __name__ == "__main__":
    main()
