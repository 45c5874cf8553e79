"""Report files: what Dagster shows of the files of a report.

Here: path, digest and size, as metadata and as a table. Not here: the reports (``pipelines.reports``).
"""

from collections.abc import Sequence

import dagster as dg

from pipelines.reports.whole_file import WrittenFile

_SHOWN = 50


def shown_files(files: Sequence[WrittenFile]) -> dict[str, dg.MetadataValue]:
    """Return how many files stand, how many are new, and where; one file has its digest and size beside it."""
    metadata: dict[str, dg.MetadataValue] = {
        "files": dg.MetadataValue.int(len(files)),
        "written": dg.MetadataValue.int(sum(file.is_new for file in files)),
        "bytes": dg.MetadataValue.int(sum(file.size_bytes for file in files)),
    }
    if len(files) == 1:
        [file] = files
        metadata |= {"path": dg.MetadataValue.path(str(file.path)), "sha256": dg.MetadataValue.text(file.sha256)}
    if files:
        metadata |= {
            "folder": dg.MetadataValue.path(str(files[0].path.parent)),
            "list": dg.MetadataValue.md(_table(files)),
        }
    return metadata


def _table(files: Sequence[WrittenFile]) -> str:
    rows = [
        f"| [{file.path.name}]({file.path.as_uri()}) | {file.size_bytes} | `{file.sha256}` |" for file in files[:_SHOWN]
    ]
    return "\n".join(["| file | bytes | SHA-256 |", "| --- | ---: | --- |", *rows])
