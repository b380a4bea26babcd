/* The source desk: tick rows, find tags by typing, all from the keyboard. */
(() => {
  const { $, $$, acts, keys } = claimline;
  const bulk = $("#bulk");

  const boxes = () => $$("#src tbody input[name=source]");
  const ticked = () => boxes().filter((box) => box.checked);

  function show() {
    if (!bulk) return;
    const every = $("#everything")?.checked;
    const number = ticked().length;
    bulk.hidden = !number && !every;
    const words = $("#ticked");
    words.textContent = every ? $("#everything").parentElement.textContent.trim()
      : number === 1 ? words.dataset.one : `${number} ${words.dataset.many}`;
    const all = $("#all");
    if (all) all.checked = number > 0 && number === boxes().length;
  }

  document.addEventListener("change", (event) => {
    if (event.target.id === "all") boxes().forEach((box) => { box.checked = event.target.checked; });
    if (event.target.closest("#rows")) show();
  });
  acts.untick = () => {
    boxes().forEach((box) => { box.checked = false; });
    if ($("#everything")) $("#everything").checked = false;
    show();
  };

  keys.x = () => {
    const box = $("#src tr.cur input[name=source]");
    if (!box) return;
    box.checked = !box.checked;
    show();
  };
  keys.t = () => {
    if (!bulk) return;
    if (!ticked().length && !$("#everything")?.checked) {
      const box = $("#src tr.cur input[name=source]") || boxes()[0];
      if (box) box.checked = true;
    }
    show();
    $("#tagin").focus();
  };

  /* tags found by typing: what stands after the last comma is looked for */
  const field = $("#tagin");
  if (field) {
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const tags = $$("option", field.list).map((one) => ({ label: one.value, n: one.textContent }));
    const list = document.createElement("ul");
    list.className = "lb";
    list.id = "tagfound";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", $("label[for=tagin]").textContent);
    field.removeAttribute("list");
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": list.id,
    })) field.setAttribute(name, value);
    field.after(list);
    let at = -1;

    const point = (place) => {
      const rows = [...list.children];
      at = place < 0 || !rows.length ? -1 : place % rows.length;
      rows.forEach((row, n) => row.setAttribute("aria-selected", String(n === at)));
      if (at < 0) field.removeAttribute("aria-activedescendant");
      else {
        field.setAttribute("aria-activedescendant", rows[at].id);
        rows[at].scrollIntoView({ block: "nearest" });
      }
    };
    const close = () => {
      list.hidden = true;
      point(-1);
      field.setAttribute("aria-expanded", "false");
    };
    const open = () => {
      const words = plain(field.value.split(",").pop().trim());
      const found = tags.filter((tag) => plain(tag.label).includes(words)).slice(0, 40);
      list.replaceChildren(...found.map((tag, n) => {
        const row = document.createElement("li");
        const label = document.createElement("span");
        const number = document.createElement("span");
        label.textContent = tag.label;
        number.textContent = tag.n;
        number.className = "mut";
        row.append(label, number);
        row.id = `tagfound_${n}`;
        row.setAttribute("role", "option");
        return row;
      }));
      list.hidden = !found.length;
      field.setAttribute("aria-expanded", String(found.length > 0));
      const whole = found.some((tag) => plain(tag.label) === words);
      // the best match is pointed at, unless nothing was typed or a tag stands there whole
      point(words && !whole ? 0 : -1);
    };
    const take = (row) => {
      const before = field.value.split(",").slice(0, -1).map((part) => part.trim());
      field.value = [...before, row.firstChild.textContent].join(", ");
      close();
    };
    field.addEventListener("input", open);
    field.addEventListener("click", open);
    field.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const row = event.target.closest("li");
      if (row) take(row);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) open();
        else point(event.key === "ArrowDown" ? at + 1 : (at > 0 ? at : list.children.length) - 1);
      } else if (event.key === "Enter") {
        // it takes the tag that is pointed at; then it asks what adding it would change. It never
        // makes a tag, and never presses "Remove"
        event.preventDefault();
        if (!list.hidden && at >= 0) take(list.children[at]);
        else if (field.value.trim()) $("#bulk button[value=tag]").click();
      } else if (event.key === "Escape") {
        if (!list.hidden) close();
        else { acts.untick(); field.blur(); }
      }
    });
  }

  /* the list of tags to filter by goes away as a menu does */
  const pick = $(".pick");
  document.addEventListener("click", (event) => {
    if (pick && !pick.contains(event.target)) pick.open = false;
  });
  pick?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    pick.open = false;
    $("summary", pick).focus();
  });

  document.addEventListener("htmx:after:swap", show);
  show();
})();
