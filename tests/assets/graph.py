"""Graph: the asset graph as text, kept beside the tests and compared whole.

Belongs here: writing it down. After a deliberate change: ``python -m tests.assets.graph``, and look at the difference.
"""

import sys
from pathlib import Path

from assets.definitions import defs

SNAPSHOT = Path(__file__).with_name("graph.txt")


def as_text() -> str:
    """Return every asset with group, kinds, what it depends on and its checks, jobs, schedules and sensors."""
    repository = defs().get_repository_def()
    graph = repository.asset_graph
    lines = []
    for key in sorted(graph.get_all_asset_keys(), key=lambda each: each.to_user_string()):
        node = graph.get(key)
        lines.append(f"{key.to_user_string()} [{node.group_name}; {', '.join(sorted(node.kinds))}]")
        lines += [f"  <- {parent}" for parent in sorted(parent.to_user_string() for parent in node.parent_keys)]
        lines += [f"  ?  {check}" for check in sorted(check.name for check in node.check_keys)]
    lines.append("")
    # Names that begin with two underscores are Dagster's own.
    lines += [f"job {job.name}" for job in repository.get_all_jobs() if not job.name.startswith("__")]
    lines += [f"schedule {each.name}: {each.cron_schedule}" for each in repository.schedule_defs]
    lines += [f"sensor {each.name}" for each in repository.sensor_defs]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    SNAPSHOT.write_text(as_text(), encoding="utf-8")
    sys.stdout.write(f"{SNAPSHOT} written\n")
