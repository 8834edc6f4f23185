"""Three web servers behind nginx that share a PostgreSQL: one is killed while agents ask.

python -m bench.three_servers INDEX [--agents 32] [--seconds 40] [--without-browser]

INDEX is an index of the demonstration; each server has a copy of its own, as each machine would. A
PostgreSQL of this machine (`initdb`) starts on loopback, nginx with the files of deploy/nginx in
front. Then, in this order:

1. the three servers start at once on the empty database;
2. somebody signs in on one server, and asks the two others for a page of staff;
3. wrong passwords for a name are sent to all three in turn;
4. agents ask through nginx, each staying with a server by its cookie; in the middle of it one
   server is killed (SIGKILL). A question fails rightly only where it was on that server, begun
   before and not ended when it was killed;
5. a page in a browser whose server is killed says so, and its button asks again, of another server;
6. the session, the count of wrong passwords and the audit trail are as they were;
7. PostgreSQL is stopped and started again under the servers that are left.

Prints each, and exits with 1 when one is not so. What is measured of time is this machine's only.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from time import monotonic, sleep

import httpx

from assistant.audit import AuditQuery, Trail
from assistant.evaluation.question_files import read_questions
from assistant.feedback import store
from assistant.i18n import say
from assistant.settings import Settings
from assistant.state.places import share
from assistant.web.http.authentication import COOKIE
from assistant.web.http.throttle import FIRST_WAIT, FREE_TRIES
from assistant.web.shared.facets import FACETS
from bench.load import ASKED, ASKING, FailedError, QueueFullError, messages
from bench.scale import QUESTIONS, ROOT
from tests.support.postgres import Postgres, postgres
from tests.support.slapd import free_ports, write_certificates

ACCOUNT, PASSWORD = "archiviste", "cinq mots bien rangés ici"
#: A name that signs in nowhere: wrong passwords are counted for it.
WRONG = "accueil"
DEPLOY = ROOT / "deploy" / "nginx"
#: What no document of the demonstration answers.
IN_VAIN = "Quel est le prix du ticket de tramway à Helsinki ?"


@dataclass
class Server:
    """A web server at work: where it answers, and its process."""

    port: int
    process: subprocess.Popen[str]
    index: Path

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def place(self) -> str:
        """How nginx names it."""
        return f"127.0.0.1:{self.port}"

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked: when, of which server, and what failed of it."""

    begun: float
    ended: float
    server: str
    fault: str


# --- What runs ---------------------------------------------------------------------------------


@contextmanager
def serving(folder: Path, index: Path, database: str) -> Iterator[list[Server]]:
    """Start three servers at once; give them once all are ready."""
    servers: list[Server] = []
    with ExitStack() as stack:
        for port in free_ports(3):
            place = folder / f"serveur-{len(servers) + 1}"
            shutil.copytree(index, place / "index")
            settings = Settings(
                index=place / "index",
                accounts=place / "comptes.json",
                state_database=database,
                port=port,
                public_names="127.0.0.1",
                log_file=str(place / "journal.log"),
            )
            process = subprocess.Popen(
                [sys.executable, "app.py"],
                cwd=ROOT,
                env={**os.environ, **settings.environment()},
                stdout=subprocess.DEVNULL,
                stderr=(place / "erreurs").open("w"),
                text=True,
            )
            stack.callback(_end, process)
            servers.append(Server(port, process, settings.index))
        until = monotonic() + 600
        for one in servers:
            while not _is_ready(one):
                if monotonic() > until or one.process.poll() is not None:
                    raise RuntimeError(f"{one.place} was never ready")
                sleep(0.5)
        yield servers


