"""``nedra migrate``: an empty database gets its tables, an up-to-date one stays."""

import sys

import pytest
import sqlalchemy as sa

from assets.cli.app import main
from schemas.tables import metadata


@pytest.fixture
def migrate(monkeypatch, capsys):
    def call(url):
        monkeypatch.setenv("NEDRA_DATABASE_URL", url)
        monkeypatch.setattr(sys, "argv", ["nedra", "migrate"])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capsys.readouterr()

    return call


def test_an_empty_database_gets_every_table_and_a_full_one_stays(migrate, new_url):
    url = new_url()
    for _ in range(2):
        code, told = migrate(url)
        assert (code, "has schema" in told.out) == (0, True)
    engine = sa.create_engine(url)
    assert set(metadata.tables) <= set(sa.inspect(engine).get_table_names())
    engine.dispose()
