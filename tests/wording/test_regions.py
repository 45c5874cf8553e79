"""Names of regions: by any code that lies in one, in three languages; an unknown code stays as it is."""

import re

import pytest

from pipelines.wording.regions import region_name, region_names


@pytest.mark.parametrize(
    ("kato", "name"),
    [
        ("231010000", "Атырауская область"),
        ("750000000", "Алматы"),
        (None, "Не указан"),
        ("-", "Не указан"),
        ("990000000", "990000000"),
    ],
)
def test_a_region_is_named_by_the_first_two_digits(kato, name):
    assert region_name(kato, "ru") == name


def test_every_region_has_a_name_in_every_language():
    assert len(region_names()) == 22
    for code, name in region_names().items():
        assert re.fullmatch("-|[0-9]{9}", code)
        assert re.search("[а-я]", name.ru)
        assert not re.search("[а-яё]", name.en, re.IGNORECASE)
