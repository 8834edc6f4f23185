"""A server and a browser that ask one question together; run where there is no network.

    python -m tests.support.alone QUESTION

Prints the answer, then every address the browser asked for.
"""

from __future__ import annotations

import sys

from playwright.sync_api import sync_playwright

from tests.support.pages import BROWSER_ARGUMENTS, CHROMIUM, Visit, running


def main() -> None:
    with running([sys.executable, "app.py"]) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*BROWSER_ARGUMENTS])
        page = browser.new_page(locale="fr-FR")
        visit = Visit(page)
        page.on("request", lambda request: visit.requests.append(request.url))
        visit.ask(address, sys.argv[1])
        print(page.locator(".reponse h2").inner_text())
        print(len(visit.requests), *visit.foreign_requests(address), sep="\n")
        browser.close()


if __name__ == "__main__":
    main()
