"""YAML text: the one way this project reads its own data files.

Belongs here: the choice of the loader. Does not: which files there are, or what they must hold.
"""

from typing import Any

import yaml

# The C loader knows the same safe tags and is six times faster: every process of a run loads these files.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(text: str) -> Any:
    """Return what a YAML document holds; raise ``yaml.YAMLError``."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - both loaders are the safe ones