def _is_ready(server: Server) -> bool:
    try:
        return httpx.get(f"{server.address}/sante", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(60)


@contextmanager
def fronted(folder: Path, servers: Sequence[Server]) -> Iterator[str]:
    """Run nginx in front of the servers, with the files of deploy/nginx; give its address."""
    plain, secure = free_ports(2)
    (folder / "snippets").mkdir(parents=True)
    for name in ("assistant-proxy", "assistant-identity", "assistant-sticky"):
        shutil.copy(DEPLOY / f"{name}.conf", folder / "snippets")
    write_certificates(folder)
    text = (DEPLOY / "assistant.conf").read_text("utf-8")
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^upstream assistant \{.*?^\}\n", "", text, flags=re.MULTILINE | re.DOTALL)
    text = text.replace("listen 80", f"listen 127.0.0.1:{plain}")
    text = text.replace("listen 443", f"listen 127.0.0.1:{secure}")
    text = text.replace("assistant.exemple.fr", "127.0.0.1").replace("/var/log/nginx", str(folder))
    text = text.replace("/etc/ssl/assistant/fullchain.pem", f"{folder}/cert.pem")
    text = text.replace("/etc/ssl/assistant/privkey.pem", f"{folder}/key.pem")
    # Which server answered, for what is counted here.
    text = text.replace(
        "server_tokens off;", "server_tokens off; add_header X-Serveur $upstream_addr always;"
    )
    shared = (DEPLOY / "several-servers.conf").read_text("utf-8")
    for number, one in enumerate(servers, 11):
        shared = shared.replace(f"10.0.0.{number}:7860", one.place)
    (folder / "site.conf").write_text(shared + text, encoding="utf-8")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nuser root;\n"
        f"events {{}}\nhttp {{\n{temporary}include site.conf;\n}}\n"
    )
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    process = subprocess.Popen([*command, "-e", str(folder / "error.log")], text=True)
    try:
        for _ in range(200):
            if _answers(f"https://127.0.0.1:{secure}/sante", folder):
                break
            sleep(0.1)
        yield f"https://127.0.0.1:{secure}"
    finally:
        _end(process)


def _answers(address: str, folder: Path) -> bool:
    try:
        return httpx.get(address, verify=_trusting(folder), trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def _trusting(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder / "ca.pem"))


# --- Signing in --------------------------------------------------------------------------------


def make_account(server: Server, database: str) -> None:
    """Make an account by the command, as an operator would on one of the machines."""
    settings = Settings(
        index=server.index,
        accounts=server.index.parent / "comptes.json",
        state_database=database,
    )
    subprocess.run(
        [sys.executable, "-m", "assistant", "password", ACCOUNT],
        input=PASSWORD,
        cwd=ROOT,
        env={**os.environ, **settings.environment()},
        check=True,
        text=True,
        stdout=subprocess.DEVNULL,
    )


def sign_in(server: Server, name: str, password: str) -> httpx.Response:
    """Send a name and a password to one server."""
    return httpx.post(
        f"{server.address}/connexion",
        data={"nom": name, "mot_de_passe": password, "retour": ""},
        headers={"Origin": server.address},
        trust_env=False,
        timeout=60,
    )


def staff_page(server: Server, token: str) -> httpx.Response:
    """Ask one server for a page of staff, as whose session it is."""
    headers = {"Cookie": f"{COOKIE}={token}"}
    return httpx.get(f"{server.address}/personnel", headers=headers, trust_env=False, timeout=60)


# --- Asking ------------------------------------------------------------------------------------


async def ask(client: httpx.AsyncClient, address: str, question: str) -> Asked:
    """Ask through nginx as the page's script does."""
    begun, server, fault = monotonic(), "", ""
    session = token_hex(8)
    sent = {
        "data": [question, None, None, *[[] for _ in FACETS]],
        "fn_index": ASKING,
        "session_hash": session,
    }
    try:
        joined = await client.post(
            f"{address}/gradio_api/queue/join", json=sent, headers={"Origin": address}
        )
        server = joined.headers.get("X-Serveur", "").rpartition(" ")[2]
        if joined.status_code != 200:
            raise QueueFullError if joined.status_code == 503 else FailedError(joined.status_code)
        fault = "the stream ended without an answer"
        async for message in messages(client, address, session):
            if message["msg"] == "process_completed":
                fault = "" if message["success"] else "not done"
                break
    except (httpx.HTTPError, FailedError, QueueFullError) as e:
        fault = f"{type(e).__name__} {e}"
    return Asked(begun, monotonic(), server, fault)


async def agent(
    address: str, trusting: ssl.SSLContext, questions: Sequence[str], until: float, seed: int
) -> list[Asked]:
    """Open the page, then ask one question after the other."""
    chance, done = random.Random(seed), []
    async with httpx.AsyncClient(verify=trusting, timeout=120, trust_env=False) as client:
        await client.get(f"{address}/")
        while monotonic() < until:
            done.append(await ask(client, address, chance.choice(questions)))
            if done[-1].fault:
                await asyncio.sleep(1)  # who reads that, and presses the button
    return done


