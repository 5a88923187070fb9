"""Where other programs go wrong on Produc: our figures stand, and the fault gives theirs.

Numbers are those of the list in the chapter "Known answers". The peers' figures were printed by
splm 1.6-5, SDPDmod 0.0.6, spmixw 0.2.3 and spreg 1.9; spreg, which is installed, also runs here.
"""

import numpy as np
import pytest
import spreg
from numpy.testing import assert_allclose
from scipy import stats

from spillover.book.estimator_monte_carlo import random_places
from spillover.book.examples import load_produc
from spillover.book.peers import (
    FORMULA,
    MIXTURE_REPORTED,
    REPORTED,
    DummyLikelihood,
    condition_numbers,
    hausman_with_dummies,
    impact_rules,
    mixture_panel,
    tabled,
    without_spatial_covariance,
)
from spillover.measure.weights import k_nearest, row_standardise
from spillover.panel import SpatialPanel, combine_matrices, hausman, lm_tests
from spillover.panel.simulate import simulate_panel

# spreg 1.9 sorts its printed output in a way that pandas 3.1 deprecates.


@pytest.fixture(scope="module")
def produc():
    return load_produc()


@pytest.fixture(scope="module")
def models(produc):
    kinds = ("sar", "sem", "sdm")
    return {k: SpatialPanel.from_formula(FORMULA, *produc, model=k) for k in kinds}


@pytest.fixture(scope="module")
def as_spreg(produc, models):
    data = models["sar"].data
    return data.y.reshape(-1, 1), data.X.reshape(-1, data.K), produc[1].to_W()


# --- 1: the log-determinant off a table ---------------------------------------------------------


def test_1_a_table_makes_a_saw_tooth(models):
    exact = DummyLikelihood(models["sar"], "individual")
    table = tabled(models["sar"].log_determinant.value, 0.001)
    coarse = DummyLikelihood(models["sar"], "individual", log_determinant=table)
    grid = np.linspace(0.26, 0.29, 601)
    slopes = {
        name: np.diff([like.loglik(r) for r in grid])
        for name, like in {"exact": exact, "table": coarse}.items()
    }
    turns = {name: ((s[:-1] > 0) & (s[1:] < 0)).sum() for name, s in slopes.items()}
    assert turns["exact"] == 1
    assert turns["table"] >= 25
    assert max(coarse.loglik(r) for r in grid) > exact.maximise()[1] + 0.02


def test_1_rho_is_a_root_of_the_exact_score(models):
    fit = models["sar"].fit("individual", None)
    assert_allclose(fit.params["rho"], 0.27468871141387, atol=1e-9)
    sdpdmod_rho = REPORTED["SDPDmod 0.0.6", "sar", "individual", None, "spatial"]
    sdpdmod_loglik = REPORTED["SDPDmod 0.0.6", "sar", "individual", None, "loglik"]
    assert abs(sdpdmod_rho - fit.params["rho"]) > 0.003
    assert sdpdmod_loglik > fit.loglik + 0.03
    assert DummyLikelihood(models["sar"], "individual").loglik(sdpdmod_rho) < fit.loglik


# --- 2 and 12: the lag of the demeaned outcome --------------------------------------------------

SPLM_LOGLIK = {  # the constant that splm leaves out of the error model's is added
    ("sar", "time"): 842.724422011138,
    ("sar", "twoways"): 1659.44769448397,
    ("sdm", "time"): 937.577276481514,
    ("sdm", "twoways"): 1680.47353209021,
    ("sem", "time"): 900.0543847448039,
    ("sem", "twoways"): 1672.3382694820639,
}


@pytest.mark.parametrize("case", SPLM_LOGLIK, ids="-".join)
def test_2_and_12_lagging_demeaned_data_gives_splm(models, case):
    kind, effects = case
    r, loglik = DummyLikelihood(models[kind], effects, relag=True).maximise()
    assert_allclose(r, REPORTED["splm 1.6-5", kind, effects, None, "spatial"], atol=1e-6)
    assert_allclose(loglik, SPLM_LOGLIK[case], atol=1e-6)


