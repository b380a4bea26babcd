"""The direction of imports, read from the code itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STEPS = (
    "blocks charset clearing contentcoding copies dates decide destination entries extract feedparse feedtext feedxml "
    "headlines health identify jsonfeed jsonld opml page_metadata pagestate polling redirects robots sitemap warc"
)
RULES = (
    "changes/change claims/weighing copies/texts digests/rhythm edits/bursts edits/kinds "
    "edits/lines edits/omissions exports/annotation exports/atom exports/document "
    "exports/jsonld exports/tables exports/timelinejs exports/values exports/zipstream "
    "passages/comparing passages/inline passages/marking passages/picking passages/quotes "
    "passages/survival publishing/masking searching/facets searching/lexemes "
    "searching/snippets storyfile/fields storyfile/parts storyfile/reading timeline/axis "
    "timeline/chart timeline/days timeline/entries timeline/narrowing timeline/origins"
)
PURE = [f"sources/ingest/{name}.py" for name in STEPS.split()] + [
    f"tracker/{name}.py" for name in RULES.split()
]
PURE.append("sources/curating/table.py")
for package in ("attribution", "matching"):
    PURE += sorted(
        str(path.relative_to(ROOT)) for path in (ROOT / "tracker" / package).glob("*.py")
    )
WIRING = {"tracker.settings", "tracker.urls", "tracker.wsgi"}
FORBIDDEN_TO_PURE = ("django", "celery", "urllib3", "pycurl", "socket", "os", "random", "requests")


def modules(package):
    return [
        path for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts
    ]


def imports(path, typing_too=False):
    """The absolute names of the modules a file imports, those for typing left out."""
    tree = ast.parse(path.read_text())
    if not typing_too:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
                node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", modules("sources"), ids=lambda p: str(p.relative_to(ROOT)))
def test_sources_never_imports_tracker(path):
    assert not [name for name in imports(path) if name.split(".")[0] == "tracker"]


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_know_no_framework_clock_or_network(name):
    path = ROOT / name
    found = {imported.split(".")[0] for imported in imports(path)}
    assert not found & set(FORBIDDEN_TO_PURE)
    assert ".now()" not in path.read_text()


def test_only_fetch_opens_sockets_in_the_ingest():
    users = [
        path.name
        for path in modules("sources")
        if {"pycurl", "socket", "requests", "urllib3", "http.client", "urllib.request"}
        & set(imports(path))
    ]
    assert users == ["fetch.py"]


def test_the_top_of_the_tracker_holds_wiring_alone():
    wiring = (
        "__init__ admin apps celery context environment firststeps logs middleware receivers roles "
        "tasks urls wsgi"
    )
    assert {path.stem for path in (ROOT / "tracker").glob("*.py")} == set(wiring.split())


@pytest.mark.parametrize("package", ["sources", "tracker"])
def test_wiring_is_imported_by_nobody(package):
    guilty = [
        str(path.relative_to(ROOT))
        for path in modules(package)
        if path.parent.name != "settings"
        and path.name not in ("wsgi.py", "__main__.py")
        and any(
            name == one or name.startswith(f"{one}.") for name in imports(path) for one in WIRING
        )
    ]
    assert guilty == []


@pytest.mark.parametrize("package", ["sources", "tracker"])
def test_nobody_imports_a_private_name(package):
    guilty = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules(package)
        for name in imports(path)
        if name.split(".")[-1].startswith("_")
        and not name.endswith("__")
        and name.split(".")[0] in {"sources", "tracker"}
    ]
    assert guilty == []


@pytest.mark.parametrize("package", ["sources", "tracker"])
def test_every_module_says_its_purpose_in_its_first_line(package):
    silent = [
        str(path.relative_to(ROOT))
        for path in modules(package)
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []
