import numpy as np
import pytest
from esda import Moran
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from spillover.audit import inverse
from spillover.audit.intervals import Interval
from spillover.datasets import load_rd_personnel, load_rd_projects_2009, load_regions
from spillover.measure.autocorrelation import Moments, moran_i, moran_range
from spillover.measure.weights import gravity
from spillover.paper.consistency import WEIGHTS, moran_table
from spillover.paper.matrices import weights_inverse as wi

RHO = -0.468


@pytest.fixture(scope="module")
def own():
    return wi.own_matrix("rd_personnel")


def random_weights(seed, n=12):
    W = np.random.default_rng(seed).random((n, n))
    np.fill_diagonal(W, 0)
    return W / W.sum(axis=1).max()


@given(st.integers(0, 50), st.floats(-0.8, 0.8), st.floats(-2, 2), st.floats(-2, 2))
def test_impacts_depend_on_the_matrix_through_two_scalars(seed, rho, beta, theta):
    W = random_weights(seed)
    S = np.linalg.inv(np.eye(12) - rho * W)
    impacts = S @ (beta * np.eye(12) + theta * W)
    b, t = inverse.scalars(W, rho)
    assert np.trace(impacts) / 12 == pytest.approx(beta + b * (theta + rho * beta), abs=1e-9)
    assert impacts.sum() / 12 == pytest.approx(beta + t * (theta + rho * beta), abs=1e-9)


def test_row_standardised_matrices_have_one_total(own):
    assert inverse.scalars(own, RHO)[1] == pytest.approx(1 / (1 - RHO))
    assert inverse.scalars(inverse.row_standardised(random_weights(3)), RHO)[1] == pytest.approx(
        1 / (1 - RHO)
    )


def test_implied_scalars_solve_for_the_matrix(own):
    """Impacts made from a known matrix lead back to its scalars."""
    report = wi.reported("rd_personnel")
    direct, total = report.predicted(report.at(own))
    exact = inverse.Reported(
        report.beta,
        report.theta,
        report.rho,
        {name: Interval(x, x) for name, x in (("direct", direct), ("total", total))},
        report.errors,
    )
    for implied, true in zip(exact.scalars(), inverse.scalars(own, RHO), strict=True):
        assert implied.low < true < implied.high
    assert exact.p_value(own) == pytest.approx(1)
    assert exact.p_value(inverse.row_standardised(wi.raw_links()["contiguity"])) < 1e-6


def test_the_distance_has_two_degrees_of_freedom(own):
    """Of these the upper tail of chi-squared is exp(-x / 2)."""
    report = wi.reported("rd_personnel")
    tail = np.exp(-report.distance(own) / 2)
    assert 0 < tail < 1
    assert report.p_value(own) == pytest.approx(tail)


def test_covariance_follows_from_three_errors():
    report = wi.reported("rd_personnel")
    covariance = report.covariance()
    contrast = np.array([-1, 1])
    assert contrast @ covariance @ contrast == pytest.approx(report.errors["indirect"] ** 2)


def test_the_test_has_its_level_and_power_by_simulation(own):
    """Means of 500 draws from the printed covariance: refusals at 5 per cent, power as computed."""
    report, rng = wi.reported("rd_personnel"), np.random.default_rng(5)
    noise = report.noise(own, inverse.DRAWS)
    other = inverse.row_standardised(wi.raw_links()["inverse distance, d^2"])
    shift = report.predicted(report.at(own)) - report.predicted(report.at(other))
    points = rng.multivariate_normal(np.zeros(2), noise, 20_000)
    bound = stats.chi2.isf(0.05, 2)

    def stands(x, cov):
        return (np.einsum("ni,ij,nj->n", x, np.linalg.inv(cov), x) < bound).mean()

    table = inverse.discrimination(wi.candidates(), report)
    same = ("gravity of personnel, d^2", "row-standardised")
    different = ("inverse distance, d^2", "row-standardised")
    assert stands(points, noise) == pytest.approx(table.loc[same, same], abs=0.006)
    other_noise = report.noise(other, inverse.DRAWS)
    assert stands(points + shift, other_noise) == pytest.approx(
        table.loc[same, different], abs=0.006
    )


