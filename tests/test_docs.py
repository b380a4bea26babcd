"""What must be found in the documentation is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = "".join(path.read_text() for path in (ROOT / "tracker" / "settings").glob("*.py"))
VARIABLES = sorted(set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS)))
COMMANDS = sorted(
    path.stem
    for package in ("sources", "tracker")
    for path in (ROOT / package / "management" / "commands").glob("*.py")
    if path.stem != "__init__"
)


@pytest.mark.parametrize("name", VARIABLES)
def test_every_setting_is_documented(name):
    assert f"`{name}`" in (ROOT / "docs" / "settings.md").read_text()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name):
    assert f"`{name}`" in (ROOT / "docs" / "commands.md").read_text()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name):
    (path,) = ROOT.glob(f"*/management/commands/{name}.py")
    assert re.match(r'"""[^"]{10,}', path.read_text())


PAGES = sorted(ROOT.glob("docs/**/*.md")) + [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_picture_and_page_a_document_leads_to_is_there(page):
    places = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [place for place in places if not (page.parent / place).exists()] == []


def test_every_picture_of_the_guide_is_shown_in_it():
    guide = ROOT / "docs" / "guide"
    shown = "".join(page.read_text() for page in guide.glob("*.md"))
    pictures = [picture.name for picture in guide.glob("pictures/*.png")]
    assert pictures
    assert [name for name in pictures if f"pictures/{name}" not in shown] == []
