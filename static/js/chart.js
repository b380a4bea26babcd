/* The overview was drawn by the server; this adds reading it step by step, previews and zoom. */
(() => {
  const { $, $$ } = claimline;
  const held = $("#cells");
  if (!held) return;
  const data = JSON.parse(held.textContent);
  const words = JSON.parse($("#chart-words").textContent);
  const STANCES = ["supports", "reports", "disputes", "denies"];
  const DAY = 864e5;
  const SVG = "http://www.w3.org/2000/svg";
  const plot = $("#plot");
  const preview = $("#preview");
  const live = $("#live");
  const tracks = $$(".track");
  const past = new URLSearchParams(location.search).get("as-of"); // looking back, links stay back
  const then = past ? { "as-of": past } : {};
  const all = { left: data.left, width: data.width };
  let left = all.left;
  let width = all.width;

  const first = Date.parse(data.start);
  const date = (day) => new Date(first + day * DAY);
  const iso = (day) => date(day).toISOString().slice(0, 10);
  const months = new Intl.DateTimeFormat(document.documentElement.lang === "fr" ? "fr-CA" : "en-GB", {
    day: "numeric", month: "short", year: "numeric", timeZone: "UTC",
  });
  const named = (place) => {
    const day = months.format(date(place * data.column));
    return data.column === 1 ? day : `${words.week} ${day}`;
  };
  const lane = (track) => data.lanes[track.closest(".lane").dataset.claim]; // figures, then people
  const places = (track) => Object.keys(lane(track)).map(Number).sort((a, b) => a - b);
  const middle = (place) => (place + 0.5) * data.column;

  /* --- reading a column -------------------------------------------------------------------------- */
  function show(track, place) {
    const row = track.closest(".lane");
    const figures = lane(track)[place];
    hide(row);
    row.classList.add("on");
    if (!figures) return "";
    track.dataset.place = place;
    const cross = document.createElementNS(SVG, "rect");
    cross.setAttribute("class", "cross");
    cross.setAttribute("x", place * data.column);
    cross.setAttribute("width", data.column);
    cross.setAttribute("height", 64);
    $("svg", track).prepend(cross);
    fill(place, figures, figures.slice(STANCES.length).map((n) => data.people[n]));
    position(track, place);
    const said = STANCES.map((stance, i) => figures[i] && `${figures[i]} ${words[stance]}`);
    return `C${row.dataset.number}, ${named(place)}: ${said.filter(Boolean).join(", ")}`;
  }

  function fill(place, figures, names) {
    const head = document.createElement("b");
    head.textContent = named(place);
    const list = document.createElement("ul");
    STANCES.forEach((stance, i) => {
      if (!figures[i]) return;
      const item = document.createElement("li");
      item.className = `stance ${stance}`;
      item.append($(`.legend .g.${stance}`).cloneNode(true), `${figures[i]} ${words[stance]}`);
      list.append(item);
    });
    preview.replaceChildren(head, list);
    if (names.length) {
      const who = document.createElement("p");
      who.className = "who";
      who.textContent = names.join("; ");
      preview.append(who);
    }
    preview.hidden = false;
  }

  function position(track, place) {
    const box = track.getBoundingClientRect();
    const frame = plot.getBoundingClientRect();
    const x = box.left - frame.left + ((middle(place) - left) / width) * box.width;
    const wide = preview.offsetWidth;
    const beside = x > frame.width - wide - 30 ? x - wide - 16 : x + 16;
    preview.style.left = `${Math.max(0, Math.min(frame.width - wide, beside))}px`;
    const below = box.bottom + preview.offsetHeight + 10 <= innerHeight;
    const y = box.top - frame.top;
    preview.style.top = `${below ? y + box.height + 2 : y - preview.offsetHeight - 4}px`;
  }

  function hide(but) {
    preview.hidden = true;
    $$(".cross").forEach((cross) => cross.remove());
    $$(".lane.on").forEach((row) => row !== but && row.classList.remove("on"));
  }

  const nearest = (track, place) =>
    places(track).sort((a, b) => Math.abs(a - place) - Math.abs(b - place))[0];

  function walk(track, event) {
    const own = places(track);
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    const jump = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && own.length) {
      event.preventDefault();
      const at = own.indexOf(Number(track.dataset.place));
      const place = own[Math.max(0, Math.min(own.length - 1, at + step))];
      if (middle(place) < left || middle(place) > left + width) zoom(all.left, all.left + all.width);
      live.textContent = show(track, place);
    } else if (jump) {
      event.preventDefault();
      const other = tracks[tracks.indexOf(track) + jump];
      if (!other) return;
      other.focus();
      live.textContent = show(other, nearest(other, Number(track.dataset.place) || 0));
    } else if (event.key === "Escape") {
      hide();
    }
  }

  tracks.forEach((track) => {
    track.addEventListener("pointermove", (event) => {
      const box = track.getBoundingClientRect();
      const at = (left + ((event.clientX - box.left) / box.width) * width) / data.column - 0.5;
      const place = nearest(track, at);
      const far = ((Math.abs(place - at) * data.column) / width) * box.width;
      if (place !== undefined && far < 14) show(track, place);
      else hide();
    });
    track.addEventListener("pointerleave", () => hide());
    track.addEventListener("blur", () => hide());
    track.addEventListener("focus", () => {
      if (!track.matches(":focus-visible")) return;
      const seen = places(track).filter((place) => middle(place) >= left && middle(place) <= left + width);
      live.textContent = show(track, seen.at(-1));
    });
    track.addEventListener("keydown", (event) => walk(track, event));
    track.addEventListener("click", () => {
      const place = preview.hidden ? undefined : Number(track.dataset.place);
      const asked = new URLSearchParams({ claim: track.closest(".lane").dataset.number, ...then });
      if (place !== undefined) {
        asked.set("from", iso(place * data.column));
        asked.set("to", iso((place + 1) * data.column - 1));
      }
      track.href = `?${asked}#list`;
    });
  });

  /* --- zoom ---------------------------------------------------------------------------------------- */
  const from = $("#b-from");
  const to = $("#b-to");
  const window_ = $(".band .win");

  function zoom(a, b) {
    const least = Math.min(28, all.width);
    const end = Math.min(all.left + all.width, Math.max(b, a + least));
    left = Math.max(all.left, Math.min(a, end - least));
    width = end - left;
    tracks.forEach((track) => $("svg", track).setAttribute("viewBox", `${left} 0 ${width} 64`));
    plot.classList.toggle("near", width < 330);
    for (const mark of $$(".at", plot)) {
      const x = ((mark.dataset.t - left) / width) * 100;
      for (const side of mark.localName === "line" ? ["x1", "x2"] : ["x"]) mark.setAttribute(side, `${x}%`);
    }
    const share = (day) => `${((day - all.left) / all.width) * 100}%`;
    window_.setAttribute("x", share(left));
    window_.setAttribute("width", `${(width / all.width) * 100}%`);
    for (const [edge, day] of [["a", left], ["b", end]]) {
      for (const side of ["x1", "x2"]) $(`.band .edge.${edge}`).setAttribute(side, share(day));
    }
    $("#ra").value = left;
    $("#rb").value = end;
    const last = Math.round((Date.parse(data.end) - first) / DAY);
    from.value = iso(Math.max(0, Math.round(left)));
    to.value = iso(Math.min(last, Math.round(end)));
    for (const [range, field] of [["#ra", from], ["#rb", to]]) {
      $(range).setAttribute("aria-valuetext", months.format(Date.parse(field.value)));
    }
    const full = width > all.width - 2;
    $("#reset").hidden = $("#list-span").hidden = full;
    $("#list-span").href = `?${new URLSearchParams({ from: from.value, to: to.value, ...then })}#list`;
    if (!full) live.textContent = `${months.format(Date.parse(from.value))} – ${months.format(Date.parse(to.value))}`;
  }

  const band = $("#band");
  let drag = null;
  const dayAt = (event) => {
    const box = band.getBoundingClientRect();
    const day = all.left + ((event.clientX - box.left) / box.width) * all.width;
    return Math.max(all.left, Math.min(all.left + all.width, day));
  };
  band.addEventListener("pointerdown", (event) => {
    band.setPointerCapture(event.pointerId);
    const day = dayAt(event);
    const near = (10 / band.getBoundingClientRect().width) * all.width;
    if (Math.abs(day - left) < near) drag = { moves: "first" };
    else if (Math.abs(day - left - width) < near) drag = { moves: "last" };
    else if (day > left && day < left + width && width < all.width - 2) drag = { moves: "both", by: day - left };
    else drag = { moves: "new", start: day };
  });
  band.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const day = dayAt(event);
    if (drag.moves === "first") zoom(Math.min(day, left + width - 28), left + width);
    else if (drag.moves === "last") zoom(left, day);
    else if (drag.moves === "both") {
      const a = Math.max(all.left, Math.min(all.left + all.width - width, day - drag.by));
      zoom(a, a + width);
    } else if (Math.abs(day - drag.start) > 14) zoom(Math.min(day, drag.start), Math.max(day, drag.start));
  });
  for (const end of ["pointerup", "pointercancel"]) band.addEventListener(end, () => { drag = null; });
  for (const range of [$("#ra"), $("#rb")]) {
    range.addEventListener("input", () => {
      const [a, b] = [Number($("#ra").value), Number($("#rb").value)];
      zoom(Math.min(a, b - 28), b);
    });
  }
  for (const field of [from, to]) {
    field.addEventListener("change", () => {
      const day = (input) => Math.round((Date.parse(input.value) - first) / DAY);
      if (from.value && to.value) zoom(day(from), day(to) + 1);
    });
  }
  $("#span").addEventListener("submit", (event) => event.preventDefault());
  $("#reset").addEventListener("click", () => { zoom(all.left, all.left + all.width); live.textContent = ""; });
})();
