"""Views in tenge: the same rows for people."""

import sqlalchemy as sa

from schemas.tables import metadata
from schemas.views import kzt_views
from tests.sql.given import insert


def test_every_table_with_amounts_has_a_view() -> None:
    with_amounts = {
        table.name for table in metadata.sorted_tables if any(column.name.endswith("_tiyn") for column in table.columns)
    }
    assert {view.name for view in kzt_views(metadata)} == {f"{name}_kzt" for name in with_amounts}


def test_every_view_can_be_made_and_read(connection: sa.Connection) -> None:
    for view in kzt_views(metadata):
        connection.execute(sa.text(f'CREATE VIEW "{view.name}" AS {view.select}'))
        result = connection.execute(sa.text(f'SELECT * FROM "{view.name}"'))  # noqa: S608
        table = metadata.tables[view.name.removesuffix("_kzt")]
        assert list(result.keys()) == [name.replace("_tiyn", "_kzt") for name in table.columns.keys()]  # noqa: SIM118


def test_a_view_shows_tenge_and_keeps_unknown_unknown(connection: sa.Connection) -> None:
    insert(connection, {"compliance_by_unit": [{"unit_no": "A", "recognised_tiyn": 12345}]})
    view = next(view for view in kzt_views(metadata) if view.name == "compliance_by_unit_kzt")
    row = connection.execute(sa.text(view.select)).mappings().one()
    assert float(row["recognised_kzt"]) == 123.45
    assert row["due_kzt"] is None
    assert row["unit_no"] == "A"
