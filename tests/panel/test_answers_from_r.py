"""What R prints for Munnell's US states, and what it takes to get our figures from it.

R 4.2.2 with splm 1.6-5, spatialreg 1.2-6, spdep 1.2-7, plm 2.6-2 and SDPDmod 0.0.6. The error's
own weights, where a model has them, are the neighbours of neighbours. spatialreg estimates on the
stacked panel with explicit dummies, hence also two-way effects exactly; of splm only individual
and random effects are used here (its time effects: `tests/book/test_peers.py`). Searches in R stop
where the log-likelihood no longer moves in its tenth digit, which leaves the spatial parameters
free in their fifth.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from brute_force import Brute
from numpy.testing import assert_allclose

from spillover.book.examples import load_produc
from spillover.book.peers import FORMULA
from spillover.panel import (
    DriscollKraay,
    DynamicSpatialPanel,
    SpatialPanel,
    hausman,
    lm_tests,
    pesaran_cd,
    residual_moran,
)
from spillover.panel.diagnostics import serial_correlation

N, T = 48, 17
SLOPES = ["np.log(pcap)", "np.log(pc)", "np.log(emp)", "unemp"]
SPATIAL = ["rho", "lambda"]


def figures(text: str) -> np.ndarray:
    return np.array(text.split(), float)


@pytest.fixture(scope="module")
def produc():
    return load_produc()


@pytest.fixture(scope="module")
def second_order(produc):
    """Row-standardised neighbours of neighbours that are not neighbours themselves."""
    near = produc[1].sparse.toarray() > 0
    beyond = (near @ near) & ~near & ~np.eye(N, dtype=bool)
    ids = produc[1].unique_ids
    return pd.DataFrame(beyond / beyond.sum(axis=1, keepdims=True), ids, ids)


@pytest.fixture(scope="module")
def models(produc, second_order):
    start = SpatialPanel.from_formula(FORMULA, *produc)
    own = {k: start.with_model(k).with_error_weights(second_order) for k in ("sac", "sem", "sdem")}
    return {f"{kind} M": model for kind, model in own.items()} | {
        kind: start.with_model(kind) for kind in ("ols", "sar", "sem", "sdm")
    }


# --- two matrices: (program, model, effects, correction) ----------------------------------------

# Slopes (those of W x after those of x), rho and lambda, sigma2, log-likelihood where printed.
TWO_MATRICES = {
    ("splm", "sac M", "individual", None): (
        [-0.02231696193326070, 0.13260264025452842, 0.70803215780149764, -0.00245121787663778],
        [0.23447877697683706, 0.41152366880658026],
        0.00102386673625831,
        None,
    ),
    ("splm", "sac M", "individual", "lee-yu"): (
        [-0.02231696193326070, 0.13260264025452842, 0.70803215780149764, -0.00245121787663778],
        [0.23447877697683706, 0.41152366880658026],
        0.00108785840727446,
        None,
    ),
    ("splm", "sem M", "individual", None): (
        [0.007958004090997801, 0.179015391380917016, 0.828980583540494531, -0.000739402779817004],
        [0.542012215602090230],
        0.0011379463524014,
        None,
    ),
    ("splm", "sdem M", "individual", "lee-yu"): (
        figures(
            "-0.00659036572637495 0.14667610725481103 0.76443808218868592 "
            "0.00109432471291513 -0.06813122244019514 0.13152637045620635 "
            "0.07758895680079353 -0.00721443381981995"
        ),
        [0.49592137778817069],
        0.00114441936335241,
        None,
    ),
    ("spatialreg", "sac M", "none", None): (
        [0.147262658, 0.337607793216, 0.583297726828, -0.0075954876902],
        [0.0075843087589, 0.457851197881],
        0.0068985019237,
        858.81712379272,
    ),
    ("spatialreg", "sac M", "twoways", None): (
        [-0.0255050908378, 0.149405563053, 0.708292193773, -0.00242742237223],
        [0.202149423556, 0.180156810197],
        0.000979327500712,
        1662.9870009013,
    ),
    ("spatialreg", "sem M", "none", None): (
        [0.143469683037, 0.336004014271, 0.589026786136, -0.00703993132779],
        [0.445019589028],
        0.00692398741931,
        858.13554636114,
    ),
    ("spatialreg", "sem M", "twoways", None): (
        [-0.0177610255625, 0.156090495074, 0.783594613364, -0.00310693786642],
        [0.177065895112],
        0.00106294940332,
        1633.7003791906,
    ),
    ("spatialreg", "sdem M", "none", None): (
        figures(
            "0.139725070694 0.384267753031 0.549134253066 -0.0101365386451 "
            "0.0634724309144 -0.160387344386 0.0743336733666 0.0063401059319"
        ),
        [0.311195929478],
        0.00661155999574,
        883.81647128701,
    ),
    ("spatialreg", "sdem M", "twoways", None): (
        figures(
            "-0.00893577421133 0.150583660643 0.752902843595 -0.000502232369401 "
            "-0.0835463994543 0.098936787338 0.0515920614954 -0.00538714048618"
        ),
        [0.194893166632],
        0.00102759191676,
        1647.092417969,
    ),
}


def parts(fit) -> tuple[pd.Series, pd.Series]:
    """Slopes, and the spatial parameters."""
    spatial = [name for name in SPATIAL if name in fit.params]
    return fit.params.drop([*spatial, "Intercept"], errors="ignore"), fit.params[spatial]


def known(fit, names: list[str]) -> pd.DataFrame:
    """Covariance of some parameters as if the others were known."""
    information = pd.DataFrame(np.linalg.inv(fit.cov), fit.cov.index, fit.cov.columns)
    return pd.DataFrame(np.linalg.inv(information.loc[names, names]), names, names)


def errors(cov: pd.DataFrame) -> np.ndarray:
    return np.sqrt(np.diag(cov))


def off(fit, slopes: list[float], spatial: list[float]) -> float:
    """Largest distance of the parameters from R's, in standard errors."""
    ours = pd.concat(parts(fit))
    return (abs(ours - np.append(slopes, spatial)) / fit.std_errors[ours.index]).max()


