// What is new on an event's page since this browser last saw it. What was seen is kept in the browser
// alone, by the documents' own versions: nothing of it is sent, and no date of the server matters.
"use strict";

(() => {
  const MOST_SHOWN = 15;
  // Kept on computers of one's own only: the same choice as for one's questions (around.js).
  const OFF = "ne-pas-garder";

  const section = document.querySelector(".nouveau");
  if (!section) return;
  const key = `assistant-vu-${section.dataset.evenement}`;
  const template = section.querySelector("template");
  const items = [...template.content.querySelectorAll("li")];

  // Storage may be refused, or hold what another page or hand put there.
  const seenIn = (storage) => {
    try {
      const seen = JSON.parse(storage.getItem(key));
      return seen && typeof seen.versions === "object" && !Number.isNaN(Date.parse(seen.on)) ? seen : null;
    } catch {
      return null;
    }
  };
  const keep = (storage, seen) => {
    try {
      storage.setItem(key, JSON.stringify(seen));
    } catch {
      // Without it, the next visit is a first one.
    }
  };
  // Where questions are not kept, nor is this, and what was kept goes.
  const isOff = () => {
    try {
      const off = localStorage.getItem(OFF) !== null;
      if (off) localStorage.removeItem(key);
      return off;
    } catch {
      return true;
    }
  };

  const isNew = (seen, item) => seen.versions[item.dataset.cle] !== item.dataset.version;
  const show = (seen) => {
    const found = items.filter((item) => isNew(seen, item));
    if (!found.length) return;
    for (const item of found.slice(0, MOST_SHOWN)) {
      if (item.dataset.cle in seen.versions) {
        const changed = Object.assign(document.createElement("span"), { className: "fil" });
        changed.textContent = `(${section.dataset.change})`;
        item.append(" ", changed);
      }
      section.querySelector("ul").append(item);
    }
    section.querySelector(".aide").hidden = found.length <= MOST_SHOWN;
    const day = section.querySelector("time");
    day.dateTime = seen.on;
    day.textContent = new Date(seen.on).toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
    section.hidden = false;
  };

  const versions = Object.fromEntries(items.map((item) => [item.dataset.cle, item.dataset.version]));
  if (isOff()) return;
  // A visit lasts as long as its tab: what was new when it began stays so.
  const before = seenIn(sessionStorage) || seenIn(localStorage);
  if (before) {
    keep(sessionStorage, before);
    show(before);
  }
  keep(localStorage, { on: new Date().toISOString(), versions });
})();
