"""Broken files: whatever arrives under the name of a filing, each file has one row, and everybody else is computed."""

import random
import zipfile
from io import BytesIO

from tests.books import filing
from tests.homes import User, a_home

SEED = 9
FILES = 60


def broken(rng, data):
    """Return a workbook with a few bytes of a part, or of the archive itself, replaced, dropped or doubled."""
    if rng.random() < 1 / 3:
        return spoilt(rng, data)
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = rng.choice(old.namelist())
        for name in old.namelist():
            new.writestr(name, spoilt(rng, old.read(name)) if name == chosen else old.read(name))
    return result.getvalue()


def spoilt(rng, content):
    begin = rng.randrange(len(content))
    end = min(len(content), begin + rng.randrange(40))
    middle = rng.choice([b"", rng.randbytes(5), content[begin:end] * 2, b"<", b"&#49;", b'"', b"<!-- -->"])
    return content[:begin] + middle + content[end:]


def test_each_broken_file_has_one_row_and_ends_no_year(tmp_path):
    rng, user = random.Random(SEED), User(1)  # noqa: S311 - no secret is made
    files = {f"broken-{k:02}.xlsx": broken(rng, filing()) for k in range(FILES)}
    with a_home(tmp_path) as home:
        home.register("units", [user.record()])
        home.hand_in("sound.xlsx", user.filing())
        for name, data in files.items():
            home.hand_in(name, data)
        home.run(2025)
        told = dict(home.rows("filings", "file_name", "status"))
        assert len(home.rows("filings", "file_name")) == len(told) == len(files) + 1
        assert told["sound.xlsx"] == "accepted"
        assert set(told.values()) >= {"accepted", "rejected"}
        named = {name for (name,) in home.rows("findings", "file_name")}
        assert named >= {name for name, status in told.items() if status == "rejected"}
