/* The inbox from the keyboard: one key, one decision, and the list keeps its place. */
(() => {
  const { $, $$, keys, say } = claimline;
  const box = $("#inbox");
  const shortcuts = "keys" in document.body.dataset;
  let busy = false; // a decision is on its way

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
    if (busy) return;
    const all = rows();
    const at = all.findIndex((row) => row.dataset.pk === shown());
    all[Math.max(0, Math.min(all.length - 1, at + by))]?.click();
  }

  /** A key decides once, however long it is held down. */
  const press = (verb) => (event) => {
    if (busy || event.repeat) return;
    const button = $(`#decide button[value=${verb}]`);
    if (button && box.contains(document.activeElement)) document.activeElement.blur();
    button?.click();
  };

  keys.j = keys.ArrowDown = () => step(1);
  keys.k = keys.ArrowUp = () => step(-1);
  keys.e = press("accept");
  keys.x = press("reject");
  keys.u = press("unsure");
  keys.s = (event) => { if (!busy && !event.repeat) $("[data-skip]")?.click(); };
  keys.c = () => {
    const claims = $("#id_claim");
    claims?.focus();
    if (claims) unfold(claims);
  };
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

  /* --- fields: nothing is chosen by a stray key, and Esc leads back to the shortcuts ----------- */

  /** Open a choice; false where the browser can't, and its own keys have to do it. */
  function unfold(choice) {
    try {
      choice.showPicker();
      choice.dataset.open = "";
      return true;
    } catch {
      return false;
    }
  }

  const native = CSS.supports("selector(:open)");
  const unfolded = (choice) => choice.matches(native ? ":open" : "[data-open]");
  const fold = (event) => { if (event.target.matches("select")) delete event.target.dataset.open; };
  for (const end of ["change", "focusout"]) box.addEventListener(end, fold);
  box.addEventListener("pointerdown", (event) => {
    if (event.target.matches("select")) event.target.dataset.open = "";
  });

  const OPENS = ["Enter", " ", "ArrowDown", "ArrowUp"];
  const CHANGES = ["ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"];

  box.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches("#pane input, #pane select, #pane textarea")) return;
    if (event.key === "Escape") {
      if (!field.matches("select") || !unfolded(field)) field.blur();
      fold(event);
      return;
    }
    if (!field.matches("select") || event.ctrlKey || event.metaKey) return;
    if (unfolded(field)) {
      if (event.key === "Enter") fold(event);
    } else if (OPENS.includes(event.key)) {
      if (unfold(field)) event.preventDefault();
    } else if (shortcuts && !event.altKey) {
      // closed, a letter would choose whoever's name begins with it
      if (event.key.length === 1 || CHANGES.includes(event.key)) event.preventDefault();
      if (event.key.length === 1) keys[event.key]?.(event);
    }
  });

  /* --- one decision at a time ------------------------------------------------------------------ */

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#decide, [data-undo-form]")) return;
    if (busy) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    busy = true;
  }, true);
  box.addEventListener("click", (event) => {
    if (event.target.closest(".qi")) box.classList.add("open");
    // the second half of a double click would decide the next suggestion unread
    if (event.detail > 1 && event.target.closest("#decide .acts button")) event.preventDefault();
    if (busy && event.target.closest("[data-skip], .qi")) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, true);
  for (const end of ["htmx:finally:request", "htmx:error"]) {
    document.addEventListener(end, (event) => {
      if (!event.detail?.ctx?.sourceElement?.matches?.("a")) busy = false;
    });
  }
  addEventListener("pageshow", (event) => {
    busy = false;
    if (event.persisted) location.reload(); // kept since before others decided
  });

  document.addEventListener("htmx:after:swap", () => {
    mark();
    const wrong = $("#pane .errorlist") || $("#pane [role=alert]");
    if (wrong) {
      wrong.tabIndex = -1;
      wrong.focus();
      say(wrong.textContent);
    } else {
      $("#pane").scrollTop = 0;
    }
  });
  mark();
})();
