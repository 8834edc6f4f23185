"""What must hold for nothing to leave, checked on a page that runs: one name, one truth each.

Used on the page as it ships, where every check holds, and on pages that leak on purpose
(`leaky`), where some must not: a check that nothing can fail proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page

from tests.support import patient
from tests.support.pages import Visit

#: A question whose answer shows a document full of markup and remote addresses.
HOSTILE_QUESTION = "Que dit le tampon officiel dans le reste du texte ?"
FOREIGN = "https://evil.example"
#: What an element may fetch by itself, or send to when it is used.
REMOTE = "img, script, link, iframe, audio, video, source, track, object, embed, a, form, use"
CLOSED = (
    "/config", "/openapi.json", "/docs", "/monitoring", "/login", "/manifest.json", "/pwa_icon",
    "/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/run/predict", "/gradio_api/mcp/",
    "/gradio_api/token", "/gradio_api/user", "/en/config", "/en/gradio_api/info",
)  # fmt: skip


def audit(address: str, visit: Visit) -> dict[str, bool]:
    """Open the page, ask for the hostile document, and return which checks hold."""
    visit.ask(address, HOSTILE_QUESTION)
    page = visit.page
    html = patient.get(address).text
    headers = patient.get(address).headers
    policy = headers.get("content-security-policy", "")
    checks: dict[str, Callable[[], bool]] = {
        "the hostile document is on the page": lambda: "tampon officiel" in page.content(),
        "the browser asked no other machine": lambda: visit.foreign_requests(address) == [],
        "no element names another site": lambda: _remote_elements(page, address) == [],
        "no markup of a document became an element": lambda: not _hostile_elements(page),
        "the policy begins by refusing all": lambda: policy.startswith("default-src 'none';"),
        "the policy names no other site": lambda: (
            not re.search(r"https?:|\*|'unsafe-eval'", policy)
        ),
        "scripts need the page's nonce": lambda: bool(
            re.search(r"script-src [^;]*'nonce-", policy)
        ),
        "a remote image is refused": lambda: _refused(page, "new Image().src = url"),
        "a remote style is refused": lambda: _refused(
            page,
            "document.head.append(Object.assign(document.createElement('link'),"
            " {rel: 'stylesheet', href: url}))",
        ),
        "a remote script is refused": lambda: _refused(
            page,
            "document.head.append(Object.assign(document.createElement('script'), {src: url}))",
        ),
        "a remote request is refused": lambda: _refused(page, "fetch(url).catch(() => 0)"),
        "a remote frame is refused": lambda: _refused(
            page,
            "document.body.append(Object.assign(document.createElement('iframe'), {src: url}))",
        ),
        "a remote beacon is refused": lambda: _refused(page, "navigator.sendBeacon(url, 'x')"),
        "no font is fetched": lambda: (
            not any(re.search(r"\.(?:woff2?|ttf|otf)(?:\?|$)", one) for one in visit.requests)
        ),
        "the page carries no advertising for other sites": lambda: (
            "og:" not in html and "twitter:" not in html and "manifest" not in html
        ),
        "the server fetches nothing for others": lambda: (
            patient.get(f"{address}/gradio_api/file={FOREIGN}/x").status_code == 404
        ),
        "the server takes no file": lambda: _posted(address, "/gradio_api/upload") == 404,
        "a file in the place of words is refused": lambda: file_refused(address),
        "what Gradio opens besides is closed": lambda: all(
            patient.get(address + path).status_code == 404 for path in CLOSED
        ),
        "no other site may read": lambda: (
            not any(
                name.startswith("access-control-allow")
                for name in patient.get(address, headers={"Origin": FOREIGN}).headers
            )
        ),
        "no other site may ask": lambda: _posted(address, "/gradio_api/queue/join", FOREIGN) == 403,
        "addresses are not told to other sites": lambda: (
            headers.get("referrer-policy") == "same-origin"
        ),
        "Gradio keeps no question in the browser": lambda: (
            not page.evaluate(
                "JSON.stringify({...localStorage, ...sessionStorage}).includes('tampon officiel')"
                " && Object.keys(localStorage).some((name) => /gradio|history|run/i.test(name))"
            )
        ),
        "no service worker stays": lambda: page.evaluate(
            "navigator.serviceWorker ? navigator.serviceWorker.getRegistrations()"
            ".then((all) => all.length === 0) : true"
        ),
    }
    return {name: bool(check()) for name, check in checks.items()}


def failed(checks: dict[str, bool]) -> list[str]:
    """Return the checks that don't hold."""
    return [name for name, holds in checks.items() if not holds]


def _remote_elements(page: Page, address: str) -> list[str]:
    """Return what elements would fetch, or lead to, outside of the page's own site."""
    found: list[str] = page.evaluate(
        "(names) => [...document.querySelectorAll(names)].flatMap((one) => ["
        "one.src, one.href, one.data, one.action, one.poster].filter((url) =>"
        " typeof url === 'string' && /^(?:https?:|ftp:|javascript:)/.test(url)))",
        REMOTE,
    )
    return [one for one in found if not one.startswith(address)]


def _hostile_elements(page: Page) -> int:
    """Return how many elements stand where a document's words should be plain text."""
    return page.locator("blockquote :is(img, script, a, iframe, svg, b), .reponse img").count()


def _refused(page: Page, attempt: str) -> bool:
    """Tell whether the page's policy refuses what a line of script attempts with `url`."""
    refused: bool = page.evaluate(
        f"""() => new Promise((resolve) => {{
            const url = "{FOREIGN}/x";
            addEventListener("securitypolicyviolation", () => resolve(true), {{once: true}});
            setTimeout(() => resolve(false), 1500);
            try {{ {attempt}; }} catch (error) {{ resolve(false); }}
        }})"""
    )
    return refused


def _posted(address: str, path: str, origin: str = "") -> int:
    headers = {"Origin": origin or address}
    return patient.post(address + path, json={"data": []}, headers=headers).status_code


def file_refused(address: str) -> bool:
    """Tell whether what stock Gradio would fetch, put in the place of a question, is refused."""
    file = {"path": "x", "url": f"{FOREIGN}/x", "meta": {"_type": "gradio.FileData"}}
    sent = {"data": [file, []], "fn_index": 0, "session_hash": "a"}
    answer = patient.post(
        f"{address}/gradio_api/queue/join", json=sent, headers={"Origin": address}
    )
    return answer.status_code == 400
