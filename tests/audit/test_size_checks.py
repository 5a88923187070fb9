"""How many observations a column can have."""

import pytest
from small_tables import SE, column, said

from spillover.audit.findings import AGREES, CANNOT, DISAGREES, ONLY_IF


@pytest.mark.parametrize(
    ("sigma2", "more", "verdict", "reading"),
    [
        ("0.5000", "", AGREES, ""),
        ("1.0000", "", ONLY_IF, "the figure is sigma, not its square"),
        ("0.7000", "", ONLY_IF, "standard errors are robust or clustered"),
        ("1.5000", "", DISAGREES, None),
        ("0.7000", 'covariance = "robust"', CANNOT, ""),
        ("0.7000", 'effects = "random"', CANNOT, ""),
    ],
)
def test_the_z_of_sigma2_tells_the_observations(paper, sigma2, more, verdict, reading):
    """z = sigma2 / 0.0408, and 2 z^2 is 300 for 0.5; sigma itself has twice the z."""
    text = f'model = "OLS"\nnobs = "300"\nsigma2 = ["{sigma2}", "(0.0408)"]\n{more}'
    ((found, first),) = said(paper(column(text)), "observations-z")
    assert found == verdict
    assert reading in (None, first)


@pytest.mark.parametrize(("second", "verdict"), [("120", AGREES), ("150", ONLY_IF)])
def test_groups_add_up_to_the_panel_or_overlap(paper, second, verdict):
    groups = (
        f'[[regression]]\nlabel = "{n}"\n{SE}subsample = "coast"\nnobs = "{n}"\n'
        for n in ("180", second)
    )
    table = '[panel]\nNT = "300"\n' + "".join(groups)
    assert [v for v, _ in said(paper(table), "subsamples")] == [verdict]
