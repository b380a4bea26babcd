/* The source desk: tick rows, tag them, all from the keyboard. */
(() => {
  const { $, $$, acts, keys } = claimline;
  const bulk = $("#bulk");

  const boxes = () => $$("#src tbody input[name=source]");
  const ticked = () => boxes().filter((box) => box.checked);

  function show() {
    const number = ticked().length;
    if (!bulk) return;
    bulk.hidden = !number;
    const words = $("#ticked");
    words.textContent = number === 1 ? words.dataset.one : `${number} ${words.dataset.many}`;
    const all = $("#all");
    if (all) all.checked = number > 0 && number === boxes().length;
  }

  document.addEventListener("change", (event) => {
    if (event.target.id === "all") boxes().forEach((box) => { box.checked = event.target.checked; });
    if (event.target.closest("#src")) show();
  });
  acts.untick = () => { boxes().forEach((box) => { box.checked = false; }); show(); };

  keys.x = () => {
    const box = $("#src tr.cur input[name=source]");
    if (!box) return;
    box.checked = !box.checked;
    show();
  };
  keys.t = () => {
    if (!bulk) return;
    if (!ticked().length) {
      const box = $("#src tr.cur input[name=source]") || boxes()[0];
      if (box) box.checked = true;
    }
    show();
    $("#tagin").focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && bulk?.contains(event.target)) { acts.untick(); event.target.blur(); }
    // no tag comes from a stray Enter: it presses "Add the tag", never "Remove"
    if (event.key === "Enter" && event.target.id === "tagin") {
      event.preventDefault();
      if (event.target.value.trim()) $("#bulk button[value=tag]").click();
    }
  });

  document.addEventListener("htmx:after:swap", () => {
    const again = $("#rows [name=create]");
    if (!again && $("#toast .toast") && $("#tagin")) $("#tagin").value = "";
    again?.focus();
    show();
  });
  show();
})();
