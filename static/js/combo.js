/* A choice among many, by typing: a combobox over a <select>, which stays the value that is sent. */
window.combos = (() => {
  const { $, $$ } = claimline;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  class Combo {
    constructor(field) {
      this.field = field;
      this.select = $("select", field);
      this.other = $("[name=other_speaker]", this.select.form);
      this.fresh = field.dataset.new || "";
      this.mark = field.dataset.mark ? ` (${field.dataset.mark})` : "";
      this.input = document.createElement("input");
      this.list = document.createElement("ul");
      const { input, list, select } = this;
      input.className = "inp";
      input.id = `${select.id}_text`;
      input.type = "text";
      input.autocomplete = "off";
      input.placeholder = select.options[0]?.value === "" ? select.options[0].text : "";
      input.maxLength = 200;
      list.className = "lb";
      list.id = `${select.id}_list`;
      list.hidden = true;
      list.setAttribute("role", "listbox");
      const label = $("label", field);
      label.htmlFor = input.id;
      list.setAttribute("aria-label", label.textContent);
      for (const [name, value] of Object.entries({
        role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
        "aria-controls": list.id,
      })) input.setAttribute(name, value);
      if ($(".errorlist", field)) input.setAttribute("aria-invalid", "true");
      select.hidden = true;
      const box = document.createElement("div");
      box.className = "box";
      box.append(input, list);
      select.after(box);
      input.value = this.words();
      input.addEventListener("focus", () => { input.select(); });
      input.addEventListener("click", () => this.open(!this.loose()));
      input.addEventListener("input", () => this.open(false));
      input.addEventListener("keydown", (event) => this.key(event));
      input.addEventListener("blur", () => this.close());
      list.addEventListener("mousedown", (event) => event.preventDefault());
      list.addEventListener("click", (event) => {
        const row = event.target.closest("[role=option]");
        if (row) this.take(row);
      });
    }

    /** What is chosen, in words; while nobody is, the name that was typed and is still kept. */
    words() {
      const { select } = this;
      if (select.value === "other") return this.other.value + this.mark;
      if (select.value) return select.selectedOptions[0].text.trim();
      return this.fresh ? this.other.value : "";
    }

    typed() {
      return this.input.value.replace(this.mark, "").trim();
    }

    /** Whether a name was typed that nobody has chosen yet. */
    loose() {
      return Boolean(this.fresh && !this.select.value && this.typed());
    }

    /** The options that have every word typed, in the list's order. */
    matching(typed) {
      const wanted = plain(typed).split(/\s+/).filter(Boolean);
      return [...this.select.options].filter((one) => {
        if (!one.value || one.value === "other") return false;
        const text = plain(one.text);
        return wanted.every((word) => (/^\d+$/.test(word)
          ? new RegExp(`\\bc?${word}`).test(text) : text.includes(word)));
      });
    }

    open(all) {
      const typed = all ? "" : this.typed();
      const rows = this.matching(typed).slice(0, 60).map((one) => this.row(one));
      const exact = rows.some((row) => plain(row.dataset.words) === plain(typed));
      const name = typed || (this.select.value ? "" : this.field.dataset.named);
      if (this.fresh && name && !exact) rows.push(this.newcomer(name));
      this.list.replaceChildren(...rows);
      rows.forEach((row, n) => { row.id = `${this.list.id}_${n}`; });
      this.list.hidden = !rows.length;
      this.input.setAttribute("aria-expanded", String(rows.length > 0));
      // what was chosen, else the best match; before anything is typed, nobody is
      const chosen = rows.find((row) => row.dataset.value === this.select.value && row.dataset.value);
      const best = typed && rows[0]?.dataset.value !== "other" ? rows[0] : null;
      this.point((all && chosen) || best || chosen || null);
    }

    row(one) {
      const row = document.createElement("li");
      const words = document.createElement("span");
      words.textContent = one.text.trim();
      const why = document.createElement("span");
      why.className = "mut";
      why.textContent = one.parentElement.label || "";
      row.append(words, why);
      row.setAttribute("role", "option");
      row.dataset.value = one.value;
      row.dataset.words = one.text.trim();
      return row;
    }

    newcomer(name) {
      const row = document.createElement("li");
      row.textContent = this.fresh.replace("{}", name);
      row.setAttribute("role", "option");
      row.dataset.value = "other";
      row.dataset.words = name;
      return row;
    }

    point(row) {
      for (const one of this.list.children) one.setAttribute("aria-selected", String(one === row));
      this.active = row;
      if (row) {
        this.input.setAttribute("aria-activedescendant", row.id);
        row.scrollIntoView({ block: "nearest" });
      } else this.input.removeAttribute("aria-activedescendant");
    }

    step(by) {
      const rows = [...this.list.children];
      const at = rows.indexOf(this.active);
      this.point(rows[(at < 0 && by < 0 ? rows.length : at + rows.length + by) % rows.length]);
    }

    take(row) {
      this.select.value = row.dataset.value;
      if (row.dataset.value === "other") this.other.value = row.dataset.words;
      this.input.value = this.words();
      this.close();
      this.input.removeAttribute("aria-invalid");
      $(".errorlist", this.field)?.remove();
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
      this.field.dispatchEvent(new Event("combo:chosen", { bubbles: true }));
    }

    /** Ask for a choice: the field has the focus, and the list is open. */
    ask() {
      this.input.focus();
      this.open(!this.loose());
    }

    /** Shut the list; words that choose nothing give way to what is chosen, if anything is. */
    close() {
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
      if (!this.typed() && this.select.options[0]?.value === "") this.select.value = "";
      // a name nobody chose goes along with the form, so that a refusal brings it back
      if (this.fresh && !this.select.value) this.other.value = this.typed();
      this.input.value = this.words();
    }

    key(event) {
      const closed = this.list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (closed) this.open(this.input.value === this.words() && !this.loose());
        else this.step(event.key === "ArrowDown" ? 1 : -1);
        if (closed && !this.active) this.step(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && closed && this.loose()) {
        event.preventDefault();
        this.open(false);
      } else if (event.key === "Enter" && !closed) {
        // where a name can only be added, Enter chooses that in sight, and the next one saves
        const row = this.active || (this.loose() && this.list.children.length === 1
          ? this.list.firstChild : null);
        if (!row) { this.close(); return; } // nobody is chosen, and the answer says so
        event.preventDefault();
        if (!event.repeat) this.take(row);
      } else if (event.key === "Escape" && !closed) {
        event.preventDefault();
        event.stopPropagation();
        this.close();
      }
    }
  }

  const made = new WeakMap();

  function enhance(root) {
    for (const field of $$("[data-combo]", root)) {
      if (!made.has(field)) made.set(field, new Combo(field));
    }
  }

  /** The first choice that is still to be made, asked for; false when none is. */
  function askFirst(root) {
    const field = $$("[data-combo]", root).find((one) => !$("select", one).value);
    made.get(field)?.ask();
    return Boolean(field);
  }

  const ask = (field) => made.get(field)?.ask();

  enhance(document);
  return { ask, askFirst, enhance };
})();
