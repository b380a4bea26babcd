"""Opens pages in Chromium: how long the chart takes to be drawn, how much the pages shift."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from typing import Any, NamedTuple

WIDTHS = (1440, 390)
TIMES = 5
# entries that follow a key or a click within half a second are no shift anybody minds
WATCH = """
window.shifted = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({type: 'layout-shift', buffered: true});
"""
LANES, WEEKS, STATEMENTS = 40, 170, 20_000  # of the largest chart, each a mark of its own
# the chart is taken out and put back: parsed, styled, laid out, painted; with other lanes, if given
DRAW = """async (lanes) => {
  const frame = () => new Promise(done => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  }));
  const chart = document.getElementById('overview');
  const place = document.createElement('div');
  if (lanes) chart.querySelector('.lanes').innerHTML = lanes;
  const markup = chart.outerHTML;
  chart.replaceWith(place);
  await frame(); await frame();
  const started = performance.now();
  place.innerHTML = markup;
  place.offsetHeight;
  await frame();
  return performance.now() - started;
}"""
MARKS = """() => [...document.querySelectorAll('#overview .lane path:not(.hole):not(.base)')]
  .reduce((sum, path) => sum + (path.getAttribute('d').match(/m/gi) || []).length, 0)"""


class Drawn(NamedTuple):
    """How many marks a chart has, and the milliseconds until they stand on the screen."""

    marks: int
    ms: float


def browse(
    chromium: str, port: int, session: str, cases: dict[str, list[str]]
) -> tuple[list[Drawn], list[tuple[str, float]]]:
    """Draw charts, and watch the first page of each sort load.

    Returns:
        The chart of the first timeline, then in its place one of `STATEMENTS` marks; the shifts.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        flags = ["--no-sandbox", "--disable-gpu"]
        browser = driver.chromium.launch(executable_path=chromium, args=flags)
        context = browser.new_context()
        cookie = {"name": "sessionid", "value": session, "url": f"http://127.0.0.1:{port}"}
        context.add_cookies([cookie])  # type: ignore[list-item]
        context.add_init_script(WATCH)
        page = context.new_page()
        shifts = [
            (name, max(_shift(page, port, addresses[0], width) for width in WIDTHS))
            for name, addresses in cases.items()
        ]
        drawn = [_draw(page, port, cases["timeline"][0], lanes) for lanes in ("", largest())]
        browser.close()
    return drawn, shifts


def _shift(page: Any, port: int, address: str, width: int) -> float:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"http://127.0.0.1:{port}{address}", wait_until="networkidle")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(300)
    return float(page.evaluate("window.shifted"))


def _draw(page: Any, port: int, address: str, lanes: str) -> Drawn:
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.goto(f"http://127.0.0.1:{port}{address}", wait_until="networkidle")
    took = sorted(page.evaluate(DRAW, lanes) for _ in range(TIMES))
    return Drawn(page.evaluate(MARKS), took[TIMES // 2])


class Said(NamedTuple):
    """A statement, as the chart reads one."""

    claim: int
    stance: str
    on: date
    origin_name: str = "An invented speaker"
    until: date | None = None


def largest() -> str:
    """The lanes of a page full of claims, about each of which as much is said as can be shown."""
    from django.template.loader import render_to_string

    from tracker.models import Claim
    from tracker.timeline import chart

    rng, first = random.Random(1), date(2022, 9, 1)
    places = [
        (claim, week, stance)
        for claim in range(1, LANES + 1)
        for week in range(WEEKS)
        for stance in (*chart.DRAWN[:2] * 2, *chart.DRAWN[2:])  # two and two above, two below
    ]
    said = [
        Said(claim, stance, first + timedelta(weeks=week))
        for claim, week, stance in rng.sample(places, STATEMENTS)
    ]
    drawn = chart.draw(said, claims=range(1, LANES + 1))
    assert drawn is not None
    assert drawn.unit == 1
    claims = {n: Claim(number=n, title="An invented claim") for n in range(1, LANES + 1)}
    for claim in claims.values():
        vars(claim)["standing_changes"] = []
    context = {"overview": {"chart": drawn}, "story": {"slug": "largest"}, "claims": claims}
    page = render_to_string("tracker/_chart.html", context)
    found = re.search(
        r'<div class="lanes" role="list">(.*)</div>\s*<div class="preview"', page, re.S
    )
    assert found is not None
    return found[1]
