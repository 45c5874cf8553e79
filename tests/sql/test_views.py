"""Views: the same rows in tenge for people, and versions of verdicts for auditors."""

import sqlalchemy as sa

from schemas.tables import metadata
from schemas.views import all_views, kzt_views, versions_view
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


def test_versions_are_the_history_without_its_json_and_with_the_instants_between_which_they_held(
    connection: sa.Connection,
) -> None:
    view = versions_view(metadata)
    connection.execute(sa.text(f'CREATE VIEW "{view.name}" AS {view.select}'))
    names = connection.execute(sa.text(f'SELECT * FROM "{view.name}"')).keys()  # noqa: S608
    renamed = {"recorded_at": "valid_from", "superseded_at": "valid_to"}
    history = [column.name for column in metadata.tables["compliance_history"].columns]
    assert list(names) == [renamed.get(name, name) for name in history if name != "argument"]
    assert view in all_views(metadata)


def test_a_view_shows_tenge_and_keeps_unknown_unknown(connection: sa.Connection) -> None:
    insert(connection, {"compliance_by_unit": [{"unit_no": "A", "recognised_tiyn": 12345}]})
    view = next(view for view in kzt_views(metadata) if view.name == "compliance_by_unit_kzt")
    row = connection.execute(sa.text(view.select)).mappings().one()
    assert float(row["recognised_kzt"]) == 123.45
    assert row["due_kzt"] is None
    assert row["unit_no"] == "A"
