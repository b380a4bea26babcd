/* The article: notes beside their passages, and a passage linked by selecting it. */
(() => {
  const { $, $$, acts, keys, say } = claimline;
  const doc = $("#doc");
  const margin = $("#margin");
  const notes = $$(".mn[data-key]");

  /* --- notes level with their passages -------------------------------------------------------- */
  function place() {
    if (innerWidth < 1040) {
      margin.style.height = "";
      $$(".mn").forEach((note) => { note.style.top = ""; });
      return;
    }
    const top = doc.getBoundingClientRect().top;
    let y = 0;
    for (const note of $$(".mn")) {
      const mark = note.dataset.key && $(`mark[data-key="${note.dataset.key}"]`, doc);
      if (mark) y = Math.max(y, mark.getBoundingClientRect().top - top - 2);
      note.style.top = `${y}px`;
      y += note.offsetHeight + 12;
    }
    margin.style.height = `${y}px`;
  }
  document.fonts.ready.then(place);
  addEventListener("resize", place);
  margin.addEventListener("toggle", place, true);

  function light(key) {
    for (const part of [...notes, ...$$("mark[data-key]", doc)]) {
      part.classList.toggle("on", Boolean(key) && part.dataset.key === key);
    }
  }
  for (const part of [...notes, ...$$("mark[data-key]", doc)]) {
    part.addEventListener("mouseenter", () => light(part.dataset.key));
    part.addEventListener("mouseleave", () => light(""));
    part.addEventListener("focusin", () => light(part.dataset.key));
  }

  /* --- linking a selection -------------------------------------------------------------------- */
  const box = $("#link-box");
  const pop = $("#pop");
  if (!box) return;

  /** How many code points stand before a place in the text; -1 outside of it. */
  function offset(node, within) {
    const paragraph = (node.nodeType === 3 ? node.parentElement : node).closest?.("p[data-start]");
    if (!paragraph) return -1;
    const before = document.createRange();
    before.selectNodeContents(paragraph);
    before.setEnd(node, within);
    const copy = before.cloneContents();
    copy.querySelectorAll("sup").forEach((number) => number.remove());
    return Number(paragraph.dataset.start) + [...copy.textContent].length;
  }

  function selected() {
    const chosen = getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed) return null;
    const range = chosen.getRangeAt(0);
    if (!doc.contains(range.startContainer) || !doc.contains(range.endContainer)) return null;
    const copy = range.cloneContents();
    copy.querySelectorAll("sup").forEach((number) => number.remove());
    const text = copy.textContent;
    const start = offset(range.startContainer, range.startOffset);
    const end = offset(range.endContainer, range.endOffset);
    return start >= 0 && end > start && text.trim() ? { range, text, start, end } : null;
  }

  function open() {
    const found = selected();
    if (!found) { box.open = true; $("#id_quote").focus(); return; }
    const lead = found.text.length - found.text.trimStart().length;
    const tail = found.text.length - found.text.trimEnd().length;
    $("#id_quote").value = found.text.trim();
    $("#id_start").value = found.start + lead;
    $("#id_end").value = found.end - tail;
    if (window.CSS?.highlights) CSS.highlights.set("selected", new Highlight(found.range));
    const place = found.range.getBoundingClientRect();
    const main = $("#main");
    const inside = main.getBoundingClientRect();
    main.append(pop);
    pop.className = "pop";
    pop.setAttribute("role", "dialog");
    pop.setAttribute("aria-labelledby", "pop-h");
    // beside the text where there is room, so that the next paragraph stays readable
    const right = doc.getBoundingClientRect().right - inside.left + 24;
    if (innerWidth >= 1040) {
      pop.style.left = `${Math.min(right, inside.width - 424)}px`;
      pop.style.top = `${place.top - inside.top - 8}px`;
    }
    $("#id_claim").focus();
    pop.scrollIntoView({ block: "nearest" });
    say($("#pop-h").textContent);
  }

  acts.popclose = () => {
    pop.removeAttribute("role");
    pop.className = "";
    pop.style.left = pop.style.top = "";
    box.append(pop);
    box.open = false;
    $("#id_start").value = $("#id_end").value = "";
    window.CSS?.highlights?.delete("selected");
  };
  keys.l = open;
  // words changed by hand are looked up again, not taken from the old place
  pop.addEventListener("input", (event) => {
    if (event.target.id === "id_quote") $("#id_start").value = $("#id_end").value = "";
  });
  pop.addEventListener("keydown", (event) => { if (event.key === "Escape") acts.popclose(); });
  doc.addEventListener("mouseup", () => setTimeout(() => {
    const found = selected();
    if (found && found.text.trim().length > 8) open();
  }));
})();
