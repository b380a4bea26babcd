/* Small behaviours over pages that already work: theme, help, keys, toasts. */
window.claimline = (() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const page = document.body.dataset.page;
  const root = document.documentElement;
  const acts = {};
  const keys = {};

  /** Say something to who listens instead of looking. */
  function say(text) {
    $("#say").textContent = text;
  }

  /** A short notice that goes by itself; `undo` is called by its button. */
  function toast(text, undo) {
    const box = $("#toast");
    const note = document.createElement("div");
    note.className = "toast";
    note.setAttribute("role", "status");
    const words = document.createElement("span");
    words.textContent = text;
    note.append(words);
    if (undo) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = document.body.dataset.undo;
      button.addEventListener("click", () => { note.remove(); undo(); });
      note.append(button);
    }
    box.replaceChildren(note);
    forget();
  }

  let forgetting;
  function forget() {
    clearTimeout(forgetting);
    const box = $("#toast");
    if (!box?.firstElementChild) return;
    forgetting = setTimeout(() => {
      // whoever has reached it by keyboard or pointer keeps it
      if (box.matches(":hover, :focus-within")) forget();
      else box.replaceChildren();
    }, 10000);
  }

  acts.theme = () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* not kept, then */ }
  };
  acts.help = () => $("#help")?.showModal();
  acts.close = () => $("#help")?.close();

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) acts[button.dataset.act]?.(button, event);
    const copier = event.target.closest("[data-copy]");
    if (copier) {
      const words = copier.textContent;
      navigator.clipboard?.writeText(location.origin + copier.dataset.copy).then(() => {
        copier.textContent = "✓ " + words;
        say("✓ " + words);
        setTimeout(() => { copier.textContent = words; }, 2000);
      }, () => {});
    }
  });

  /* what takes a while says so, and is asked once */
  document.addEventListener("submit", (event) => {
    const words = event.target.dataset.busy;
    if (!words || event.defaultPrevented) return;
    const button = event.submitter || $("button", event.target);
    if (button.getAttribute("aria-disabled")) event.preventDefault();
    button.setAttribute("aria-disabled", "true");
    button.textContent = words;
    say(words);
  });

  /* --- single keys ------------------------------------------------------------------------- */
  const LISTS = {
    story: ".ev-i", claim: ".ev-i", search: ".res", source: ".res",
    article: ".doc mark[id]", sources: "#src tbody tr", ingest: "#errs .note",
  };
  let current = -1;
  let goes = 0;

  function items() {
    return $$(LISTS[page] || "#nothing").filter((item) => item.offsetParent);
  }

  function move(by) {
    const all = items();
    if (!all.length) return;
    const held = all.findIndex((item) => item.classList.contains("cur"));
    current = Math.max(0, Math.min(all.length - 1, (held < 0 ? -1 : held) + by));
    $$(".cur").forEach((item) => item.classList.remove("cur"));
    const item = all[current];
    item.classList.add("cur");
    item.tabIndex = -1;
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    const above = item.getBoundingClientRect().top - 130;
    if (above < -20) scrollBy(0, above);
  }

  keys.j = () => move(1);
  keys.k = () => move(-1);
  keys["/"] = () => { $("#q")?.focus(); $("#q")?.select(); };
  keys["?"] = () => acts.help();
  keys.g = () => { goes = Date.now(); };
  keys.z = () => ($("[data-undo-form] button") || $("#toast button"))?.click();

  function typing(target) {
    return target.matches?.(
      "input:not([type=checkbox]):not([type=radio]):not([type=range]), select, textarea, [contenteditable]",
    );
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || $("dialog[open]")) return;
    if (event.key === "Enter" && event.target.matches?.(".ev-i, .res, #src tr")) {
      $("a", event.target)?.click();
      return;
    }
    if (!("keys" in document.body.dataset)) return;
    if (goes && Date.now() - goes < 900) {
      goes = 0;
      const place = $(`[data-go="${CSS.escape(event.key)}"]`);
      if (place) { location.href = place.href; return; }
    }
    const act = keys[event.key];
    if (act && act(event) !== false) event.preventDefault();
  });

  /* --- parts that come later ---------------------------------------------------------------- */
  // While it settles, htmx hands the style attribute of an old element on to the new one of its
  // id. We write none, but whatever else works on a page may, and the policy refuses them.
  if (window.htmx) htmx.config.defaultSettleDelay = 0;
  document.addEventListener("htmx:after:swap", () => {
    forget();
    const note = $("#toast .toast span");
    if (note && note.textContent !== $("#say").textContent) say(note.textContent);
  });
  document.addEventListener("htmx:response:error", (event) => {
    if (event.detail.ctx.response.status >= 500) toast($("#say").dataset.broken || "500");
  });
  document.addEventListener("htmx:error", () => toast($("#say").dataset.offline || "…"));

  /* on a phone the filters start folded */
  if (matchMedia("(max-width: 820px)").matches) {
    for (const box of $$("details.filters")) {
      box.open = false;
      box.classList.add("folded");
    }
  }
  forget();

  return { $, $$, acts, keys, page, say, toast };
})();
