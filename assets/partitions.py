"""Partitions: the one axis of the project, the reporting year.

Belongs here: the definition and the mapping to the year before. Does not: which assets use it.
"""

import dagster as dg

FIRST_YEAR = "2018"  # the Subsoil Code entered into force on 29.06.2018 (pipelines/statute/code_start.yaml)

# end_offset makes the running year a partition: filings for it arrive before it is over.
report_years = dg.TimeWindowPartitionsDefinition(
    start=FIRST_YEAR, fmt="%Y", cron_schedule="0 0 1 1 *", timezone="Asia/Almaty", end_offset=1
)

year_before = dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)
