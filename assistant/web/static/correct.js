/* What makes correcting pleasanter: a warning before typed words are left, boxes that grow. */
"use strict";

(() => {
  const forms = document.querySelectorAll("form[data-quitter]");
  if (!forms.length) return;

  let isChanged = false;
  let isLeaving = false;
  const fields = (form) => [...form.elements].filter((one) => one.name && one.type !== "hidden");
  for (const form of forms) {
    /* Shown again with what could not be saved: it isn't saved yet. */
    if (document.querySelector("[role='alert']")) isChanged = true;
    for (const field of fields(form)) {
      field.addEventListener("input", () => { isChanged = true; });
    }
  }
  /* After the question that staff.js may have asked. */
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.dataset.quitter !== undefined) isLeaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isChanged && !isLeaving) event.preventDefault();
  });
  window.addEventListener("pageshow", () => { isLeaving = false; });

  /* Where the style can't do it. */
  if (CSS.supports("field-sizing", "content")) return;
  const grow = (box) => {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
  };
  for (const box of document.querySelectorAll("form[data-quitter] textarea")) {
    grow(box);
    box.addEventListener("input", () => grow(box));
  }
})();
