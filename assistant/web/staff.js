/* What makes the staff pages pleasanter. Everything works without. */
"use strict";

(() => {
  /* A question before what can't be undone; its words come from the page. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirmer ?? form.dataset.confirmer;
    if (question && !window.confirm(question)) event.preventDefault();
  });
})();
