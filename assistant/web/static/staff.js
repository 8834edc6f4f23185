/* What makes the staff pages pleasanter. Everything works without. */
"use strict";

(() => {
  /* A question before what can't be undone; its words come from the page. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirmer ?? form.dataset.confirmer;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  /* How far the indexing is, every second and a half, until it ends. */
  const followed = document.getElementById("avancement");
  if (followed) {
    for (const link of document.querySelectorAll(".sans-script")) link.hidden = true;
    const follow = async () => {
      try {
        const answer = await fetch(followed.dataset.suite, { credentials: "same-origin" });
        if (answer.redirected || answer.status === 401) return window.location.reload();
        const piece = await answer.text();
        if (answer.ok && !piece) return window.location.replace(followed.dataset.ici);
        if (answer.ok) change(piece);
      } catch {
        /* The server is away for a moment: ask again. */
      }
      window.setTimeout(follow, 1500);
    };
    /* Only what changed is put in, so that a screen reader isn't told the same again. */
    const change = (piece) => {
      const fresh = document.createElement("template");
      fresh.innerHTML = piece;
      const [old, now] = [[...followed.children], [...fresh.content.children]];
      if (old.length !== now.length) return followed.replaceChildren(...now);
      now.forEach((one, at) => {
        if (one.tagName === "PROGRESS") {
          for (const name of ["value", "max"]) {
            if (one.hasAttribute(name)) old[at].setAttribute(name, one.getAttribute(name));
          }
        } else if (one.textContent !== old[at].textContent) {
          old[at].textContent = one.textContent;
        }
      });
    };
    window.setTimeout(follow, 1500);
  }
})();
