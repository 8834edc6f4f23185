// What Gradio can't say from Python. Self-hosted, no request.
"use strict";

(() => {
  const dress = () => {
    const status = document.getElementById("etat");
    if (status && status.getAttribute("role") !== "status") {
      status.setAttribute("role", "status");
      status.setAttribute("aria-live", "polite");
    }
    const main = document.querySelector(".gradio-container main");
    if (main && main.getAttribute("tabindex") === null) main.setAttribute("tabindex", "-1");
    // What is made of the event's own words is in its language.
    const header = document.querySelector("[data-parle]");
    const own = ":is(#exemples button, #facette-evenement .wrap, #facette-seance .wrap, " +
      "#facette-type .wrap, #facette-intervenant .wrap):not([lang])";
    if (header && header.dataset.parle) {
      for (const one of document.querySelectorAll(own)) one.lang = header.dataset.parle;
    }
    dressLimits();
    follow();
  };

  // --- What a search is limited to: how many are chosen, and long lists shortened by typing

  const LONG = 7;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const narrow = (box) => {
    const typed = plain(box.querySelector("input").value.trim());
    for (const one of document.querySelectorAll(`#${box.dataset.liste} label`)) {
      one.hidden = !plain(one.textContent).includes(typed) && !one.querySelector(":checked");
    }
    const said = box.querySelector("[role=status]");
    said.textContent = typed ? said.dataset.un : "";
  };
  const dressLimits = () => {
    for (const one of document.querySelectorAll("#limites, #limites .facettes")) {
      const button = one.querySelector(":scope > button");
      if (!button) continue;
      button.setAttribute("aria-expanded", String(button.classList.contains("open")));
      const icon = button.querySelector(".icon");
      if (icon) icon.setAttribute("aria-hidden", "true");
      const chosen = one.querySelectorAll("input:checked").length;
      if (chosen) button.dataset.choisis = chosen;
      else delete button.dataset.choisis;
    }
    for (const box of document.querySelectorAll(".reduire")) {
      box.hidden = document.querySelectorAll(`#${box.dataset.liste} label`).length <= LONG;
    }
    const clear = document.querySelector("#decocher");
    if (clear) clear.hidden = !document.querySelector("#limites [data-choisis]");
  };
  addEventListener("input", (event) => {
    const box = event.target.closest(".reduire");
    if (box) narrow(box);
  });
  for (const name of ["change", "click"]) {
    addEventListener(name, (event) => {
      if (event.target.closest("#limites")) setTimeout(dressLimits, 100);
    });
  }

  // The address of the page is that of the answer shown: to be shared, and to come back to.
  const address = () => location.pathname + location.search;
  let here = address();
  // An address that asks is written anew by its answer, and is no step to come back to.
  let isOpening = new URLSearchParams(location.search).has("q");
  const follow = () => {
    const shown = document.querySelector("#resultat .reponse:not(.erreur)");
    const answered = shown ? shown.dataset.adresse : "";
    if (!answered || answered === here) return;
    // As the browser writes it, the same address may look otherwise.
    if (new URL(answered, location).href !== location.href) {
      if (isOpening) history.replaceState(null, "", answered);
      else history.pushState(null, "", answered);
    }
    isOpening = false;
    here = address();
  };
  addEventListener("popstate", () => { if (address() !== here) location.reload(); });

  addEventListener("keydown", (event) => {
    const box = document.querySelector("#question textarea");
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || !box || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    box.focus();
  });
  // Gradio changes the page in many small steps: once a frame is enough.
  let planned = false;
  const plan = () => {
    if (planned) return;
    planned = true;
    requestAnimationFrame(() => { planned = false; dress(); });
  };
  new MutationObserver(plan).observe(document.documentElement, { childList: true, subtree: true });

  // What is sent during a search is asked after it: the second half of a double click isn't meant.
  addEventListener("click", (event) => {
    if (event.detail > 1 && event.target.closest("#chercher")) event.stopImmediatePropagation();
  }, true);

  // Where no picture can be drawn an empty one comes: the page shows none rather than a frame.
  const clear = (image) => {
    const figure = image.naturalWidth <= 1 && image.closest(".vue");
    if (figure) figure.hidden = true;
  };
  const onImage = (event) => { if (event.target instanceof HTMLImageElement) clear(event.target); };
  for (const name of ["load", "error"]) document.addEventListener(name, onImage, true);
  for (const one of document.images) if (one.complete) clear(one);

  // What stands around a quote unfolds in its place.
  const unfold = (button) => {
    const card = button.closest(".source");
    const isOpen = card.toggleAttribute("data-replie") === false;
    button.setAttribute("aria-expanded", String(isOpen));
  };

  document.addEventListener("click", (event) => {
    const around = event.target.closest("button.contexte");
    if (around) unfold(around);
    // The button goes away once it is used: the keyboard waits at the question for the answer.
    if (event.target.closest("#oublier")) document.querySelector("#question textarea").focus();
    const link = event.target.closest("a");
    if (!link) return;
    if (link.matches(".evitement") && document.querySelector("#question textarea")) {
      event.preventDefault();
      document.querySelector("#question textarea").focus();
    }
    // What is asked stays asked in the other language.
    if (link.matches(".langue a")) link.search = location.search;
    if (link.matches(".renvoi")) {
      const source = document.getElementById(link.hash.slice(1));
      if (source) {
        event.preventDefault();
        source.focus({ preventScroll: true });
        source.scrollIntoView({ block: "nearest" });
      }
    }
  });
})();