@pytest.mark.parametrize("case", SPLM_LOGLIK, ids="-".join)
def test_2_and_12_ours_demeans_the_lag(models, case):
    kind, effects = case
    fit = models[kind].fit(effects, None)
    r, loglik = DummyLikelihood(models[kind], effects).maximise()
    assert_allclose(fit.params["lambda" if kind == "sem" else "rho"], r, atol=1e-7)
    assert_allclose(fit.loglik, loglik, atol=1e-9)
    assert loglik > SPLM_LOGLIK[case]


def test_2_the_two_agree_where_columns_sum_alike():
    ring = sum(np.roll(np.eye(12), k, axis=1) for k in (1, -1)) / 2
    frame = simulate_panel(ring, 6, [1.0], rho=0.3, effects="twoways", rng=1)
    model = SpatialPanel.from_formula("y ~ x1", frame, ring, model="sar")
    right, wrong = (DummyLikelihood(model, "twoways", relag=r).maximise() for r in (False, True))
    assert_allclose(right, wrong, atol=1e-7)


# --- 3: two estimators of the name Lee-Yu -------------------------------------------------------


def test_3_the_two_corrections_differ_and_both_raise_sigma2(models):
    fits = {c: models["sdm"].fit("twoways", c) for c in (None, "lee-yu", "lee-yu-direct")}
    rho = {c: fit.params["rho"] for c, fit in fits.items()}
    assert abs(rho["lee-yu"] - rho["lee-yu-direct"]) > 1e-4
    assert rho[None] < min(rho["lee-yu"], rho["lee-yu-direct"])
    splm_sigma2 = REPORTED["splm 1.6-5", "sdm", "twoways", "lee-yu", "sigma2"]
    sdpdmod_rho = REPORTED["SDPDmod 0.0.6", "sdm", "twoways", "lee-yu-direct", "spatial"]
    assert splm_sigma2 < fits[None].sigma2 < fits["lee-yu"].sigma2
    assert fits[None].sigma2 < fits["lee-yu-direct"].sigma2
    assert sdpdmod_rho > fits["lee-yu"].interval[1]


def test_3_individual_effects_have_one_answer(models):
    transformed, direct = (models["sar"].fit("individual", c) for c in ("lee-yu", "lee-yu-direct"))
    assert_allclose(transformed.params, direct.params, rtol=1e-7)
    assert_allclose(transformed.std_errors, direct.std_errors, rtol=1e-6)
    assert_allclose(transformed.sigma2, 0.001180840680, rtol=1e-7)


# --- 4: divisors of sigma2 ----------------------------------------------------------------------


@pytest.mark.parametrize("effects", ["individual", "time", "twoways"])
def test_4_sigma2_says_its_divisor(models, effects):
    T, N = 17, 48
    own, common = effects != "time", effects != "individual"
    for correction, count in ((None, N * T), ("lee-yu", (N - common) * (T - own))):
        fit = models["sdm"].fit(effects, correction)
        assert fit.nobs == count
        assert_allclose(fit.sigma2 * count, (fit.residuals**2).sum())
        assert any(f"count {count} observations" in note for note in fit.notes)


# --- 5: constants of the log-likelihood ---------------------------------------------------------


def test_5_log_likelihood_of_the_error_model_is_complete(models):
    fit = models["sem"].fit("individual", None)
    n = fit.nobs
    splm_printed = 1634.0206804688432 - n / 2 * (np.log(n) - 1 - np.log(2 * np.pi))
    assert_allclose(fit.loglik - splm_printed, n / 2 * (np.log(n) - 1 - np.log(2 * np.pi)))
    density = stats.norm.logpdf(fit.residuals, scale=np.sqrt(fit.sigma2)).sum()
    jacobian = 17 * float(models["sem"].log_determinant.value(fit.params["lambda"]))
    assert_allclose(fit.loglik, density + jacobian)


def test_5_log_likelihood_belongs_to_the_correction(models):
    fits = {c: models["sar"].fit("twoways", c) for c in (None, "lee-yu")}
    splm_printed = REPORTED["splm 1.6-5", "sar", "twoways", "lee-yu", "loglik"]
    assert_allclose(fits[None].loglik, splm_printed, atol=0.05)
    assert_allclose(fits["lee-yu"].loglik, 1502.1783211976792, atol=1e-8)


# --- 6: scaling before inversion ----------------------------------------------------------------