async def load(
    address: str, folder: Path, victim: Server, agents: int, seconds: float
) -> tuple[list[Asked], float]:
    """Have agents ask, kill a server in the middle; return what was asked, and when it was."""
    questions = [one.text for one in read_questions(QUESTIONS)][:ASKED]
    until, trusting = monotonic() + seconds, _trusting(folder)
    asking = [
        asyncio.create_task(agent(address, trusting, questions, until, seed))
        for seed in range(agents)
    ]
    await asyncio.sleep(seconds / 2)
    killed = monotonic()
    victim.process.kill()
    done = [one for some in await asyncio.gather(*asking) for one in some]
    victim.process.wait()
    return done, killed


# --- What is to be so --------------------------------------------------------------------------


class Report:
    """What was looked at, and whether all of it was as it should be."""

    def __init__(self) -> None:
        self.failed = 0

    def tell(self, is_so: bool, words: str) -> None:
        """Print one thing, and remember when it isn't so."""
        self.failed += not is_so
        print(f"{'yes' if is_so else 'NO '}  {words}", flush=True)


def tell_load(report: Report, done: Sequence[Asked], killed: float, victim: Server) -> None:
    """Tell which questions failed, and whether they were those in flight on the server killed."""
    failed = [one for one in done if one.fault]
    in_flight = [
        one for one in done if one.server == victim.place and one.begun <= killed < one.ended
    ]
    others = [one for one in failed if one not in in_flight]
    spread = Counter(one.server for one in done if one.ended < killed)
    later = [one for one in done if one.begun > killed]
    report.tell(len(spread) == 3, f"before, answers a server: {dict(spread)}")
    report.tell(
        not others,
        f"{len(done)} questions; {len(in_flight)} in flight on the server killed,"
        f" {len(failed) - len(others)} of them failed; of all others {len(others)} failed",
    )
    for words, times in Counter(one.fault for one in failed).most_common(5):
        print(f"     {times} times: {words}")
    for one in others[:5]:
        print(f"     of others: {one.server}, begun {one.begun - killed:+.2f} s, {one.fault}")
    report.tell(
        bool(later) and victim.place not in {one.server for one in later},
        f"asked afterwards: {len(later)}, {sum(not one.fault for one in later)} answered",
    )


def tell_browser(report: Report, address: str, servers: Sequence[Server]) -> Server:
    """Lose the server of a page in a browser, ask again by its button; return which it was."""
    from playwright.sync_api import expect, sync_playwright

    from bench.page import CHROMIUM, answered

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(locale="fr-FR", ignore_https_errors=True).new_page()
        opened = page.goto(address)
        assert opened
        # All that nginx tried, the last of which answered.
        place = opened.headers["x-serveur"].rpartition(" ")[2]
        victim = next(one for one in servers if one.place == place)
        page.wait_for_load_state("networkidle")
        answered(page, "Que dit-on des cantines ?")
        victim.process.send_signal(19)  # SIGSTOP: nothing comes of the question before it is gone
        page.locator("#question textarea").fill("Quels outils ont été cités ?")
        page.keyboard.press("Enter")
        page.wait_for_timeout(100)
        victim.kill()
        begun = monotonic()
        words = say("page.lost_server")[:28]
        expect(page.locator(".attente")).to_contain_text(words, timeout=120_000)
        seconds = monotonic() - begun
        page.locator(".reessayer").click()
        page.wait_for_function(
            "document.getElementById('resultat') && !document.getElementById('resultat').inert"
            " && document.title.includes('Quels outils')",
            timeout=120_000,
        )
        report.tell(
            True,
            f"the page says that its server is gone after {seconds:.1f} s; its button asks another",
        )
        browser.close()
    return victim


