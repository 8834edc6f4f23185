"""A server and a browser that ask one question together; run where there is no network.

    python -m tests.web.alone QUESTION

Prints the answer, then every address the browser asked for.
"""

from __future__ import annotations

import sys

from playwright.sync_api import sync_playwright

from tests.web.conftest import BROWSER_ARGUMENTS, CHROMIUM, running


def main() -> None:
    with running([sys.executable, "app.py"]) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*BROWSER_ARGUMENTS])
        page = browser.new_page()
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.get_by_label("Votre question").fill(sys.argv[1])
        page.keyboard.press("Enter")
        page.wait_for_selector(".reponse")
        print(page.locator(".reponse h2").inner_text())
        foreign = [one for one in requests if not one.startswith((address, "data:", "blob:"))]
        print(len(requests), *foreign, sep="\n")
        browser.close()


if __name__ == "__main__":
    main()