def test_printed_direct_effects_single_out_gravity_with_squared_distance():
    for weights in WEIGHTS:
        gaps = wi.compatibility(weights)["direct_gap"].xs("row-standardised", level="normalisation")
        fitting = set(gaps.index[gaps.abs() < 1.96])
        assert fitting == {"gravity of personnel, d^2", "gravity of capital, d^2"}


def test_no_candidate_explains_all_tables():
    for weights in WEIGHTS:
        table = wi.compatibility(weights)
        assert table["table3"].any()
        assert not (table["table3"] & table["table5"]).any()


def test_most_draws_is_where_the_p_value_crosses(own):
    report = wi.reported("rd_personnel")
    draws = report.most_draws(own)
    assert report.p_value(own, draws) >= 0.05 > report.p_value(own, draws + 2)


def test_a_province_without_links_lowers_the_total():
    W = wi.raw_links()["gravity of personnel, d^2"]
    empty = wi.with_empty_rows(W, ["Tibet"])
    assert empty.sum(axis=1).min() == 0
    assert np.sort(empty.sum(axis=1))[1] == pytest.approx(1)
    assert inverse.scalars(empty, RHO)[1] == pytest.approx(30 / 31 / (1 - RHO))


def test_scale_curve_passes_through_the_spectral_scaling():
    W = wi.raw_links()["gravity of personnel, d^2"]
    curve = inverse.scale_curve(W, RHO, steps=400)
    b, t = inverse.scalars(W / inverse.spectral_radius(W), RHO)
    assert np.interp(1, curve["scale"], curve["b"]) == pytest.approx(b, rel=1e-3)
    assert np.interp(1, curve["scale"], curve["t"]) == pytest.approx(t, rel=1e-3)
    assert inverse.admissible(curve["scale"].iloc[-1] * W / inverse.spectral_radius(W), RHO)


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("seed", [1, 2])
def test_moran_moments_are_those_of_esda(seed):
    graph = gravity(load_rd_projects_2009()["personnel_fte"], load_regions().sort_index())
    W = graph.sparse.toarray()
    x = np.exp(np.random.default_rng(seed).standard_normal(31))
    peer = Moran(x, graph, permutations=0, transformation="o")
    z = x - x.mean()
    kurtosis = 31 * (z**4).sum() / (z @ z) ** 2
    intercept, slope = Moments.of(W).line
    assert moran_i(x, W) == pytest.approx(peer.I)
    assert intercept - slope * kurtosis == pytest.approx(peer.VI_rand)
    assert Moments.of(W).se_normal ** 2 == pytest.approx(peer.VI_norm)
    assert inverse.implied_kurtosis(W, peer.seI_rand) == pytest.approx(kurtosis)
    assert inverse.moran_sd_range(W).meets(peer.seI_rand)


def boxes(points, half=0.01):
    return [(Interval(x - half, x + half), Interval(y - half, y + half)) for x, y in points]


@pytest.mark.parametrize("slope", [0.0, 0.3, 1.0, 7.0, -2.0, -0.1])
def test_points_on_a_line_are_found_to_be_on_one(slope):
    assert inverse.one_line_through(boxes([(x, slope * x + 1) for x in range(5)]))


def test_points_on_a_vertical_line_too():
    assert inverse.one_line_through(boxes([(1, y) for y in range(5)]))


def test_points_off_a_line_are_found_to_be_off():
    assert not inverse.one_line_through(boxes([(0, 0), (1, 1), (2, 0)]))
    assert inverse.one_line_through(boxes([(0, 0), (1, 0.015), (2, 0)]))


def test_fixed_matrices_would_pass_and_table_3_does_not():
    """Two fixed matrices and any kurtoses give variances on one line; the printed ones are not."""
    raw = wi.raw_links()
    lines = [Moments.of(raw[f"gravity of {m}, d^2"]).line for m in ("personnel", "capital")]
    kurtoses = np.linspace(3, 9, 18)
    points = [tuple(a - b * k for a, b in lines) for k in kurtoses]
    assert inverse.one_line_through(boxes(points, half=1e-6))
    assert not wi.fixed_matrices_possible()
    assert not wi.fixed_matrices_possible(without=[2013])
    assert wi.fixed_matrices_possible(without=range(2014, 2022))


