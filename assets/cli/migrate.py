"""``nedra migrate``: the warehouse brought to the schema of this version, before its first day and after an upgrade.

Belongs here: calling it and telling the result. Does not: the migrations (``pipelines.warehouse.migrations``).
"""

from assets.cli.terminal import terminal
from pipelines.settings import Settings
from pipelines.warehouse.schema_version import head_revision
from pipelines.warehouse.session import open_warehouse


def migrate_warehouse() -> None:
    """Apply every migration the warehouse lacks and print what schema it has now."""
    opened = open_warehouse(Settings())
    where = opened.engine.url.render_as_string(hide_password=True)
    opened.engine.dispose()
    terminal().print(f"The warehouse {where} has schema {head_revision()}.", markup=False)
