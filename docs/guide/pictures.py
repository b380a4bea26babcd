"""Makes the pictures of the guide, in a real Chromium, from a Claimline with its sample story.

    make reset && make up                                  # in one terminal
    .venv/bin/python docs/guide/pictures.py                # in another

First run the next sample night twice at `/ingest/`: the second brings an edit to look at.
Pictures are made anew whole: a page that changed its look changes its picture here and nowhere
else. Needs the development dependencies and a `chromium` on the PATH.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).resolve().parent
STORY = "/stories/overseas-police-stations/"
SIZE = {"width": 1200, "height": 800}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    site = parser.parse_args().site
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        for who, views in VIEWS.items():
            context = browser.new_context(viewport=SIZE, color_scheme="light", base_url=site)
            page = context.new_page()
            sign_in(page, who)
            for name, view in views.items():
                view(page)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=HERE / "pictures" / f"{name}.png")
                print(f"{name}.png")
        browser.close()


def sign_in(page: Page, who: str) -> None:
    page.goto("/sign-in/")
    page.fill("input[name=login]", who)
    page.fill("input[type=password]", "claimline")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories/**")


def at(path: str) -> Callable[[Page], object]:
    """A view that is a page as it opens."""
    return lambda page: page.goto(path)


def from_the_timeline(page: Page) -> None:
    """The article of a passage on the timeline, with the passage in sight."""
    page.goto(STORY)
    page.locator("#list .q a").first.click()
    page.wait_for_url("**/articles/**")


def picked(page: Page) -> None:
    """A sentence of an article picked by keyboard, and the popover that links it."""
    from_the_timeline(page)
    page.wait_for_load_state("networkidle")
    for key in ("l", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector("#pop form")


VIEWS = {
    "tom": {
        "timeline": at(STORY),
        "claim": at(f"{STORY}claims/1/"),
        "article": from_the_timeline,
        "search": at("/search/?q=embassy"),
    },
    "nora": {
        "inbox": at("/inbox/"),
        "edits": at("/inbox/edits/"),
        "linking": picked,
        "sources": at("/sources/"),
    },
    "ada": {
        "ingest": at("/ingest/"),
        "story": at("/stories/new/"),
        "history": at("/history/"),
    },
}

if __name__ == "__main__":
    main()