@pytest.mark.parametrize("case", TWO_MATRICES, ids=lambda case: "-".join(map(str, case)))
def test_an_error_with_weights_of_its_own(models, case):
    """spatialreg's ln|I - lambda M| of the stacked weights is too high in the seventh decimal.

    With that of one year, times T, the two-way error model has 1633.700378602693 in R too.
    """
    _, kind, *how = case
    slopes, spatial, sigma2, loglik = TWO_MATRICES[case]
    fit = models[kind].fit(*how, covariance="observed")
    assert off(fit, slopes, spatial) < 4e-4
    assert_allclose(fit.sigma2, sigma2, rtol=2e-6)
    if loglik:
        assert_allclose(fit.loglik, loglik, rtol=0, atol=1e-6)


def test_splm_inverts_the_expected_information_and_we_the_observed(models):
    """Both are right: its errors are those of the normal density, ours differ by some percent."""
    model = models["sac M"]
    fit = model.fit("individual", "lee-yu")
    theirs = figures(
        "0.026146344400479977 0.024364504588172263 0.030676765171112116 "
        "0.000978157386648182 0.025166851259732621 0.054462212230955889"
    )
    whole, params = Brute.transformed(model, "individual"), np.append(fit.params, fit.sigma2)
    information = 0
    for t in range(T - 1):  # transformed periods are independent
        y, Z, dummies = (part[[t]] for part in (whole.y, whole.Z, whole.dummies))
        one = replace(whole, y=y, Z=Z, dummies=dummies, Ws=whole.Ws[:1], Ms=whole.Ms[:1])
        information += np.linalg.inv(one.expected_covariance(params))
    assert_allclose(errors(np.linalg.inv(information))[:-1], theirs, rtol=2e-5)
    assert 0.03 < abs(fit.std_errors / theirs - 1).max() < 0.1


