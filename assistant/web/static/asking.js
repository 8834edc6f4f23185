// A question from Enter to its answer: what was there is greyed at once, the answer comes into view,
// and a server that is lost, busy or late is said. The words are those of `.attente`, in Python's HTML.
"use strict";

(() => {
  // In milliseconds. A server that can't be reached twice in a row is lost: within 5 s of asking.
  const TICK = 250, FIRST_LOOK = 1000, LOOK = 1500, SLOW = 4000, LATE = 60_000;

  const root = document.documentElement;
  const waiting = () => document.querySelector(".attente");
  const result = () => document.getElementById("resultat");
  const answerOf = () => document.querySelector("#resultat .reponse");
  const box = () => document.querySelector("#question textarea");
  const keyOf = (answer) => (answer ? answer.dataset.cle : "");

  let asked = null; // the question under way: its words, when, and which answer stood there
  let shown = ""; // the answer that was brought into view

  // --- What is said meanwhile

  const say = (name) => {
    const place = waiting();
    if (!place || place.dataset.dit === name) return;
    place.dataset.dit = name;
    place.querySelector("[role=status]").textContent = place.dataset[name] || "";
    place.querySelector(".reessayer").hidden = !["perdu", "occupe", "perime", "tarde", "encore"].includes(name);
    if (name) place.scrollIntoView({ block: "nearest" });
  };

  const hasFailed = () => waiting() !== null && !waiting().querySelector(".reessayer").hidden;

  // --- Asking

  const begin = (words) => {
    const question = { words, since: Date.now(), before: keyOf(answerOf()), failures: 0, looking: false };
    asked = question;
    probe().then((server) => { question.server = server; });
    root.dataset.recherche = "";
    if (result()) result().inert = true;
    say("");
    say("cherche");
  };

  const end = () => {
    asked = null;
    delete root.dataset.recherche;
    if (result()) result().inert = false;
    say("");
  };

  // --- The answer comes into view

  const isTyping = () => {
    const field = document.activeElement;
    if (!field || !field.matches("input, textarea")) return false;
    return field !== box() || (asked !== null && asked.words !== "" && field.value !== asked.words);
  };

  const top = (element) => element.getBoundingClientRect().top;
  const seek = (answer) => {
    const heading = answer.querySelector("h2");
    heading.focus({ preventScroll: true });
    const excerpt = answer.matches(".refus, .erreur") ? null : document.querySelector("#resultat blockquote");
    const first = excerpt || answer;
    // Of an excerpt too long for the window the beginning is enough.
    const end = first.getBoundingClientRect().bottom;
    const isLong = end - top(heading) > innerHeight - 8;
    const bottom = isLong ? Math.min(end, top(first) + 160) : end;
    if (top(heading) >= 0 && bottom <= innerHeight) return;
    // With the question above it where there is room for both.
    const question = document.getElementById("demande");
    const from = question && bottom - top(question) <= innerHeight - 8 ? question : heading;
    from.scrollIntoView({ block: "start" });
  };

  const site = () => (document.querySelector(".entete h1") || document.body).textContent.trim();
  const entitle = () => {
    const question = asked ? asked.words : answerOf() ? answerOf().dataset.question : "";
    // As a title is given back: one that seemed another would be set without end, on each change.
    const title = (question ? `${question} – ${site()}` : site()).replace(/[\t\n\f\r ]+/g, " ").trim();
    if (document.querySelector(".entete") && document.title !== title) document.title = title;
  };

  const dress = () => {
    const answer = answerOf();
    const key = keyOf(answer);
    if (key && key !== shown && (!asked || key !== asked.before)) {
      shown = key;
      const comes = asked !== null && !isTyping();
      end();
      if (comes) seek(answer);
    }
    if (asked && hasGivenUp()) look();
    entitle();
  };
  new MutationObserver(dress).observe(root, { childList: true, subtree: true });

  // --- A server that is lost, busy or late

  // Which server answers, null where none does. Behind a proxy of several another one does so where
  // that of the question is gone; and one that was restarted knows nothing of it either.
  const probe = async () => {
    try {
      const icon = document.querySelector("link[rel=icon]").href;
      const signal = AbortSignal.timeout(LOOK);
      const answer = await fetch(icon, { method: "HEAD", cache: "no-store", signal });
      return answer.ok ? answer.headers.get("x-assistant-server") || "" : null;
    } catch {
      return null;
    }
  };
  const isThere = async () => (await probe()) !== null;

  // Where Gradio gave up, the question won't be answered: the server is full, or another one.
  const gaveUp = () => document.querySelector(".toast-body.error");
  const hasGivenUp = () => gaveUp() !== null;
  // It says so where the page is older than the server.
  // So do Gradio and its server, in these words.
  const isFull = () => /queue is full|too busy|currently busy/i.test(gaveUp().textContent);
  const isOutdated = () => gaveUp().textContent.includes(waiting().dataset.perime);
  const look = async () => {
    const question = asked;
    if (question.looking || hasFailed()) return;
    question.looking = true;
    const server = await probe();
    const there = server !== null;
    question.looking = false;
    if (asked !== question || hasFailed()) return;
    question.failures = there ? 0 : question.failures + 1;
    if (!there && (hasGivenUp() || question.failures > 1)) say("perdu");
    else if (there && hasGivenUp()) say(isOutdated() ? "perime" : isFull() ? "occupe" : "perdu");
    else if (there && question.server && server !== question.server) say("perdu");
    else if (!there) look();
  };

  setInterval(() => {
    if (!asked || hasFailed()) return;
    const since = Date.now() - asked.since;
    if (since > LATE) say("tarde");
    else if (since > SLOW) say("lent");
    if (since > FIRST_LOOK) look();
  }, TICK);

  // Asked again by its address: the page that lost its server opens anew.
  const addressOf = (question) => {
    const parameters = new URLSearchParams({ q: question });
    for (const one of document.querySelectorAll("[id^=facette-] input:checked")) {
      parameters.append(one.closest("[id^=facette-]").id.replace("facette-", ""), one.name);
    }
    const before = document.querySelector("#resultat .reponse:not(.erreur)");
    if (before) parameters.append("suite", before.dataset.question);
    return `${location.pathname}?${parameters}`;
  };
  const retry = async (button) => {
    button.disabled = true;
    const there = await isThere();
    button.disabled = false;
    if (!there) {
      say("");
      say("encore");
      return;
    }
    const address = addressOf(asked ? asked.words : box().value);
    if (address === location.pathname + location.search) location.reload();
    else location.assign(address);
  };

  // --- What people do

  addEventListener("keydown", (event) => {
    const sends = event.key === "Enter" && !event.isComposing && event.target === box();
    if (sends) begin(box().value.trim());
  }, true);

  addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches(".reessayer")) retry(button);
    else if (button.closest("#chercher") && event.detail < 2) begin(box().value.trim());
    else if (button.closest("#oublier")) begin(box().value.trim());
    else if (button.closest("#exemples")) begin(button.textContent.trim());
  });

  const opened = new URLSearchParams(location.search).get("q");
  if (opened) begin(opened);
})();
