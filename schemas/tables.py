"""Tables: the one place to import the warehouse's metadata with every table in it.

Belongs here: nothing but the assembly. Does not: any definition.
"""

from schemas import marts, received, reference, registers, trail, verdicts
from schemas.columns import metadata

__all__ = ["marts", "metadata", "received", "reference", "registers", "trail", "verdicts"]