def test_splms_numerical_hessian_is_our_observed_information(models):
    """Of rho and lambda; its slopes' errors take both for known and divide by NT - K."""
    fit = models["sac M"].fit("individual", None)
    assert_allclose(
        fit.std_errors[SPATIAL], [0.022886264124515922, 0.053807686725306489], rtol=5e-4
    )
    theirs = [0.025299587978368517, 0.022785157533105598, 0.027228533202261904]
    share = np.sqrt(1 - len(SLOPES) / (N * T))
    assert_allclose(
        errors(known(fit, SLOPES)), share * np.append(theirs, 0.000947788279316373), rtol=1e-5
    )


def test_expected_information_of_one_matrix_is_spatialregs(produc, second_order):
    """The same error model as ``sem M``, but with the matrix as its only one."""
    fit = SpatialPanel.from_formula(FORMULA, produc[0], second_order, model="sem").fit(
        "twoways", None, "expected"
    )
    theirs = [0.02586733954, 0.02673850763, 0.02768023245, 0.001109690406, 0.05984475179]
    assert_allclose(fit.std_errors, theirs, rtol=1e-6)


# --- random effects -----------------------------------------------------------------------------

# Intercept and slopes, rho and lambda, log-likelihood, sigma2 of the error and of the regions.
RANDOM = {
    "sar": (
        figures(
            "1.65814986638001938 0.01294505211268959 0.22555375021763377 "
            "0.67081073626814303 -0.00579715838775576"
        ),
        [0.161614536533676],
        1426.57670518143,
        None,
        None,
    ),
    "sem": (
        figures(
            "2.32467073337854879 0.04454751033076935 0.24611240759287928 "
            "0.74263192459375749 -0.00360450947695452"
        ),
        [0.526464761290712],
        1491.91155855788,
        0.00105878973085914,
        0.00701424345369104,
    ),
    "sem M": (
        figures(
            "2.34025138062114113 0.03718830740533807 0.22987664937358609 "
            "0.77287739666584743 -0.00218879184955301"
        ),
        [0.502843476409328],
        1447.83831685273,
        0.00122701010006681,
        0.0077230651243242,
    ),
    "sac M": (
        figures(
            "1.7972670423371087 0.0457293907043574 0.1853404082454556 "
            "0.7472783308843166 -0.0028812065639766"
        ),
        [0.105887407864219, 0.463988279033166],
        1461.4066429241,
        0.0011449536848729,
        0.014276872537105,
    ),
}


@pytest.mark.parametrize("kind", RANDOM)
def test_random_effects_of_kapoor_kelejian_and_prucha(models, kind):
    slopes, spatial, loglik, *variances = RANDOM[kind]
    fit = models[kind].fit("random")
    assert off(fit, slopes[1:], spatial) < 1e-5
    assert_allclose(fit.params["Intercept"], slopes[0], rtol=1e-6)
    assert_allclose(fit.loglik, loglik, rtol=0, atol=1e-7)
    if variances[0]:
        assert_allclose([fit.sigma2, fit.sigma2_mu], variances, rtol=1e-5)


def test_splms_errors_of_the_random_lag_model_take_rho_for_known(models):
    """Its error of rho is ours by the observed information; its slopes' leave rho's share out."""
    fit = models["sar"].fit("random", covariance="expected")
    slopes = ["Intercept", *SLOPES]
    theirs = [0.150718547114396445, 0.024939966859975446, 0.021634223927974278]
    theirs += [0.026421126280195880, 0.000891746432220579]
    assert_allclose(errors(known(fit, slopes)), theirs, rtol=1e-6)
    assert (fit.std_errors[slopes] > theirs).all()
    observed = models["sar"].fit("random", covariance="observed").std_errors["rho"]
    assert_allclose(observed, 0.0290423513201481, rtol=1e-3)


