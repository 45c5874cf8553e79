"""Resources: what an asset is handed.

Belongs here: the warehouse, opened once a run. Does not: anything an asset does with it.
"""

from collections.abc import Iterator

import dagster as dg

from assets.failures.policy import asked_again
from pipelines.settings import Settings
from pipelines.warehouse.session import Warehouse, open_warehouse


# Nothing to configure in a run's launchpad, so no ConfigurableResource: settings come from the environment only.
@dg.resource(description="The warehouse of this installation (pipelines.settings)")
def warehouse_resource(context: dg.InitResourceContext) -> Iterator[Warehouse]:
    """Read the environment, open the warehouse and bring its schema up to date; let go of it when the run ends."""
    settings = Settings()
    warn = context.log.warning if context.log is not None else print
    warehouse = asked_again(lambda: open_warehouse(settings), settings, warn)
    try:
        yield warehouse
    finally:
        warehouse.engine.dispose()
