"""Names and numbers of the invented country.

Belongs here: company names, deposits, business identification numbers with a valid control digit.
Does not: who bears them (``population``). No name is meant to be a real company's.
"""

from random import Random

from pipelines.demo.country import country, weighted
from schemas.bin_number import check_digit

RESIDENT_HEAD_OFFICE = "40"
SERIALS = 100_000


class BinIssuer:
    """Issues business identification numbers, each once."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._issued: set[str] = set()

    def company(self, registered_in: int) -> str:
        """A new BIN of a resident head office: year, month, 40, serial, control digit."""
        while True:
            month = self._rng.randint(1, 12)
            serial = self._rng.randrange(SERIALS)
            stem = f"{registered_in % 100:02d}{month:02d}{RESIDENT_HEAD_OFFICE}{serial:05d}"
            control = check_digit(stem)
            if control is not None and stem not in self._issued:
                self._issued.add(stem)
                return f"{stem}{control}"


def company_names(rng: Random, sector: str, count: int) -> list[str]:
    """``count`` different names of companies of a sector, in quotes after the legal form."""
    names = country()["names"]
    stems = [f"{root} {ending}" for root in names["roots"] for ending in names["endings"][sector]]
    rng.shuffle(stems)
    stems = [f"{stem} {round_ + 1}" if round_ else stem for round_ in range(1 + count // len(stems)) for stem in stems]
    return [f"{weighted(rng, names['legal_forms'])} «{stem}»" for stem in stems[:count]]


def place_of(rng: Random) -> str:
    """Name of a deposit."""
    names = country()["names"]
    return f"{rng.choice(names['roots'])} {rng.choice(names['deposits'])}"
