"""Money: the only place where an amount is rounded or a share is taken.

Belongs here: conversion to whole tiyn (1/100 tenge), rounding half up, basis points.
Does not: where amounts come from, exchange-rate lookup, anything that reads or writes.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

TIYN_PER_TENGE = 100
BASIS_POINTS = 10_000

# Wide enough for every product of amount, unit of account and rate: no silent rounding before the one named here.
_EXACT = Context(prec=60)
_WHOLE = Decimal(1)


def round_half_up(value: Decimal) -> int:
    """Return the nearest whole number; a half goes away from zero, so a refund mirrors its payment."""
    return int(value.quantize(_WHOLE, rounding=ROUND_HALF_UP, context=_EXACT))


def exact_tiyn(amount: Decimal, multiplier: Decimal = _WHOLE, rate: Decimal = _WHOLE) -> Decimal:
    """Return ``amount x multiplier x rate`` in tiyn, unrounded."""
    product = _EXACT.multiply(_EXACT.multiply(amount, multiplier), rate)
    return _EXACT.multiply(product, Decimal(TIYN_PER_TENGE))


def to_tiyn(amount: Decimal, multiplier: Decimal = _WHOLE, rate: Decimal = _WHOLE) -> int:
    """Return ``amount x multiplier x rate`` in whole tiyn, rounded half up once.

    ``amount`` is in the unit of account, ``multiplier`` turns that unit into the currency (1000 for thousand tenge),
    ``rate`` is tenge for one unit of the currency.
    """
    return round_half_up(exact_tiyn(amount, multiplier, rate))


def share_of(amount_tiyn: int, fraction: Decimal) -> int:
    """Return ``fraction`` of an amount in whole tiyn, rounded half up (1% of a base, a forfeit in percent)."""
    return round_half_up(_EXACT.multiply(Decimal(amount_tiyn), fraction))


def ratio_bp(numerator: int, denominator: int) -> int:
    """Return ``numerator / denominator`` in basis points, rounded half up; 10000 when the denominator is 0."""
    if denominator == 0:
        return BASIS_POINTS
    return round_half_up(_EXACT.divide(Decimal(numerator * BASIS_POINTS), Decimal(denominator)))