def test_6_scaling_improves_the_condition_and_the_standard_error_is_exact(models):
    fit = models["sdm"].fit("individual", "lee-yu", covariance="classic")
    numbers = condition_numbers(fit)
    assert numbers["scaled"] < 1e-3 * numbers["as it is"]
    sdpdmod = REPORTED["SDPDmod 0.0.6", "sdm", "individual", "lee-yu", "se"]
    assert_allclose(fit.std_errors["rho"], 0.03673514857, rtol=1e-7)
    assert sdpdmod > 4 * fit.std_errors["rho"]


def test_6_units_do_not_matter(produc, models):
    frame = produc[0].assign(unemp=produc[0]["unemp"] * 1e8)
    far = SpatialPanel.from_formula(FORMULA, frame, produc[1], model="sdm").fit("individual", None)
    near = models["sdm"].fit("individual", None)
    assert_allclose(far.tstats, near.tstats, rtol=1e-6)
    assert condition_numbers(far)["as it is"] > 1e10 * condition_numbers(far)["scaled"]


# --- 7: impacts of the Durbin model -------------------------------------------------------------


def test_7_impacts_are_averages_of_the_whole_matrix(models):
    fit = models["sdm"].fit("individual", None)
    W, p = fit.model.data.W.toarray(), fit.params
    for name in fit.model.data.names:
        effect = np.linalg.inv(np.eye(48) - p["rho"] * W) @ (
            p[name] * np.eye(48) + p[f"W*{name}"] * W
        )
        direct, total = np.diag(effect).mean(), effect.sum(axis=1).mean()
        ours = fit.impacts().loc[name, "estimate"]
        assert_allclose(ours[["direct", "indirect", "total"]], [direct, total - direct, total])


def test_7_spreg_leaves_theta_out_of_the_direct_impact(models, as_spreg):
    y, X, w = as_spreg
    peer = spreg.ML_LagFE(y, X, w, slx_lags=1, spat_impacts="full")
    printed = [line.split() for line in peer.summary.split("IMPACTS")[1].splitlines()[3:7]]
    peer_direct, _, peer_total = np.array([line[1:] for line in printed], float).T
    rules = impact_rules(models["sdm"].fit("individual", None))
    assert_allclose(peer_direct, rules["theta as spillover", "direct"], atol=6e-5)
    assert_allclose(peer_total, rules["exact", "total"], atol=6e-5)
    assert abs(peer_direct - rules["exact", "direct"]).max() > 0.05


def test_7_rules_agree_without_theta(models):
    exact = models["sar"].fit("individual", None).impacts()["estimate"].unstack()
    rules = impact_rules(models["sar"].fit("individual", None))
    for rule in rules.columns.unique("rule"):
        assert_allclose(rules[rule], exact.loc[rules.index, rules[rule].columns])


# --- 8: Hausman ---------------------------------------------------------------------------------


def test_8_hausman_is_honest(models):
    plain, robust = hausman(models["sar"], "classic"), hausman(models["sar"], "robust")
    assert np.isnan(plain.statistic)
    assert "not positive definite" in plain.note
    assert robust.statistic > 0
    assert np.isfinite(hausman_with_dummies(models["sar"]))


def test_8_spreg_turns_the_difference_round_and_counts_a_parameter_too_many(models, as_spreg):
    y, X, w = as_spreg
    fixed, random = spreg.Panel_FE_Lag(y, X, w), spreg.Panel_RE_Lag(y, X, w)
    statistic, p_value = spreg.panel_Hausman(fixed, random)
    d = fixed.betas - random.betas[1:-1]
    V = random.varb[1:, 1:] - fixed.varb
    assert_allclose(statistic, (d.T @ np.linalg.inv(V) @ d).item())
    assert statistic < 0
    assert p_value == 1
    assert len(d) == hausman(models["sar"], "classic").df == random.k - 1
    ours = models["sar"].fit("individual", None).params
    assert_allclose(fixed.betas.ravel(), ours, atol=1e-6)


# --- 9: Lagrange multipliers --------------------------------------------------------------------


