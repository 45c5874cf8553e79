"""Shipped: the files of deploy/ as tests read them.

Belongs here: units of systemd and environment files as mappings. Does not: expectations, starting anything.
"""

from pathlib import Path

DEPLOY = Path(__file__).parents[1] / "deploy"
# Where docs/deploying.md puts programs and configuration.
INSTALLED, CONFIGURED = "/opt/nedra/current/bin", "/etc/nedra"
# In the order of their "After".
UNITS = ("nedra-code", "nedra-daemon", "nedra-web", "nedra-web-readonly")


def unit(name: str, section: str = "Service") -> dict[str, list[str]]:
    """Return a section of a unit; a setting may stand there more than once."""
    found: dict[str, list[str]] = {}
    text = (DEPLOY / "systemd" / f"{name}.service").read_text("utf-8")
    for line in text.partition(f"[{section}]")[2].partition("\n[")[0].splitlines():
        key, is_setting, value = line.partition("=")
        if is_setting and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def environment(name: str) -> dict[str, str]:
    """Return what the example of an environment file sets."""
    lines = (DEPLOY / f"{name}.example").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def variables(name: str) -> dict[str, str]:
    """Return what the environment files of a unit set together."""
    files = [environment(Path(path).name) for path in unit(name)["EnvironmentFile"]]
    return {key: value for each in files for key, value in each.items()}
