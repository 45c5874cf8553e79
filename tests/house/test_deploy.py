"""What is shipped in deploy/ fits together: units, containers, environment, image and the code they start.

Belongs here: the files alone. Does not: starting them (``tests/live/test_production``), the proxy (``test_login``).
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipelines.settings import Settings
from tests.shipped import CONFIGURED, DEPLOY, INSTALLED, UNITS, environment, unit, variables

ROOT = DEPLOY.parent
BIN = Path(sys.executable).parent
# systemd's own scale, from 0 to 10; a service without any hardening has 9.6.
MOST_EXPOSED = 2.0


def text(name):
    return (DEPLOY / name).read_text("utf-8")


def compose():
    return yaml.safe_load(text("compose.yaml"))["services"]


def own_services():
    """Return the containers of our own image."""
    return {name: each for name, each in compose().items() if each["image"] == "nedra"}


def what_it_does(words):
    """Return a command without where it is, listens and finds its files."""
    kept = [word.removeprefix(f"{INSTALLED}/") for word in words]
    return sorted(word for word in kept if not re.search(r"[/$]|^[0-9.]+$|^--(host|port|workspace)$", word))


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_a_program_that_is_installed_with_files_that_are_shipped(name):
    shipped = text(f"systemd/{name}.service")
    programs = set(re.findall(rf"{INSTALLED}/([\w-]+)", shipped))
    assert programs
    assert [program for program in programs if not (BIN / program).exists()] == []
    files = set(re.findall(rf"{CONFIGURED}/(\S+)", shipped))
    assert [file for file in files if not any((DEPLOY / f"{file}{end}").exists() for end in ("", ".example"))] == []


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_given_every_variable_that_it_and_its_configuration_use(name):
    used = set(re.findall(r"\$\{(\w+)\}", " ".join(unit(name)["ExecStart"])))
    used |= set(re.findall(r"env: (\w+)", text("dagster.yaml") + text("workspace.yaml")))
    assert used <= set(variables(name))


def test_only_the_code_server_can_open_the_warehouse():
    assert [name for name in UNITS if "NEDRA_DATABASE_URL" in variables(name)] == ["nedra-code"]
    containers = {name for name, each in own_services().items() if "NEDRA_DATABASE_URL" in each["environment"]}
    assert containers == {"prepare", "code"}


def test_nobody_outside_the_machine_reaches_a_process():
    assert environment("dagster.env")["DAGSTER_GRPC_HOST"] == "127.0.0.1"
    for name in UNITS:
        [command] = unit(name)["ExecStart"]
        assert "webserver" not in command or "--host 127.0.0.1" in command
    published = [port for each in compose().values() for port in each.get("ports", [])]
    assert published
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_systemd_accepts_the_units_and_finds_little_exposed(tmp_path):
    tool = shutil.which("systemd-analyze")
    if tool is None:
        missing = "systemd-analyze is not installed (Debian: apt-get install systemd)"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    for path in (DEPLOY / "systemd").iterdir():
        (tmp_path / path.name).write_text(path.read_text("utf-8").replace(INSTALLED, str(BIN)), "utf-8")
    services = sorted(str(path) for path in tmp_path.glob("*.service"))

    def said(*words):
        done = subprocess.run([str(tool), *words], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    said("verify", *services, str(tmp_path / "nedra.target"))
    for each in services:
        [level] = re.findall(r"exposure level for \S+: ([0-9.]+)", said("security", "--offline=true", each))
        assert float(level) <= MOST_EXPOSED, each


def test_the_containers_do_what_the_units_do():
    containers = [what_it_does(each["command"]) for name, each in own_services().items() if name != "prepare"]
    assert sorted(containers) == sorted(what_it_does(shlex.split(unit(name)["ExecStart"][0])) for name in UNITS)


def test_the_containers_are_not_root_cannot_write_and_are_looked_after():
    for name, each in own_services().items():
        assert (each["read_only"], each["cap_drop"]) == (True, ["ALL"]), name
        assert name == "prepare" or each["healthcheck"]["test"][0] == "CMD"
    assert re.findall(r"^USER (\w+)$", text("Dockerfile"), re.MULTILINE) == ["nedra"]


def test_a_container_waits_only_for_one_that_can_become_what_it_waits_for():
    services = compose()
    for name, each in services.items():
        for awaited, how in each.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[awaited], (name, awaited)
            else:
                assert (how["condition"], services[awaited]["restart"]) == ("service_completed_successfully", "no")


def test_docker_accepts_the_compose_file_where_it_can_be_asked(tmp_path):
    probe = ["docker", "compose", "version"]
    if shutil.which("docker") is None or subprocess.run(probe, capture_output=True, check=False).returncode:
        return  # what it would say of the keys is left to the tests above
    passwords = tmp_path / ".env"
    passwords.write_text(re.sub("=$", "=secret", text("compose.env.example"), flags=re.MULTILINE), "utf-8")
    command = ["docker", "compose", "--env-file", passwords, "--file", DEPLOY / "compose.yaml", "config", "--quiet"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_password_of_the_containers_is_in_the_example():
    asked = set(re.findall(r"\$\{(\w+):\?\}", text("compose.yaml")))
    assert asked == set(re.findall(r"^(\w+)=$", text("compose.env.example"), re.MULTILINE))


def test_the_image_is_made_of_files_that_are_there_and_not_ignored():
    image = text("Dockerfile")
    sources = {
        source for line in re.findall(r"^COPY (?!--from)(.*) \S+$", image, re.MULTILINE) for source in line.split()
    }
    assert {"requirements/lock.txt", "deploy/dagster.yaml", "assets"} <= sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    kept = re.findall(r"^!(\S+)", text("Dockerfile.dockerignore"), re.MULTILINE)
    assert [source for source in sources if not any(Path(source).is_relative_to(each) for each in kept)] == []
    assert image.count("--require-hashes") == image.count("--requirement")


def test_the_image_is_built_with_setuptools_from_the_lock():
    [program] = re.findall(r"awk '([^']+)' requirements/dev.txt", text("Dockerfile"))
    cut = subprocess.run(["awk", program, ROOT / "requirements/dev.txt"], capture_output=True, text=True, check=True)
    first, *rest = cut.stdout.splitlines()
    assert first.startswith("setuptools==")
    assert any("--hash=sha256:" in line for line in rest)
    assert [line for line in rest if not line.strip().startswith(("--hash=sha256:", "#"))] == []


def test_every_variable_of_the_example_is_a_setting_that_can_be_used_as_it_stands(monkeypatch):
    shown = dict(re.findall(r"^#?(NEDRA_\w+)=(.*)$", text("nedra.env.example"), re.MULTILINE))
    assert set(shown) <= {f"NEDRA_{name.upper()}" for name in Settings.model_fields}
    for name, value in shown.items():
        monkeypatch.setenv(name, value)
    Settings()


def test_the_page_about_deploying_names_only_what_is_shipped():
    page = (ROOT / "docs" / "deploying.md").read_text("utf-8")
    files = set(re.findall(r"deploy/([\w./-]+[\w*])", page)) - {"systemd/*", ".env"}
    assert {"databases.sql", "systemd", "nginx/nedra.conf"} <= files
    assert [name for name in files if not (DEPLOY / name).exists()] == []
    named = set(re.findall(r"`(nedra-[\w-]+)`", page))
    groups = set(re.findall(r"nedra-(?:operators|auditors)", text("nginx/nedra.conf")))
    assert named - groups == set(UNITS)
