/* The deposit of documents: new names only when asked for, files dropped, how far the sending is.
   All words come from the page; without this script the form works by itself. */
"use strict";

(() => {
  const megabytes = (size) => {
    const number = Math.max(size / 1e6, 0.1);
    const digits = number < 10 ? 1 : 0;
    return number.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits });
  };
  const filled = (words, values) => words.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

  /* The fields of new names, where a new place is chosen. */
  for (const place of document.querySelectorAll(".destination")) {
    const list = place.querySelector("select");
    const [event, session] = place.querySelectorAll(".nouveau");
    const show = () => {
      event.hidden = list.value !== "+";
      session.hidden = !list.value.startsWith("+");
      event.querySelector("input").required = !event.hidden;
      session.querySelector("input").required = !session.hidden && event.hidden;
    };
    list.addEventListener("change", show);
    show();
  }

  for (const button of document.querySelectorAll(".imprimer")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  const form = document.querySelector("form.depot");
  if (!form) return;
  const input = form.querySelector('input[type="file"]');
  const zone = form.querySelector(".zone");
  const chosen = form.querySelector(".choisis");
  const sending = form.querySelector(".envoi");
  const [bar, said] = [sending.querySelector("progress"), sending.querySelector("p")];
  const send = form.querySelector("button.principal");
  const stop = form.querySelector(".interrompre");

  const sizeOf = (files) => [...files].reduce((sum, one) => sum + one.size, 0);
  const sayChosen = () => {
    const files = input.files;
    const values = { n: files.length, mo: megabytes(sizeOf(files)) };
    chosen.textContent = files.length ? filled(form.dataset.fichiers, values) : "";
  };
  input.addEventListener("change", sayChosen);

  /* Files dropped, and folders with all that is in them; hidden files stay behind. */
  const filesIn = async (entry) => {
    if (entry.name.startsWith(".")) return [];
    if (entry.isFile) return [await new Promise((found, failed) => entry.file(found, failed))];
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((read, failed) => reader.readEntries(read, failed));
      if (!some.length) return found;
      for (const one of some) found.push(...(await filesIn(one)));
    }
  };
  zone.querySelector(".glisser").hidden = false;
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("dessus");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("dessus"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("dessus");
    /* Asked for at once: they are gone after the first wait. */
    const entries = [...event.dataTransfer.items]
      .filter((one) => one.kind === "file")
      .map((one) => one.webkitGetAsEntry() ?? one.getAsFile());
    const kept = new DataTransfer();
    for (const one of input.files) kept.items.add(one);
    for (const one of entries) {
      for (const file of one instanceof File ? [one] : await filesIn(one)) kept.items.add(file);
    }
    input.files = kept.files;
    sayChosen();
  });

  let request = null;
  const end = (words) => {
    request = null;
    bar.hidden = true;
    said.textContent = words;
    said.className = "avis";
    send.disabled = false;
    stop.hidden = true;
  };
  const tell = (words) => {
    sending.hidden = false;
    end(words);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (request) return;
    if (sizeOf(input.files) > Number(form.dataset.plus)) return tell(form.dataset.trop);
    request = new XMLHttpRequest();
    request.open("POST", form.action);
    /* Told where to go, not led there: the page that follows is then read once. */
    request.setRequestHeader("Accept", "text/plain");
    let percent = -1;
    request.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      bar.value = (100 * step.loaded) / step.total;
      /* Said each time that a twentieth is done: a screen reader reads it out. */
      const now = Math.floor((20 * step.loaded) / step.total) * 5;
      if (now === percent) return;
      percent = now;
      const values = { pour_cent: now, fait: megabytes(step.loaded), tout: megabytes(step.total) };
      said.textContent = filled(form.dataset.envoi, values);
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      said.textContent = form.dataset.verification;
    });
    request.addEventListener("load", () => {
      if (request.status === 200) return window.location.assign(request.responseText);
      if (request.status === 413) return end(form.dataset.trop);
      if (request.status === 401) return end(form.dataset.deconnecte);
      end(form.dataset.coupure);
    });
    request.addEventListener("error", () => end(form.dataset.coupure));
    request.addEventListener("abort", () => end(form.dataset.coupure));
    said.className = "";
    said.textContent = "";
    bar.hidden = false;
    bar.value = 0;
    sending.hidden = false;
    send.disabled = true;
    stop.hidden = false;
    request.send(new FormData(form));
  });
  stop.addEventListener("click", () => request?.abort());
})();
