/* The article: cards beside their passages, what stands off the screen, and #e=12. */
(() => {
  const { $, $$, say } = claimline;
  const reader = $("#reader");
  const wide = () => innerWidth >= 1040;
  const mark = (key) => key && $(`#doc mark[data-key="${CSS.escape(key)}"]`);
  const parts = (key) => $$(`#reader [data-key="${CSS.escape(key)}"]`);

  /* --- cards level with their passages --------------------------------------------------------- */
  function place() {
    const cards = $(".cards");
    const notes = $$(".cards > .mn");
    if (!wide()) {
      cards.style.height = "";
      for (const note of notes) note.style.top = "";
      return;
    }
    const top = $("#doc").getBoundingClientRect().top;
    let y = 0;
    for (const [key, note] of ordered(notes)) {
      const passage = mark(key);
      if (passage) y = Math.max(y, passage.getBoundingClientRect().top - top - 2);
      note.style.top = `${y}px`;
      y += note.offsetHeight + 12;
    }
    cards.style.height = `${y}px`;
    rails();
  }

  /** The cards in the order of their passages; those without one come last. */
  function ordered(notes) {
    const all = $$("#doc mark[id]").map((one) => one.dataset.key);
    const at = (note) => { const n = all.indexOf(note.dataset.key); return n < 0 ? all.length : n; };
    return notes.map((note, n) => [at(note), n, note])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .map(([, , note]) => [note.dataset.key, note]);
  }

  /* --- how many passages stand above and below the screen -------------------------------------- */
  function rails() {
    const bar = $(".top")?.getBoundingClientRect().bottom ?? 0;
    const sides = { up: [], down: [] };
    for (const one of $$("#doc mark[id]")) {
      const box = one.getBoundingClientRect();
      if (box.bottom < bar) sides.up.push(one);
      else if (box.top > innerHeight) sides.down.push(one);
    }
    // what is not in the text at all stands below everything
    const lost = $("#lost");
    if (lost && lost.getBoundingClientRect().top > innerHeight) sides.down.push(lost);
    for (const side of ["up", "down"]) {
      const rail = $(`.rail.${side}`);
      const found = sides[side];
      rail.hidden = !found.length;
      const button = rail.firstElementChild;
      const words = found.length === 1 ? rail.dataset.one : rail.dataset.many;
      button.textContent = `${side === "up" ? "↑" : "↓"} ${words.replace("{}", found.length)}`;
      button.onclick = () => show(side === "up" ? found.at(-1) : found[0]);
    }
  }

  function show(part) {
    part.tabIndex = -1;
    part.scrollIntoView({ block: "center" });
    part.focus({ preventScroll: true });
    light(part.dataset.key);
    rails();
  }

  function light(key) {
    for (const part of $$("#reader .on")) part.classList.remove("on");
    if (key) for (const part of parts(key)) part.classList.add("on");
  }
  const keyOf = (event) => event.target.closest?.("#reader [data-key]")?.dataset.key;
  reader.addEventListener("mouseover", (event) => light(keyOf(event)));
  reader.addEventListener("mouseleave", () => light(""));
  reader.addEventListener("focusin", (event) => light(keyOf(event)));

  /* --- #e=12 and #e12 -------------------------------------------------------------------------- */
  function arrive() {
    const [, kind, pk] = /^#([es])=?(\d+)$/.exec(location.hash) || [];
    if (!pk) return;
    const key = kind + pk;
    const part = mark(key) || document.getElementById(`n-${key}`);
    if (!part) return;
    show(part);
    const note = document.getElementById(`n-${key}`);
    if (note) say(note.textContent.replace(/\s+/g, " ").trim().slice(0, 300));
  }

  let waiting;
  addEventListener("scroll", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(rails);
  }, { passive: true });
  addEventListener("resize", place);
  reader.addEventListener("toggle", place, true);
  addEventListener("hashchange", arrive);
  document.addEventListener("htmx:after:swap", () => {
    place();
    rails();
    const made = $("#made");
    if (!made) return;
    const key = made.dataset.key;
    made.remove();
    document.dispatchEvent(new Event("passage:made"));
    const part = mark(key);
    if (part) show(part);
  });
  document.fonts.ready.then(() => { place(); rails(); });
  // the browser takes the focus back when it is done with an address it knows no part of
  if (document.readyState === "complete") arrive();
  else addEventListener("load", () => document.fonts.ready.then(arrive));
})();
