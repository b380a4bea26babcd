/* The inbox from the keyboard: one key, one decision, and the list keeps its place. */
(() => {
  const { $, $$, keys, say } = claimline;
  const box = $("#inbox");

  const rows = () => $$(".qi", box);
  const shown = () => $("#decide")?.dataset.pk;

  /** Mark the row whose suggestion stands on the right. */
  function mark() {
    const pk = shown();
    for (const row of rows()) {
      if (row.dataset.pk === pk) {
        row.setAttribute("aria-current", "true");
        row.scrollIntoView({ block: "nearest" });
      } else {
        row.removeAttribute("aria-current");
      }
    }
  }

  function step(by) {
    const all = rows();
    const at = all.findIndex((row) => row.dataset.pk === shown());
    all[Math.max(0, Math.min(all.length - 1, at + by))]?.click();
  }

  const press = (verb) => () => $(`#decide button[value=${verb}]`)?.click();

  keys.j = keys.ArrowDown = () => step(1);
  keys.k = keys.ArrowUp = () => step(-1);
  keys.e = press("accept");
  keys.x = press("reject");
  keys.u = press("unsure");
  keys.s = () => $("[data-skip]")?.click();
  keys.c = () => $("#id_claim")?.focus();
  for (let n = 1; n <= 6; n += 1) {
    keys[n] = () => {
      const choice = $$("#decide [name=stance]")[n - 1];
      if (!choice) return;
      choice.checked = true;
      choice.dispatchEvent(new Event("change", { bubbles: true }));
      say(choice.parentElement.textContent.replace(/\d/g, "").trim());
      if (choice.value === "denies") $("#id_denies_what")?.focus();
    };
  }

  box.addEventListener("click", (event) => {
    if (event.target.closest(".qi")) box.classList.add("open");
  });
  document.addEventListener("htmx:after:swap", () => {
    mark();
    const wrong = $("#pane .errorlist");
    if (wrong) {
      const field = wrong.parentElement.querySelector("input:not([type=radio]), select");
      (field || wrong).focus?.();
      say(wrong.textContent);
    } else {
      $("#pane").scrollTop = 0;
    }
  });
  mark();
})();
