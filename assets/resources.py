"""Resources: what an asset is handed.

Belongs here: the warehouse, opened once a process. Does not: anything an asset does with it.
"""

import dagster as dg

from pipelines.settings import Settings
from pipelines.warehouse.opening import Warehouse, open_warehouse


class WarehouseResource(dg.ConfigurableResource[Warehouse]):
    """The warehouse of this installation (``pipelines.settings``); assets see the plain ``Warehouse``."""

    def create_resource(self, context: dg.InitResourceContext) -> Warehouse:
        """Read the environment, open the warehouse and bring its schema up to date."""
        return open_warehouse(Settings())
