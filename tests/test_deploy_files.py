"""The files that install, check and deploy the site agree with the code and with each other."""

import fnmatch
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
MAKEFILE = (ROOT / "Makefile").read_text()
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-semantic.lock"]
ONE_SHOT = {"migrate"}


def copied():
    """The paths of the checkout that the Dockerfile copies."""
    for line in DOCKERFILE:
        if line.startswith("COPY ") and "--from=" not in line:
            yield from line.split()[1:-1]


def ignored():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def pins(lock):
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def test_the_compose_file_is_valid():
    schema = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*schema, ROOT / "docker-compose.yml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_compose_file_runs_on_older_tools_that_know_no_top_level_name():
    assert "name" not in COMPOSE


def test_every_lasting_service_has_a_health_check():
    lasting = COMPOSE["services"].keys() - ONE_SHOT
    assert {name for name in lasting if "healthcheck" not in COMPOSE["services"][name]} == set()


def test_the_programs_wait_for_the_tables():
    for name in ("web", "worker", "beat"):
        after = COMPOSE["services"][name]["depends_on"]
        assert after["migrate"]["condition"] == "service_completed_successfully"


def test_the_broker_forgets_nothing_it_was_told():
    words = COMPOSE["services"]["valkey"]["command"]
    assert words[words.index("--appendonly") + 1] == "yes"
    assert words[words.index("--maxmemory-policy") + 1] == "noeviction"


def test_the_worker_can_be_scaled():
    assert not {"ports", "container_name"} & COMPOSE["services"]["worker"].keys()


def test_compose_takes_every_secret_from_the_environment_and_refuses_to_start_without():
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        uses = re.findall(rf"\$\{{{name}[^}}]*\}}", text)
        assert uses
        assert all(use.startswith(f"${{{name}:?") for use in uses)


def test_the_example_names_every_variable_compose_asks_for():
    wanted = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    named = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert wanted == named


def test_every_setting_of_the_file_beside_it_reaches_the_programs():
    for name in ("migrate", "web", "worker", "beat"):
        assert COMPOSE["services"][name]["env_file"] == ".env"


def test_the_image_is_built_once_for_all_programs():
    assert [name for name, one in COMPOSE["services"].items() if "build" in one] == ["migrate"]


def test_the_database_counts_as_ready_only_over_the_network():
    words = COMPOSE["services"]["postgres"]["healthcheck"]["test"]
    assert words[words.index("--host") + 1] == "127.0.0.1"  # its first start has a socket alone


def test_the_example_holds_no_secret():
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert {"SECRET_KEY=", "POSTGRES_PASSWORD="} <= set(lines)


def test_every_command_the_containers_run_exists():
    commands = get_commands()
    for service in COMPOSE["services"].values():
        for words in (service.get("command", []), service.get("healthcheck", {}).get("test", [])):
            if "manage.py" in words:
                assert words[words.index("manage.py") + 1] in commands


def test_what_the_dockerfile_copies_exists_and_is_not_ignored():
    sources = list(copied())
    assert sources
    for source in sources:
        assert (ROOT / source).exists()
        assert not any(fnmatch.fnmatch(source, pattern) for pattern in ignored())


def test_the_image_holds_no_secret_and_no_data_of_this_checkout():
    assert {".env", ".git", "var", ".venv"} <= set(ignored())


def test_the_image_does_not_run_as_root():
    assert any(line.startswith("USER claimline") for line in DOCKERFILE)


def test_the_image_starts_a_program_the_lock_installs():
    start = next(line for line in DOCKERFILE if line.startswith("CMD "))
    assert '"gunicorn"' in start
    assert "gunicorn" in pins("requirements.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock):
    found = re.findall(r"://|file:|--(?:extra-)?index|--find-links", (ROOT / lock).read_text())
    assert found == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_a_hash(lock):
    blocks = re.split(r"\n(?=\w)", (ROOT / lock).read_text().strip())
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_both_locks_agree():
    run, develop = pins("requirements.lock"), pins("requirements-dev.lock")
    assert run.items() <= develop.items()


def test_every_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    plain = project["project"]["dependencies"] + [
        name
        for group in ("embedded",)
        for name in project["project"]["optional-dependencies"][group]
    ]
    wanted = {bare(name) for name in plain}
    assert wanted <= {bare(name) for name in pins("requirements.lock")}


def bare(requirement):
    """The normalised name in a requirement (PEP 503)."""
    name = re.match(r"[\w.-]+", requirement)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def test_make_help_lists_every_target_with_a_description():
    targets = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = dict(re.findall(r"^  make (\S+) +(\S.*)$", done.stdout, re.MULTILINE))
    assert listed.keys() == targets
    assert {"help", "install", "up", "test", "lint", "lock", "fmt", "ingest", "reset"} <= targets


def test_every_command_make_runs_exists():
    commands = get_commands()
    used = re.findall(r"\$\((?:WITH_ENGINES|MANAGE)\) (\w+)", MAKEFILE)
    assert used
    assert set(used) <= commands.keys()


def checked(**environment):
    """What Django's own checklist for production says of our settings."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(  # noqa: S603  our own command
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_the_checklist_for_production_is_clean():
    said = checked(
        DEBUG="0", SECRET_KEY="a long one, 7xQ2" * 4, SITE_ADDRESS="https://claimline.example"
    )
    assert said.returncode == 0, said.stderr
    assert "no issues (0 silenced)" in said.stdout


def test_production_refuses_to_start_on_the_demo_key():
    said = checked(DEBUG="0", SITE_ADDRESS="https://claimline.example")
    assert said.returncode != 0
    assert "the demo key is refused" in said.stderr
