# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Comparing numbers with what Keras computed. Every function raises Mismatch with the worst element."""
import re

import numpy as np

RTOL = ATOL = 1e-5


class Mismatch(Exception):
    pass


def close(what, got, expected, rtol=RTOL, atol=ATOL):
    """Requires |got - expected| <= atol + rtol*|expected| everywhere, and no NaN in what was computed."""
    got, expected = np.asarray(got, np.float64), np.asarray(expected, np.float64)
    if got.shape != expected.shape:
        raise Mismatch(f"{what}: expected shape {expected.shape}, got {got.shape}")
    excess = np.abs(got - expected) - (atol + rtol * np.abs(expected))
    if got.size and not (excess <= 0).all():
        worst = np.unravel_index(np.nanargmax(np.where(np.isnan(excess), np.inf, excess)), excess.shape)
        raise Mismatch(f"{what}{list(map(int, worst))}: expected {expected[worst]:.9g}, got {got[worst]:.9g} "
                       f"(rtol {rtol:g}, atol {atol:g}; {int((~(excess <= 0)).sum())} of {got.size} differ)")


NUMBER = re.compile(r"-?\d+\.\d+(?:[eE][-+]?\d+)?|-?\d+(?:[eE][-+]?\d+)?")


def last_digit(number):
    """One unit in the last printed digit of a number: 0.01 for '1.25', 1e-05 for '1.234e-02', 0 for '12'."""
    mantissa, _, exponent = number.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 10.0 ** (int(exponent or 0) - decimals) if "." in mantissa or exponent else 0.0


def same_text(what, got, expected):
    """Requires equal text, line by line; printed fractions may differ by one unit in the last digit."""
    got_lines, expected_lines = got.strip().splitlines(), expected.strip().splitlines()
    if len(got_lines) != len(expected_lines):
        raise Mismatch(f"{what}: expected {len(expected_lines)} lines, got {len(got_lines)}:\n{got}")
    for number, (mine, theirs) in enumerate(zip(got_lines, expected_lines), 1):
        values, wanted = NUMBER.findall(mine), NUMBER.findall(theirs)
        same = NUMBER.sub("#", mine) == NUMBER.sub("#", theirs) and len(values) == len(wanted)
        if not same or any(abs(float(a) - float(b)) > 1.001 * last_digit(b) for a, b in zip(values, wanted)):
            raise Mismatch(f"{what}, line {number}:\n  expected {theirs}\n  got      {mine}")
