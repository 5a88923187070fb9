"""Numbers in text as print has them."""

import pytest

from spillover.text import typeset


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("goes with -0.57 (-0.65 to -.48)", "goes with −0.57 (−0.65 to −.48)"),
        ("变化-0.568（区间-0.654至-0.481）", "变化−0.568（区间−0.654至−0.481）"),
        ("2013-2021, x-1, 指标-1 and 10^{-8}", "2013-2021, x-1, 指标-1 and 10^{-8}"),
        ("-0.00", "0.00"),
    ],
)
def test_numbers_have_a_true_minus_and_names_keep_their_hyphen(written, printed):
    assert typeset(written) == printed
