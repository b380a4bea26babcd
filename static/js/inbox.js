/* The inbox from the keyboard: one key, one decision, and the list keeps its place. */
(() => {
  const { $, $$, keys, say } = claimline;
  const box = $("#inbox");
  let busy = false; // a decision is on its way

  const rows = () => $$(".qi", box);
  const shown = () => $("#decide")?.dataset.pk;
  const ticks = () => $$(".tick input", box);

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

  /** A key decides once, however long it is held down; ticked rows are shown before they are. */
  const press = (verb) => (event) => {
    if (busy || event.repeat) return;
    if (ticks().some((tick) => tick.checked) && !$("#decide.many")) {
      $("#ticks button").click();
      return;
    }
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
    const place = $("#swap-claim");
    if (!place) return;
    place.open = true;
    combos.ask($("[data-combo]", place));
  };
  keys.a = () => {
    const tick = $("#decide [name=newcomer]");
    if (!tick) return;
    tick.click();
    if (tick.checked) say(tick.parentElement.innerText.replace(/\s\w$/, ""));
  };
  keys.t = () => {
    const row = rows().find((one) => one.getAttribute("aria-current"));
    $(".tick input", row?.parentElement)?.click();
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
  // after its notice went, the last decision is taken back from its own line
  let last = null;
  const byNotice = keys.z;
  keys.z = () => ($("#toast button") ? byNotice() : $(`#${last} [data-take-back] button`)?.click());

  /* what was chosen stands in its line, and the keys work again */
  box.addEventListener("combo:chosen", (event) => {
    const place = event.target.closest(".swap");
    const words = $(".claim-t, .value", place);
    words.textContent = $("[role=combobox]", place).value;
    words.classList.remove("flag");
    // whoever was chosen here says it, and nobody is added beside them
    if (place.id === "swap-speaker") $("#decide .newcomer")?.remove();
    place.open = false;
    $("summary", place).focus();
  });

  /* Esc leads out of a field, and the keys work again */
  box.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key === "Escape" && field.matches("#pane input, #pane select, #pane textarea")) field.blur();
  });

  /* --- ticked rows ----------------------------------------------------------------------------- */

  let from = -1; // the row ticked last, where Shift begins

  function tell() {
    const n = ticks().filter((tick) => tick.checked).length;
    const words = $("#ticked");
    if (!words) return;
    words.textContent = n ? words.dataset[n === 1 ? "one" : "many"].replace("{}", n) : "";
    $("#ticks").classList.toggle("some", n > 0);
  }

  box.addEventListener("click", (event) => {
    if (!event.target.matches(".tick input")) return;
    const all = ticks();
    const at = all.indexOf(event.target);
    if (event.shiftKey && from >= 0) {
      const [first, end] = [Math.min(from, at), Math.max(from, at)];
      all.slice(first, end + 1).forEach((tick) => { tick.checked = event.target.checked; });
    }
    from = at;
    tell();
    say($("#ticked").textContent);
  });
  addEventListener("submit", (event) => {
    if (event.target.id === "ticks") box.classList.add("open");
  }, true);

  /* --- one decision at a time ------------------------------------------------------------------ */

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#decide, [data-undo-form], [data-take-back]")) return;
    if (busy) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    busy = true;
    last = shown() ? `q${shown()}` : last;
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
    combos.enhance($("#pane"));
    mark();
    tell();
    const wrong = $("#pane .errorlist") || $("#pane [role=alert]");
    if (wrong) {
      wrong.tabIndex = -1;
      wrong.focus();
      say(wrong.textContent);
    } else {
      $("#pane").scrollTop = 0;
      if (matchMedia("(max-width: 820px)").matches) scrollTo(0, 0);
    }
  });
  mark();
  tell();
})();