def tell_database(report: Report, database: Postgres, server: Server, token: str) -> None:
    """Stop the database under a server, and start it again."""
    database.stop()
    away = staff_page(server, token)
    report.tell(
        away.status_code == 503 and "ne répond pas" in away.text and "PostgreSQL" in away.text,
        f"database away: {away.status_code}, with what to do",
    )
    refused = sign_in(server, ACCOUNT, PASSWORD)
    report.tell(refused.status_code == 503, f"signing in meanwhile: {refused.status_code}")
    home = httpx.get(f"{server.address}/", trust_env=False, timeout=60)
    report.tell(home.status_code == 200, f"the page for agents meanwhile: {home.status_code}")
    asked = asyncio.run(_in_vain(server))
    report.tell(not asked.fault, f"a question meanwhile: {asked.fault or 'answered'}")
    database.start()
    until = monotonic() + 60
    while staff_page(server, token).status_code != 200 and monotonic() < until:
        sleep(0.2)
    back = staff_page(server, token)
    report.tell(back.status_code == 200, "back without a restart, the session with it")


async def _in_vain(server: Server) -> Asked:
    async with httpx.AsyncClient(timeout=120, trust_env=False) as client:
        return await ask(client, server.address, IN_VAIN)


def _times_in_vain(path: Path) -> int:
    return sum(one.times for one in store.read_unanswered(path, days=9) if one.question == IN_VAIN)


def run(options: argparse.Namespace, folder: Path, database: Postgres) -> int:
    """Do all of it; return how much was not so."""
    report, address = Report(), database.database()
    mine = folder / "mien"
    share(address, mine)
    trail = Trail(mine, 365)
    with (
        serving(folder, options.index, address) as servers,
        fronted(folder / "nginx", servers) as front,
    ):
        starts = {one.subject for one in trail.read(AuditQuery(kind="settings"), most=99)}
        report.tell(not starts, "three servers started at once on an empty database")
        make_account(servers[0], address)
        signed = sign_in(servers[0], ACCOUNT, PASSWORD)
        token = signed.cookies.get(COOKIE) or ""
        pages = [staff_page(one, token).status_code for one in servers]
        report.tell(pages == [200] * 3, f"signed in on the first, known on all: {pages}")
        tries = [
            sign_in(servers[number % 3], WRONG, "x").status_code for number in range(FREE_TRIES + 1)
        ]
        report.tell(
            tries == [403] * FREE_TRIES + [429],
            f"wrong passwords, one server after another: {tries}",
        )
        for one in servers:
            asyncio.run(_in_vain(one))

        victim = servers[1]
        done, killed = asyncio.run(
            load(front, folder / "nginx", victim, options.agents, options.seconds)
        )
        tell_load(report, done, killed, victim)
        left = [one for one in servers if one is not victim]
        sleep(FIRST_WAIT)
        again = sign_in(left[0], WRONG, "x").status_code, sign_in(left[1], WRONG, "x")
        told = re.search(r"(\d+)\s*secondes", again[1].text)
        seconds = int(told[1]) if told else 0
        report.tell(
            again[0] == 403 and again[1].status_code == 429 and seconds > FIRST_WAIT,
            f"wrong passwords are counted on: {seconds} s to wait",
        )
        pages = [staff_page(one, token).status_code for one in left]
        report.tell(pages == [200] * 2, f"the session, after the kill: {pages}")
        counts = Counter(one.action for one in trail.read(AuditQuery(kind="access"), most=999))
        report.tell(
            counts == {"access.accepted": 1, "access.refused": FREE_TRIES + 1},
            f"audit trail: {dict(counts)}",
        )
        known = _times_in_vain(mine / store.FILE)
        report.tell(known == 3, f"asked in vain, once of each server: {known} in the register")
        if not options.without_browser:
            left.remove(tell_browser(report, front, left))
        tell_database(report, database, left[0], token)
        until = monotonic() + 60
        while (known := _times_in_vain(mine / store.FILE)) < 4 and monotonic() < until:
            sleep(0.5)
        report.tell(
            known == 4, f"what was asked in vain while it was away: {known - 3} in the register"
        )
        kept = [path.name for one in servers for path in one.index.glob("*.sqlite3")]
        report.tell(
            set(kept) == {"catalog.sqlite3"}, f"databases in the servers' own folders: {set(kept)}"
        )
    return report.failed


def main() -> int:
    """Run all of it in a folder of its own; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path, help="an index of the demonstration")
    parser.add_argument("--agents", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--without-browser", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, postgres() as database:
        failed = run(options, Path(name), database)
    print(f"{failed} not so" if failed else "all so")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