def test_9_spreg_squares_a_trace(models, as_spreg):
    ours = lm_tests(models["sar"], "none").loc["none", "statistic"]
    peers = {
        "lag": spreg.panel_LMlag,
        "error": spreg.panel_LMerror,
        "robust lag": spreg.panel_rLMlag,
        "robust error": spreg.panel_rLMerror,
    }
    n, k = 816, 5
    divisor = (n - k) / n  # spreg divides the residual sum of squares by n - k
    statistic = {name: float(test(*as_spreg)[0]) for name, test in peers.items()}
    assert_allclose(statistic["error"], ours["error"] * divisor**2, rtol=1e-9)
    for name in ("robust lag", "robust error"):
        assert_allclose(statistic[name], ours[name], rtol=0.02)


def test_9_the_squared_trace_hides_a_spatial_lag():
    W = row_standardise(k_nearest(random_places(300, seed=1), 4))
    frame = simulate_panel(W, 3, [0.1], rho=0.25, rng=2)
    model = SpatialPanel.from_formula("y ~ x1", frame, W, model="sar")
    data = model.data
    statistic, p_value = spreg.panel_LMlag(data.y.reshape(-1, 1), data.X.reshape(-1, 1), W.to_W())
    ours = lm_tests(model, "none").loc[("none", "lag")]
    assert ours["p_value"] < 1e-6
    assert p_value > 0.05
    assert ours["statistic"] > 20 * statistic


# --- 11: covariance of rho and the coefficients -------------------------------------------------


def test_11_leaving_out_a_covariance_inflates_impacts(models):
    fit = models["sdm"].fit("individual", None)
    ratio = without_spatial_covariance(fit).impacts()["std_error"] / fit.impacts()["std_error"]
    assert ratio.min() >= 1
    assert ratio.xs("indirect", level="impact").max() > 1.3


def test_11_both_kinds_of_information_are_offered(models):
    errors = {
        k: models["sdm"].fit("twoways", None, covariance=k).std_errors
        for k in ("expected", "observed")
    }
    assert_allclose(errors["expected"], errors["observed"], rtol=0.05)
    assert not np.allclose(errors["expected"], errors["observed"], rtol=1e-4)
    assert abs(models["sdm"].fit("twoways", None).cov.loc["rho", "np.log(emp)"]) > 1e-6


# --- where spreg is right -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sar", "sem"])
def test_spreg_agrees_on_individual_effects(models, as_spreg, kind):
    peer = {"sar": spreg.ML_LagFE, "sem": spreg.ML_ErrorFE}[kind]
    theirs, ours = (
        peer(*as_spreg),
        models[kind].fit("individual", None, covariance="classic"),
    )
    assert_allclose(theirs.betas.ravel(), ours.params, atol=1e-6)
    assert_allclose(theirs.logll, ours.loglik, atol=1e-8)
    assert_allclose(np.ravel(theirs.std_err)[: len(ours.params)], ours.std_errors, rtol=1e-5)


def test_spreg_agrees_on_random_effects_of_the_lag_model(models, as_spreg):
    theirs, ours = spreg.ML_LagRE(*as_spreg), models["sar"].fit("random")
    assert_allclose(theirs.betas.ravel()[: len(ours.params)], ours.params, atol=2e-5)


# --- 13: the lags of a mixture ------------------------------------------------------------------


def test_13_a_lag_taken_for_a_regressor_gives_spmixws_impacts():
    """Its draws are random: their means agree with the rule to Monte Carlo error."""
    frame, pair, truth = mixture_panel()
    start = SpatialPanel.from_formula("y ~ x1", frame, pair["first"])
    found = combine_matrices(start, pair)
    impacts = found.impacts().loc["x1"]
    assert (abs(impacts["estimate"] - truth) < 2 * impacts["std_error"]).all()
    peer = MIXTURE_REPORTED
    assert peer["x1"] / (1 - peer["rho"]) == pytest.approx(peer["total"], rel=0.02)
    implied = (peer["x1"] + peer["W1*x1"] + peer["W2*x1"]) / (1 - peer["rho"])
    assert abs(implied - truth["total"]) < 2 * impacts.loc["total", "std_error"]
    assert truth["total"] - peer["total"] > 4 * impacts.loc["total", "std_error"]
    assert abs(peer["first share"] - 0.7) < 4 * found.std_errors["first"]