# --- Hausman ------------------------------------------------------------------------------------


def quadratic(difference: pd.Series, V: pd.DataFrame) -> float:
    return difference @ np.linalg.solve(V, difference)


def test_hausman_of_the_error_model_with_lee_yus_variance_and_with_splms(models):
    """splm takes the fixed effects' variance from dummies, which understate it by 1/T."""
    random = models["sem"].fit("random", covariance="classic")
    forms = {}
    for correction in (None, "lee-yu"):
        fixed = models["sem"].fit("individual", correction, "classic")
        V = (fixed.cov - random.cov).loc[SLOPES, SLOPES]
        forms[correction] = quadratic((fixed.params - random.params)[SLOPES], V)
    assert_allclose(forms[None], 35.1559907143452, rtol=1e-6)
    assert_allclose(forms["lee-yu"], hausman(models["sem"], "classic").statistic)


def test_hausman_of_the_lag_model_is_negative_and_splm_prints_its_absolute_value(models):
    """It also leaves rho out of the comparison, as if rho were known."""
    fixed = models["sar"].fit("individual", None, "expected")
    random = models["sar"].fit("random", covariance="expected")
    V = (fixed.cov - known(random, ["Intercept", *SLOPES])).loc[SLOPES, SLOPES]
    form = quadratic((fixed.params - random.params)[SLOPES], V)
    assert_allclose(-form, 83.0792999849726, rtol=2e-5)
    assert np.isnan(hausman(models["sar"], "classic").statistic)


# --- tests of residuals -------------------------------------------------------------------------

LM = {
    "none": [0.116661156733127, 135.891103950898, 3.01815477023244, 138.792597564398],
    "individual": [163.695367461921, 223.86840513582, 34.7494979012714, 94.922535575171],
}
MORAN = {
    "none": 0.288229544582824071,
    "individual": 0.369946893470181060,
    "twoways": 0.24567202809335525,
}


@pytest.mark.parametrize("effects", LM)
def test_lagrange_multipliers_are_those_of_slmtest_and_spdep(models, effects):
    ours = lm_tests(models["ols"], effects, form="textbook").loc[effects, "statistic"]
    assert_allclose(ours[["lag", "error", "robust lag", "robust error"]], LM[effects], rtol=1e-9)


@pytest.mark.parametrize("effects", MORAN)
def test_moran_of_residuals_is_spdeps(models, effects):
    fit = models["ols"].fit(effects, None, "classic")
    assert_allclose(residual_moran(fit, permutations=9, seed=1).statistic, MORAN[effects])


def test_cross_section_dependence_is_plms(models):
    fit = models["ols"].fit("individual", None, "classic")
    assert_allclose(pesaran_cd(fit).statistic, 30.3685013092792)


def wooldridge(before: np.ndarray, now: np.ndarray) -> float:
    """Squared distance of the slope from -1/(T - 1) over its variance clustered by region."""
    slope = (before * now).sum() / (before**2).sum()
    spread = ((before * (now - slope * before)).sum(axis=0) ** 2).sum()
    return ((slope + 1 / (T - 1)) * (before**2).sum()) ** 2 / spread


def test_serial_correlation_is_plms_but_for_an_intercept(models):
    """plm regresses on last period's residual and an intercept, which residuals do not need."""
    e = models["ols"].fit("individual", None, "classic").residuals.unstack("year").to_numpy().T
    assert_allclose(wooldridge(e[:-1] - e[:-1].mean(), e[1:] - e[1:].mean()), 695.680473576495)
    ours = serial_correlation(e, "individual").statistic
    assert_allclose(ours, wooldridge(e[:-1], e[1:]) * (N - 1) / N)


# --- covariances --------------------------------------------------------------------------------

