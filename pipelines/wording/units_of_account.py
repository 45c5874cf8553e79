"""Units of account: what so many tenge in one are called on the form, and in the reader's language.

Here: tenge, thousand and million tenge by their multiplier. Not here: the list (``layouts/vocabulary.yaml``), finding a
unit in a text (``pipelines.intake.form.unit_of_account``).
"""

from pipelines.layouts.loader import Choice, vocabularies
from pipelines.wording import numbers
from schemas.money import TIYN_PER_TENGE


def unit_name(tenge: int) -> str:
    """Return the form's word for a unit of account of so many tenge, or their number for one the form does not know."""
    choice = _choice(tenge)
    return choice.value if choice else numbers.with_currency(tenge * TIYN_PER_TENGE)


def unit_words(tenge: int | str, language: str) -> str:
    """Return a unit of account of so many tenge in ru, kk or en."""
    choice = _choice(int(tenge))
    if choice is not None:
        return str(getattr(choice.labels, language))
    return f"{numbers.whole(int(tenge), language)} {unit_words(1, language)}"


def _choice(tenge: int) -> Choice | None:
    choices = vocabularies()["unit_of_account"].choices
    return next((choice for choice in choices if int(choice.multiplier or 1) == tenge), None)
