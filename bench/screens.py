"""Pictures of every state of the page, each looked over by axe-core on the way.

python -m bench.screens FOLDER [--index INDEX] [--only WORDS] [--look NAME]

INDEX is an index of the demonstration, which is copied (made if not given). Each state
(`bench.screen_states`) is reached anew in each look: light and dark, on a desk and on a phone, with
forced colours, and at 200 % and 400 % of a window of 1280 px. Writes FOLDER/STATE-LOOK.png (the
whole page, to MOST_PIXELS) and prints a line for each with what axe finds and by how many pixels
the page is wider than its window; ends with 1 where there is any of either.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.accounts import set_password
from bench.page import CHROMIUM
from bench.scale import ROOT
from bench.screen_states import EVENT, PASSWORD, STAFF, STATES, Sites

#: The session that only human resources read, so that the page of rights has something to say.
RIGHTS = f"""[groupes]
rh = []

[lecteurs]
"{EVENT}/atelier-7-accessibilite-et-ressources-humaines" = ["rh"]
"{EVENT}/informations-pratiques.txt" = ["agents"]
"""
#: What lies below is not painted: a picture that long can't be looked at.
MOST_PIXELS = 6000
#: In milliseconds: the first question waits for the model.
PATIENCE = 60_000


@dataclass(frozen=True)
class Look:
    """A window: its size in CSS pixels, colours, and points a pixel."""

    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"
    forced: Literal["active", "none"] = "none"
    scale: float = 1


LOOKS = {
    "desk-light": Look(1280, 900),
    "desk-dark": Look(1280, 900, "dark"),
    "phone-light": Look(375, 667),
    "phone-dark": Look(375, 667, "dark"),
    "forced": Look(1280, 900, "dark", "active"),
    # A window of 1280 × 900 at that zoom.
    "zoom-200": Look(640, 450, scale=2),
    "zoom-400": Look(320, 225, scale=4),
}


@contextmanager
def served(folder: Path, index: Path, corpus: Path) -> Iterator[str]:
    """Serve a site with an account of staff; give its address, under a name that keeps cookies."""
    accounts = folder / "comptes.json"
    set_password(accounts, STAFF, PASSWORD)
    chosen = {"CORPUS": corpus, "INDEX": index, "ACCOUNTS": accounts, "PORT": 0}
    environment = {f"ASSISTANT_{name}": str(value) for name, value in chosen.items()}
    with subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip().rpartition(" ")[2]
            yield address.replace("127.0.0.1", "localhost")
        finally:
            server.terminate()


def prepared(folder: Path, index: Path | None) -> tuple[Path, Path]:
    """Return a corpus with rights and an index of it, both of our own."""
    corpus, own = folder / "corpus", folder / "index"
    shutil.copytree(ROOT / "corpus", corpus)
    (corpus / "droits.toml").write_text(RIGHTS, encoding="utf-8")
    if index:
        shutil.copytree(index, own)
    chosen = {"ASSISTANT_CORPUS": str(corpus), "ASSISTANT_INDEX": str(own)}
    subprocess.run(
        [sys.executable, "-m", "assistant", "sync"],
        cwd=ROOT, check=True, env={**os.environ, "PYTHONPATH": str(ROOT), **chosen},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    _erased(corpus, chosen)
    return corpus, own


def _erased(corpus: Path, chosen: dict[str, str]) -> None:
    """Erase a document, so that there is a receipt; nothing else knows of it."""
    document = f"{EVENT}/ancien-programme.txt"
    (corpus / document).write_text("Un ancien programme.\n", encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "assistant", "forget", "--document", document, "--yes"],
        cwd=ROOT, check=True, env={**os.environ, "PYTHONPATH": str(ROOT), **chosen},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


@contextmanager
def window(browser: Browser, look: Look) -> Iterator[Page]:
    """Give a tab of a new profile."""
    context = browser.new_context(
        locale="fr-FR",
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme,
        forced_colors=look.forced,
        device_scale_factor=look.scale,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def shown(page: Page, look: Look, path: Path) -> list[str]:
    """Write the picture of a page; return what is wrong with it."""
    found = [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in Axe().run(page).response["violations"]
    ]
    wider = page.evaluate("document.documentElement.scrollWidth") - look.width
    if wider > 0:
        found.append(f"{wider} px wider than its window")
    height = page.evaluate("document.documentElement.scrollHeight")
    box = {"x": 0, "y": 0, "width": look.width, "height": min(height, MOST_PIXELS)}
    page.screenshot(path=path, full_page=True, clip=box)  # type: ignore[arg-type]
    return found


def main() -> None:
    """Serve the sites, show every state in every look, and end with what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--only", default="", help="states whose names have these words")
    parser.add_argument("--look", choices=LOOKS, action="append")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    wrong = 0
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        corpus, index = prepared(folder, options.index)
        sites = Sites(
            opened.enter_context(served(folder, index, corpus)),
            opened.enter_context(served(folder, folder / "none", corpus)),
        )
        playwright = opened.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, reach in STATES.items():
            if options.only not in name:
                continue
            for look in options.look or LOOKS:
                with window(browser, LOOKS[look]) as page:
                    reach(page, sites)
                    path = options.folder / f"{name.replace(' ', '-')}-{look}.png"
                    found = shown(page, LOOKS[look], path)
                wrong += len(found)
                print(f"{name}, {look}: {'; '.join(found) or 'sound'}", flush=True)
        browser.close()
    print(f"{wrong} faults")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