# Of plm, type HC0: without any share for the sample's size. Intercept where there is one, slopes.
ROBUST = {
    ("none", "driscoll-kraay"): figures(
        "0.150348464912059 0.0369733532383492 0.00764416644922641 "
        "0.0387023849718769 0.00253885610833268"
    ),
    ("none", "clustered"): figures(
        "0.244182084565517 0.0601194962856194 0.0462296885863852 0.0686061093104278 "
        "0.00309041606813"
    ),
    ("none", "robust"): figures(
        "0.070771107962106 0.0185165110232358 0.0124790216091163 0.0195343663429274 "
        "0.00133656041391171"
    ),
    ("individual", "driscoll-kraay"): [
        0.0575412798700042,
        0.0588387369339013,
        0.0828410681075955,
        0.00149115478871402,
    ],
    ("individual", "clustered"): [
        0.0603262168970044,
        0.0617424930555266,
        0.0816652341393234,
        0.00249584027720278,
    ],
    ("individual", "robust"): [
        0.0312476413718686,
        0.0305040171521934,
        0.0398461244872575,
        0.00109281966631854,
    ],
    ("twoways", "driscoll-kraay"): [
        0.0444115673905867,
        0.07090978804017,
        0.0689450859801283,
        0.00204219372418898,
    ],
    ("twoways", "clustered"): [
        0.0569190421661099,
        0.0837359487485875,
        0.08313784542842,
        0.00312288578327117,
    ],
    ("twoways", "robust"): [
        0.0298069747565836,
        0.0379862991162105,
        0.0387127758724235,
        0.00135415754821156,
    ],
}
FREE = {"none": N * T, "individual": N * (T - 1), "twoways": (N - 1) * (T - 1)}


@pytest.mark.parametrize("case", ROBUST, ids="-".join)
def test_robust_covariances_are_plms_times_their_share_for_the_sample(models, case):
    """vcovSCC with two lags, vcovHC by Arellano and by White."""
    effects, kind = case
    share = {"driscoll-kraay": T / (T - 1), "clustered": N / (N - 1)}
    covariance = DriscollKraay(2) if kind == "driscoll-kraay" else kind
    ours = models["ols"].fit(effects, None, covariance).std_errors
    size = share.get(kind, N * T / FREE[effects])
    assert_allclose(ours, np.sqrt(size) * np.array(ROBUST[case]), rtol=1e-8)


# --- impacts ------------------------------------------------------------------------------------

# Direct, indirect and total of the four regressors.
IMPACTS = {
    "none": [
        [0.155002260945, 0.383963499026, 0.535074946061, -0.0110771711026],
        [0.107587834527, -0.205846703501, 0.0746526924939, 0.00784442774656],
        [0.262590095472, 0.178116795524, 0.609727638555, -0.00323274335607],
    ],
    "twoways": [
        [-0.016405920399, 0.1673279532, 0.75037661292, -0.00184560082194],
        [-0.097018458966, 0.113230322545, -0.00392247272253, -0.00548708560294],
        [-0.113424379365, 0.280558275745, 0.746454140198, -0.00733268642488],
    ],
}
# Standard deviations of 2,000 draws by spatialreg, without effects.
DRAWN = [
    [0.01647879212305359, 0.01069872934722581, 0.01472808639263090, 0.00184853850556387],
    [0.04689506198263337, 0.02616073320386472, 0.03477927185515651, 0.00314973079390558],
    [0.05193879914693490, 0.02592428242807568, 0.03679143417808906, 0.00290724496420111],
]


@pytest.mark.parametrize("effects", IMPACTS)
def test_impacts_of_the_durbin_model_are_spatialregs(models, effects):
    table = models["sdm"].fit(effects, None, "expected").impacts()
    for column, theirs, rtol in (("estimate", IMPACTS[effects], 1e-6), ("std_error", DRAWN, 0.06)):
        if column == "estimate" or effects == "none":
            ours = table[column].unstack("impact").loc[SLOPES, ["direct", "indirect", "total"]]
            assert_allclose(ours.T, theirs, rtol=rtol, atol=1e-9)


