/* A passage picked in the text, by mouse, finger or keyboard, and the popover that links it. */
(() => {
  const { $, $$, acts, keys, say } = claimline;
  const reader = $("#reader");
  const pop = $("#pop");
  if (!pop) return;
  const doc = () => $("#doc");
  const wide = () => innerWidth >= 1040;

  /* --- code points and places in the page ------------------------------------------------------
     Offsets are code points of the stored text; strings here are UTF-16, so each is counted. */

  const counted = (text) => [...text].length;

  /** The texts of a paragraph that stand in the article: not the numbers of the notes. */
  function texts(paragraph) {
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT, (node) => (
      node.parentElement.closest("sup") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    return found;
  }

  /** How many code points of the article stand before a place in the page. */
  function offset(node, within) {
    const range = document.createRange();
    range.setStart(node, within);
    let last = 0;
    for (const paragraph of $$("p[data-start]", doc())) {
      let at = Number(paragraph.dataset.start);
      for (const text of texts(paragraph)) {
        if (text === node) return at + counted(text.data.slice(0, within));
        if (range.comparePoint(text, 0) >= 0) return range.comparePoint(paragraph, 0) >= 0 ? last || at : at;
        at += counted(text.data);
      }
      last = at;
    }
    return last;
  }

  /** The same the other way round: a range of the page. */
  function rangeOf(start, end) {
    const range = document.createRange();
    let begun = false;
    for (const paragraph of $$("p[data-start]", doc())) {
      let at = Number(paragraph.dataset.start);
      for (const text of texts(paragraph)) {
        const points = [...text.data];
        const units = (n) => points.slice(0, n).join("").length;
        if (!begun && start < at + points.length) {
          range.setStart(text, units(Math.max(0, start - at)));
          begun = true;
        }
        if (begun && end <= at + points.length) {
          range.setEnd(text, units(end - at));
          return range;
        }
        at += points.length;
      }
    }
    return null;
  }

  function paint(name, ...ranges) {
    if (!window.CSS?.highlights) return;
    const real = ranges.filter(Boolean);
    if (real.length) CSS.highlights.set(name, new Highlight(...real));
    else CSS.highlights.delete(name);
  }

  function selected() {
    const chosen = getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed || !chosen.toString().trim()) return null;
    const range = chosen.getRangeAt(0);
    if (!range.intersectsNode(doc()) || !reader.contains(range.commonAncestorContainer)) return null;
    const start = offset(range.startContainer, range.startOffset);
    const end = offset(range.endContainer, range.endOffset);
    return end > start ? { start, end } : null;
  }

  /* --- the popover ------------------------------------------------------------------------------ */
  let from = null; // what had the focus before

  async function offer({ start, end }, quiet = false) {
    if (pop.hidden) from = document.activeElement;
    const query = new URLSearchParams({ v: reader.dataset.version, start, end });
    await htmx.ajax("GET", `${reader.dataset.link}?${query}`, { target: "#pop", swap: "innerHTML" });
    if (!quiet) focusFirst();
  }

  /** The popover as it came: comboboxes, the passage painted, beside the text. */
  function shown() {
    const form = $("#link-form", pop);
    if (!form?.matches("form")) { close(); return; }
    pop.hidden = false;
    document.body.classList.add("popped");
    combos.enhance(pop);
    const range = rangeOf(Number(form.dataset.start), Number(form.dataset.end));
    const [a, b] = form.dataset.who.split("-").map(Number);
    paint("selected", range);
    paint("who", form.dataset.who.startsWith("-") ? null : rangeOf(a, b));
    sit(range);
    const wrong = $$(".errorlist", pop).filter((one) => one.offsetParent);
    if (wrong.length) {
      say(wrong.map((one) => one.textContent).join(" "));
      const field = wrong[0].closest(".field");
      if (field?.matches("[data-combo]")) combos.ask(field);
      else (field && $("input:not([type=hidden]), textarea", field) || wrong[0]).focus();
    } else say($("#pop-h").textContent);
  }

  /** Beside the text on a wide screen, a sheet below it on a narrow one: the next words stay free. */
  function sit(range) {
    pop.style.left = pop.style.top = pop.style.width = "";
    const passage = range?.getBoundingClientRect();
    if (!passage) return;
    if (!wide()) {
      // the sheet takes the lower part: the passage goes up, under the bar
      const bar = $(".top")?.getBoundingClientRect().bottom ?? 0;
      scrollBy({ top: passage.top - Math.max(bar, 0) - 16 });
      return;
    }
    const frame = pop.offsetParent.getBoundingClientRect();
    const text = doc().getBoundingClientRect();
    const left = text.right - frame.left + 24;
    pop.style.left = `${left}px`;
    pop.style.width = `${Math.min(400, frame.width - left - 8)}px`;
    pop.style.top = `${passage.top - frame.top - 8}px`;
    pop.scrollIntoView({ block: "nearest" });
  }

  // it grows when a chain is read or an error said, and stays in sight
  new ResizeObserver(() => {
    if (!pop.hidden && wide()) pop.scrollIntoView({ block: "nearest" });
  }).observe(pop);

  /** To the first thing that is missing; when nothing is, to the claim. */
  function focusFirst() {
    if (!combos.askFirst(pop)) $("[role=combobox]", pop)?.focus();
  }

  function close() {
    if (pop.hidden) return;
    pop.hidden = true;
    pop.replaceChildren();
    document.body.classList.remove("popped");
    paint("selected");
    paint("who");
    getSelection().removeAllRanges();
  }

  acts.popclose = () => {
    close();
    if (from?.isConnected) from.focus({ preventScroll: true });
  };
  pop.addEventListener("keydown", (event) => {
    if (event.key === "Escape") acts.popclose();
    // a key held down chooses once, and saves nothing
    if (event.key === "Enter" && event.repeat) event.preventDefault();
    // a note may have lines: Enter there writes one, with Ctrl it saves
    if (event.key === "Enter" && event.target.matches("textarea") && (event.ctrlKey || event.metaKey)) {
      event.target.form.requestSubmit();
    }
  });
  // what stood in the way is gone once its field was touched
  pop.addEventListener("input", (event) => {
    if (!event.target.matches("[role=combobox]")) $(".errorlist", event.target.closest(".field, fieldset"))?.remove();
  });
  pop.addEventListener("combo:chosen", () => {
    const denies = $("#id_denies_what", pop);
    if (combos.askFirst(pop)) return;
    if (denies.offsetParent && !denies.value) denies.focus();
    else $("#link-form .btn.pri").focus();
  });
  document.addEventListener("htmx:after:swap", () => {
    if ($("#link-form", pop) && !$("[role=combobox]", pop)) shown();
  });
  document.addEventListener("passage:made", close);

  /* --- by mouse and by finger ------------------------------------------------------------------- */
  let finger = false;
  let settling;
  document.addEventListener("pointerdown", (event) => {
    finger = event.pointerType === "touch";
  }, true);
  reader.addEventListener("mouseup", (event) => {
    if (finger || event.target.closest("a, button, summary, input")) return;
    setTimeout(() => {
      const found = selected();
      if (found) offer(found);
    });
  });
  // handles are drawn until the words fit: offered once they rest
  document.addEventListener("selectionchange", () => {
    if (!finger) return;
    clearTimeout(settling);
    settling = setTimeout(() => {
      const found = selected();
      if (found) offer(found, true);
    }, 500);
  });

  /* --- by keyboard: sentence by sentence -------------------------------------------------------- */
  let picking = null; // the numbers of the first and the last sentence picked

  const sentences = () => $$("p[data-sentences]", doc()).flatMap((paragraph) => (
    paragraph.dataset.sentences.trim().split(" ").filter(Boolean)
      .map((pair) => pair.split("-").map(Number))));

  function pick() {
    const found = selected();
    if (found) { offer(found); return; }
    const all = sentences();
    if (!all.length) return;
    const bar = $(".top")?.getBoundingClientRect().bottom ?? 0;
    const first = all.findIndex(([start, end]) => (
      rangeOf(start, end).getBoundingClientRect().top >= bar));
    picking = { at: Math.max(0, first), to: Math.max(0, first) };
    doc().focus({ preventScroll: true });
    say($("#pick-words").dataset.help);
    drawn(true);
  }

  function drawn(helped = false) {
    const all = sentences();
    const [low, high] = [Math.min(picking.at, picking.to), Math.max(picking.at, picking.to)];
    const range = rangeOf(all[low][0], all[high][1]);
    paint("selected", range);
    doc().classList.add("picking");
    const box = rangeOf(...all[picking.to]).getBoundingClientRect();
    const bar = ($(".top")?.getBoundingClientRect().bottom ?? 0) + 20;
    if (box.top < bar) scrollBy(0, box.top - bar);
    if (box.bottom > innerHeight - 20) scrollBy(0, box.bottom - innerHeight + 20);
    if (!helped) say(range.toString());
    return { start: all[low][0], end: all[high][1] };
  }

  function leave() {
    picking = null;
    doc().classList.remove("picking");
    paint("selected");
  }

  reader.addEventListener("keydown", (event) => {
    if (!picking || event.target !== doc()) return;
    const by = { ArrowDown: 1, ArrowRight: 1, j: 1, ArrowUp: -1, ArrowLeft: -1, k: -1 }[event.key];
    if (by) {
      picking.to = Math.max(0, Math.min(sentences().length - 1, picking.to + by));
      if (!event.shiftKey) picking.at = picking.to;
      drawn();
    } else if (event.key === "Enter" || event.key === "l") {
      const found = drawn(true);
      leave();
      offer(found);
    } else if (event.key === "Escape") {
      leave();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  reader.addEventListener("focusout", (event) => {
    if (picking && event.target === doc()) leave();
  });

  keys.l = pick;
  acts.pick = pick;
})();
