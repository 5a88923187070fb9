"""The book's own study for every outcome: what stands side by side is the same study's."""

import pytest

from spillover.datasets import load_provinces
from spillover.paper import outcomes
from spillover.study import chain


@pytest.fixture(scope="module")
def study():
    return outcomes.provincial_study(load_provinces(local=None), "patents_granted")


def test_years_that_the_outcome_does_not_cover_are_named():
    panel = load_provinces(local=None)
    with pytest.raises(ValueError, match=r"culture_wage_bill_100m_yuan is not known .* in 2021"):
        outcomes.provincial_study(panel, years=[2019, 2020, 2021])


def test_every_step_of_the_chain_stands_beside_those_of_other_outcomes(study, monkeypatch):
    both = [("patents", scale, each) for scale, each in outcomes.both_scales(study).items()]
    monkeypatch.setattr(outcomes, "studies", lambda panel: both)
    steps = outcomes.chain_by_outcome(None)
    for _, scale, each in both:
        found = steps.xs("patents", level="outcome").xs(scale, level="scale")
        figure, fit = found["figure"].to_dict(), each.fit()
        direct = fit.impacts().loc[(outcomes.FOCUS, "direct")]
        assert figure["Impact", "direct"] == pytest.approx(direct["estimate"])
        assert figure["SDM", "rho"] == pytest.approx(fit.params["rho"])
        assert figure["LR, SDM against", "SAR"] == pytest.approx(fit.lr("sar").statistic)
        moran = chain.moran(each).query("weights == @each.headline and variable == @each.outcome")
        for year, value in zip(moran["year"], moran["moran_i"], strict=True):
            assert figure["Moran's I", str(year)] == value
    assert {"Random effects", "Fixed effects, LR", "LM"} < set(found.index.unique("step"))
