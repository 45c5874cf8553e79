"""Later: the version after this one, which has a new column in several tables, all of them allowed to be NULL.

Here: a program of its own, because tables are fixed once they are imported. It migrates the warehouse of the URL it is
given by a revision of its own, verifies, and prints the breaks as JSON. Not here: what they should be
(``test_verify``).
"""

import json
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa

from tests import later_schema

GROWN = ("units", "financing_lines", "filings", "compliance_by_unit", "compliance_history", "loads")
COLUMN = "added_later"


def main(url: str) -> None:
    """Migrate, verify, print."""
    later_schema.grow(GROWN, COLUMN, sa.Text)
    from pipelines.verification.verify import verify  # only now: modules look at the tables when they are imported
    from pipelines.warehouse import schema_version
    from pipelines.warehouse.engine import open_engine

    with tempfile.TemporaryDirectory() as folder:
        later_schema.add_the_migration(Path(folder), GROWN, COLUMN, sa.Text)
        engine = open_engine(url)
        schema_version.upgrade(engine)
        with engine.connect() as connection:
            result = verify(connection)
    told = {"loads": result.loads, "rows": result.rows, "breaks": [str(each) for each in result.breaks]}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