# --- the dynamic panel --------------------------------------------------------------------------

SCALED = "I(30*np.log(gsp)) ~ I(30*np.log(pcap)) + I(30*np.log(pc)) + I(30*np.log(emp)) + unemp"
# tau, eta, slopes and rho, without and with the correction; two-way effects by transformation.
# SDPDmod's table of rho (step 1e-5) was read between its entries and its search narrowed to 1e-10.
DYNAMIC = {
    ("sar", "individual"): (
        figures(
            "0.754684743995 -0.635042854897 -0.0382693857122 0.0215373485043 "
            "0.241378194055 -0.0775379599011 0.666207118827"
        ),
        figures(
            "0.84076943417 -0.676535784478 -0.0346581081559 0.00767894594695 "
            "0.188066356054 -0.0798442824142 0.682565538336"
        ),
    ),
    ("sar", "twoways"): (
        figures(
            "0.793017960304 -0.46202709579 -0.0401559196344 -0.0457609891537 "
            "0.224573692626 -0.143545090224 0.456517230288"
        ),
        figures(
            "0.904870016855 -0.492754884425 -0.0392024570387 -0.0694027714617 "
            "0.150599619399 -0.155201130172 0.458093110096"
        ),
    ),
    ("sdm", "individual"): (
        figures(
            "0.77131178512 -0.677055303647 -0.0497604568501 -0.0401714167709 "
            "0.252002158787 -0.174087032183 0.013567290132 0.12926189463 -0.11163564478 "
            "0.0950100352609 0.708193414168"
        ),
        figures(
            "0.871738623519 -0.753789210386 -0.0516513789785 -0.062220485967 "
            "0.18052936394 -0.193194228687 0.0182313416182 0.140605574426 "
            "-0.0574173476602 0.115973482858 0.710627883737"
        ),
    ),
    ("sdm", "twoways"): (
        figures(
            "0.789001281431 -0.43997849992 -0.0493802806558 -0.0539322980255 "
            "0.243068538425 -0.177219707088 -0.0039826380666 0.0507671548634 "
            "-0.130135482427 0.0878602817122 0.524928582558"
        ),
        figures(
            "0.898188164406 -0.475824719087 -0.051879360241 -0.0774150000483 "
            "0.165346622262 -0.197812957558 -0.00049716914061 0.0506687871055 "
            "-0.109215356969 0.109484364819 0.524641370345"
        ),
    ),
}


@pytest.mark.parametrize("case", DYNAMIC, ids="-".join)
def test_the_dynamic_panel_is_sdpdmods_but_for_the_size_of_the_correction(produc, case):
    """Its correction divides the bias by T periods, ours by the T - 1 that region effects leave.

    Both take away what is of order 1/T. In 300 draws of `test_dynamic.process` with five periods
    left, where tau is 0.5, its mean was 0.303 without correction, 0.472 with theirs, 0.514 with
    ours (simulation error 0.006).
    """
    kind, effects = case
    raw, corrected = DYNAMIC[case]
    panel = DynamicSpatialPanel.from_formula(SCALED, *produc, model=kind)
    fit = panel.fit(effects)
    lags = ("tau", "eta", "rho")
    slopes = [name for name in fit.params.index if name not in lags]
    ours = fit.params[["tau", "eta", *slopes, "rho"]]
    periods = panel.dynamic.data.T
    spread = fit.std_errors[ours.index]
    theirs = raw + periods / (periods - 1) * (corrected - raw)
    assert (abs(ours - theirs) / spread).max() < 1e-3
    if effects == "individual":
        plain = panel.fit(effects, None).params[ours.index]
        assert (abs(plain - raw) / spread).max() < 1e-3