def test_2013_is_the_odd_cell():
    ratio = wi.sd_ratio()
    others = ratio.drop(2013)
    assert others.stack().between(1.038, 1.044).all()
    assert ratio.loc[2013, "rd_personnel"] < 1.03


def test_error_of_rho_is_that_of_a_pure_spatial_model(own):
    """The bound is the inverse root of the information about rho without regressors."""
    bound = inverse.largest_error_of_rho(own, RHO, periods=9)
    assert 0.095 < bound < 0.2
    assert inverse.largest_error_of_rho(own, RHO, periods=36) == pytest.approx(bound / 2)
    h = 1e-4
    n = len(own)

    def expected_loglik(rho):
        """Expected log-likelihood a period, variance concentrated out, at true value RHO."""
        A = np.eye(n) - rho * own
        B = A @ np.linalg.inv(np.eye(n) - RHO * own)
        return np.linalg.slogdet(A)[1] - n / 2 * np.log(np.sum(B * B) / n)

    curvature = (
        expected_loglik(RHO + h) - 2 * expected_loglik(RHO) + expected_loglik(RHO - h)
    ) / h**2
    assert (-9 * curvature) ** -0.5 == pytest.approx(bound, rel=1e-3)


@pytest.mark.parametrize("weights", WEIGHTS)
def test_the_time_of_the_masses_moves_the_answer_little(weights):
    table = wi.vintages(weights)
    assert list(table.index) == [2009, "2010-2012", *range(2013, 2022), "2013-2021"]
    assert table["b"].between(-0.053, -0.047).all()
    assert (table["direct_gap"].abs() < 0.7).all()


@pytest.mark.parametrize("weights", WEIGHTS)
def test_the_mean_of_the_papers_years_fits_the_direct_impact_best(weights):
    gaps = wi.vintages(weights)["direct_gap"].abs()
    assert gaps["2013-2021"] < 0.1
    assert gaps["2013-2021"] < gaps[2009]


def test_masses_by_hand():
    by_year = load_rd_personnel().unstack("year")
    assert np.allclose(wi.masses(2015)["rd_personnel"], by_year[2015])
    mean = by_year[list(range(2013, 2022))].mean(axis=1)
    assert np.allclose(wi.masses()["rd_personnel"], mean)
    assert np.allclose(wi.masses(2009)["rd_personnel"], load_rd_projects_2009()["personnel_fte"])


def test_a_matrix_that_stays_gives_the_figures_of_one(monkeypatch):
    """The yearly formulas reduce to the fixed ones when all years have the same matrix."""
    W = wi.raw_links()["gravity of personnel, d^2"]
    monkeypatch.setattr(wi, "yearly_links", lambda _: dict.fromkeys(wi.PAPER_YEARS, W))
    found, report = wi.yearly_impacts("rd_personnel"), wi.reported("rd_personnel")
    own = wi.own_matrix("rd_personnel")
    assert (found["b"], found["t"]) == pytest.approx(inverse.scalars(own, report.rho.middle))
    assert found["p_value"] == pytest.approx(report.p_value(own))
    bound = inverse.largest_error_of_rho(own, report.rho.middle, len(wi.PAPER_YEARS))
    assert found["largest_error_of_rho"] == pytest.approx(bound)


def test_yearly_raw_links_of_personnel_permit_all_of_table_3_and_standardised_ones_none():
    raw = wi.yearly_deviations("rd_personnel")
    assert len(raw) == 18
    assert raw["possible"].all()
    assert raw["kurtosis"].between(1, 30).all()
    standardised = wi.yearly_deviations("rd_personnel", inverse.row_standardised)
    assert not standardised["possible"].any()
    capital = wi.yearly_deviations("rd_capital")
    assert not capital.loc[(2021, "dig"), "possible"]


def test_candidates_cover_the_list():
    keys = wi.candidates()
    assert len(keys) == 7 * 4
    for (_, name), W in keys.items():
        assert not np.diag(W).any()
        if name == "row-standardised":
            assert W.sum(axis=1) == pytest.approx(1)
        if name == "raw, spectral scaling":
            assert inverse.spectral_radius(W) == pytest.approx(1)


def test_printed_moran_values_fit_under_the_ceiling_of_raw_links():
    ceiling = moran_range(wi.raw_links()["gravity of capital, d^2"])[1]
    assert all(i.high < ceiling for i in moran_table()["moran_i"])
