// What stands around an answer: copying, printing, an opinion, and the history kept in this browser.
// The words are those that Python put in attributes and templates. Only an opinion is ever sent.
"use strict";

(() => {
  const LIST = "mes-questions", OFF = "ne-pas-garder";

  // --- Copying and printing -------------------------------------------------------------------

  const whole = (parts) => parts.map((one, at) => (at % 2 ? location.origin + one : one)).join("");

  // Where the page isn't served over HTTPS, browsers have no clipboard to offer: the old way then.
  const selected = (text) => {
    const box = document.createElement("textarea");
    box.value = text;
    box.readOnly = true;
    box.style.cssText = "position:fixed;top:0;left:-999rem";
    document.body.append(box);
    box.select();
    try {
      return document.execCommand("copy");
    } catch {
      return false;
    } finally {
      box.remove();
    }
  };

  const toClipboard = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return selected(text);
    }
  };

  const copy = async (button) => {
    const done = await toClipboard(whole(JSON.parse(button.dataset.copie)));
    button.focus();
    const words = done ? button.dataset.fait : button.dataset.rate;
    const status = document.querySelector("#etat p");
    if (status) status.textContent = words;
    button.dataset.dit ||= button.textContent;
    button.textContent = words;
    clearTimeout(button.retour);
    button.retour = setTimeout(() => { button.textContent = button.dataset.dit; }, 4000);
  };

  // On paper a link is worth its address.
  const spellOut = () => {
    for (const one of document.querySelectorAll("#resultat a:not([data-adresse])")) {
      one.dataset.adresse = one.href;
    }
  };

  // --- An opinion -----------------------------------------------------------------------------

  const send = async (form, judgement, word) => {
    const said = form.querySelector(".merci");
    const body = JSON.stringify({ data: [...JSON.parse(form.dataset.envoi), judgement, word] });
    try {
      const headers = { "Content-Type": "application/json" };
      const taken = await fetch(form.dataset.adresse, { method: "POST", headers, body });
      const isOurs = (taken.headers.get("Content-Type") || "").startsWith("text/plain");
      said.textContent = (isOurs && (await taken.text())) || form.dataset.rate;
      return taken.ok;
    } catch {
      said.textContent = form.dataset.rate;
      return false;
    }
  };

  const judge = async (button) => {
    const form = button.closest("form");
    const word = form.querySelector("textarea").value;
    if (!(await send(form, button.dataset.avis, word))) return;
    for (const one of form.querySelectorAll("[data-avis]")) {
      one.setAttribute("aria-pressed", String(one === button));
    }
    form.querySelector(".mot").hidden = false;
  };

  // --- The history ----------------------------------------------------------------------------

  // Storage may be refused, or hold what another page or hand put there.
  const stored = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const store = (key, value) => {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
      return true;
    } catch {
      return false;
    }
  };
  const isOff = () => stored(OFF) !== null;
  const isStorable = () => store("essai", "1") && store("essai", null);

  const isQuestion = (one) => one !== null && typeof one === "object"
    && typeof one.question === "string" && one.question.length <= 20000
    && typeof one.adresse === "string" && one.adresse.startsWith("?") && one.adresse.length <= 90000;
  const remembered = () => {
    try {
      const kept = JSON.parse(stored(LIST));
      return Array.isArray(kept) ? kept.filter(isQuestion) : [];
    } catch {
      return [];
    }
  };
  const remember = (questions) => store(LIST, questions.length ? JSON.stringify(questions) : null);

  let last = "";
  const note = () => {
    const shown = document.querySelector("#resultat .reponse:not(.erreur)");
    const box = document.querySelector(".historique");
    if (!shown || !box) return;
    const { question, adresse: address } = shown.dataset;
    const adresse = new URL(address, location).search;
    if (adresse === last) return;
    last = adresse;
    if (isOff()) return;
    const others = remembered().filter((one) => one.adresse !== adresse);
    remember([{ question, adresse }, ...others].slice(0, Number(box.dataset.plus)));
    show(box);
  };

  const narrowed = (address) =>
    [...new URLSearchParams(address).keys()].some((one) => one !== "q" && one !== "suite");

  const show = (box) => {
    const questions = isOff() ? [] : remembered();
    const items = questions.map((one) => {
      const item = box.querySelector("template").content.firstElementChild.cloneNode(true);
      const link = item.querySelector("a");
      link.textContent = one.question;
      link.href = box.dataset.accueil + one.adresse;
      item.querySelector(".aide").hidden = !narrowed(one.adresse);
      item.querySelector(".lu-seulement").textContent = ` – ${one.question}`;
      item.querySelector("button").dataset.adresse = one.adresse;
      return item;
    });
    box.querySelector("ul").replaceChildren(...items);
    box.querySelector(".vide").hidden = questions.length > 0;
    box.querySelector(".tout-effacer").hidden = questions.length === 0;
    box.querySelector(".ne-pas-garder").checked = isOff();
  };

  const erase = (box, address) => {
    const questions = remembered();
    const at = questions.findIndex((one) => one.adresse === address);
    remember(address === null ? [] : questions.filter((one) => one.adresse !== address));
    show(box);
    const words = address === null ? box.dataset.toutEfface : box.dataset.efface;
    box.querySelector("[role=status]").textContent = words;
    // The button is gone: the keyboard goes to the next one, or to the list's title.
    const buttons = box.querySelectorAll(".effacer");
    (buttons[Math.min(at, buttons.length - 1)] || box.querySelector("summary")).focus();
  };

  // --- What happens on the page ---------------------------------------------------------------

  const dress = () => {
    spellOut();
    const box = document.querySelector(".historique:not([data-pret])");
    if (box && isStorable()) {
      box.dataset.pret = "";
      box.hidden = false;
      show(box);
    }
    note();
  };
  new MutationObserver(dress).observe(document.documentElement, { childList: true, subtree: true });

  addEventListener("storage", () => {
    const box = document.querySelector(".historique[data-pret]");
    if (box) show(box);
  });

  addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const box = button.closest(".historique");
    if (button.matches(".copier")) copy(button);
    else if (button.matches(".imprimer")) print();
    else if (button.matches("[data-avis]")) judge(button);
    else if (box && button.matches(".effacer")) erase(box, button.dataset.adresse);
    else if (box && button.matches(".tout-effacer")) erase(box, null);
  });

  addEventListener("change", (event) => {
    if (!event.target.matches(".ne-pas-garder")) return;
    const box = event.target.closest(".historique");
    store(OFF, event.target.checked ? "1" : null);
    if (event.target.checked) erase(box, null);
    else show(box);
    event.target.focus();
  });

  addEventListener("submit", (event) => {
    if (!event.target.matches(".retour")) return;
    event.preventDefault();
    const chosen = event.target.querySelector('[aria-pressed="true"]');
    const word = event.target.querySelector("textarea").value;
    if (chosen) send(event.target, chosen.dataset.avis, word);
  });
})();
