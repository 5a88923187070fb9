"""Exact reference estimates for Munnell's US states: SAR, SEM and SDM by effects and correction.

The figures were computed outside this project by brute-force maximisation of the exact
likelihoods; the standard errors of dummy-variable ML are spreg's.
"""

import pandas as pd
import pytest
from numpy.testing import assert_allclose

from spillover.book.examples import load_produc
from spillover.panel import SpatialPanel
from spillover.project import ROOT

FORMULA = "np.log(gsp) ~ np.log(pcap) + np.log(pc) + np.log(emp) + unemp"
REFERENCE = ROOT.parent / "shared" / "reference"

# (model, effects, correction): beta, spatial parameter, sigma2, log-likelihood
ESTIMATES = {
    ("sar", "individual", "lee-yu"): (
        [-0.04658189348704612, 0.18743251930854998, 0.6250901714598472, -0.004481589774991707],
        0.27468871142786266,
        0.0011808406802967283,
        1491.750761521581,
    ),
    ("sar", "individual", None): (
        [-0.04658189348518718, 0.187432519318054, 0.6250901714728563, -0.00448158977506582],
        0.2746887114028914,
        0.0011113794638126819,
        1609.7200298177859,
    ),
    ("sar", "time", "lee-yu"): (
        [0.16090271764997366, 0.30346051400671903, 0.5934587119715914, -0.005689936254078664],
        -0.005138705350666046,
        0.00757941850769936,
        816.6648345375121,
    ),
    ("sar", "time", None): (
        [0.1604415703601828, 0.30344440509535964, 0.5940115321624281, -0.00564622250015993],
        -0.005749887744650414,
        0.007421406361217416,
        842.7247993229896,
    ),
    ("sar", "twoways", "lee-yu"): (
        [-0.03517974218966766, 0.1584684778826549, 0.682414820463018, -0.003421883156552841],
        0.2099945190493468,
        0.0010765040597064482,
        1502.1783211976792,
    ),
    ("sar", "twoways", None): (
        [-0.03486807522285534, 0.15911374861362995, 0.6878270652822469, -0.003471663898911601],
        0.1969144896665993,
        0.0009930694333729355,
        1659.486882769058,
    ),
    ("sdm", "individual", "lee-yu"): (
        [
            -0.01213638135136791,
            0.17718866015208662,
            0.7432465566657835,
            -0.0015225217418923975,
            -0.05849617397666212,
            0.06262882767466335,
            -0.41025555486034104,
            -0.003640505819065959,
        ],
        0.49330436964993735,
        0.0010071328945498246,
        1534.3851130705527,
    ),
    ("sdm", "individual", None): (
        [
            -0.012136381625856705,
            0.17718866070507838,
            0.7432465561755787,
            -0.0015225217522701624,
            -0.05849617576378941,
            0.0626288326891318,
            -0.4102555451237677,
            -0.0036405059100269436,
        ],
        0.49330435712707377,
        0.0009478897867555328,
        1655.0190283385678,
    ),
    ("sdm", "time", "lee-yu"): (
        [
            0.14849549065296894,
            0.39984880350981045,
            0.5276799531036604,
            -0.011359118676704217,
            0.020988600471196068,
            -0.31585652325809793,
            -0.20898899170410776,
            0.010342734493456922,
        ],
        0.4536309314322021,
        0.0056586696477077805,
        921.1431532945033,
    ),
    ("sdm", "time", None): (
        [
            0.1487008930440507,
            0.3982751611232944,
            0.5286465538199815,
            -0.011267680673971608,
            0.029149763498212126,
            -0.30443859769570725,
            -0.18218409259384197,
            0.01002314538912842,
        ],
        0.4086458365158234,
        0.005595368401129166,
        939.9735169684669,
    ),
    ("sdm", "twoways", "lee-yu"): (
        [
            -0.008962905282474927,
            0.15913381478485594,
            0.7513575931609557,
            -0.0014450668457490251,
            -0.056741937061019355,
            0.006623806355893146,
            -0.3159580549075094,
            -0.0029861290431997677,
        ],
        0.41240316729714,
        0.000988881357518066,
        1525.7158856349151,
    ),
    ("sdm", "twoways", None): (
        [
            -0.009636837325645051,
            0.1594277508560329,
            0.7506502881343515,
            -0.0014627609112911487,
            -0.06180144955760176,
            0.017276787653104152,
            -0.2805096946322242,
            -0.003155598568230136,
        ],
        0.3701681478202872,
        0.0009186354233206466,
        1680.6228533619628,
    ),
    ("sem", "individual", "lee-yu"): (
        [0.005143840216292416, 0.2053025612210749, 0.7822539794538651, -0.0022316652937386253],
        0.5574012970769796,
        0.0010375165719840173,
        1514.62196213434,
    ),
    ("sem", "individual", None): (
        [0.0051438403468456115, 0.20530255857704027, 0.7822539790934268, -0.0022316652033400413],
        0.5574013135515814,
        0.0009764861793971826,
        1634.0206804688416,
    ),
    ("sem", "time", "lee-yu"): (
        [0.1413394289725131, 0.37086058721522097, 0.5579127464135357, -0.008309892125876468],
        0.5499507712171465,
        0.0060527965617267155,
        885.1044595034997,
    ),
    ("sem", "time", None): (
        [0.1431365626328477, 0.3638406053681592, 0.5619627705557284, -0.00794325411812186],
        0.49795169853828386,
        0.0060183745548560005,
        900.3115043723305,
    ),
    ("sem", "twoways", "lee-yu"): (
        [-0.012191723791050144, 0.154805340792087, 0.7583537020002186, -0.0028403070865943955],
        0.4374304555762491,
        0.0010017910846706873,
        1519.147287201323,
    ),
    ("sem", "twoways", None): (
        [-0.013540314209703289, 0.15571148644612803, 0.758984564291262, -0.003008549385073103],
        0.3946848154762448,
        0.0009314186684736613,
        1672.823730994561,
    ),
}

# (model, effects, correction): standard errors of beta and of the spatial parameter
STD_ERRORS = {
    ("sdm", "twoways", None): (
        [
            0.0252615843,
            0.02561059728,
            0.02882791766,
            0.001233046717,
            0.04630668921,
            0.04584695013,
            0.05188361568,
            0.001872129856,
        ],
        0.04048088106,
    ),
    ("sar", "twoways", None): (
        [0.02477744714, 0.02544894899, 0.02852177667, 0.001049107723],
        0.02695562514,
    ),
    ("sar", "individual", None): (
        [0.02544249689, 0.02304415352, 0.02970435933, 0.0008653035806],
        0.02351640471,
    ),
    ("sdm", "individual", None): (
        [
            0.02514446334,
            0.02530898499,
            0.0291966656,
            0.001245421968,
            0.04279967894,
            0.03849850939,
            0.04892222057,
            0.001613115052,
        ],
        0.0356383287,
    ),
    ("sem", "twoways", None): (
        [0.024724278, 0.02545962191, 0.02778181813, 0.001151875206],
        0.03975661599,
    ),
    ("sem", "individual", None): (
        [0.02501086447, 0.02314267735, 0.02780572129, 0.001070911995],
        0.03307490773,
    ),
    ("sar", "individual", "lee-yu"): (
        [0.0262255255, 0.02375336974, 0.03061855276, 0.0008919345149],
        0.02424015509,
    ),
    ("sar", "time", "lee-yu"): (
        [0.01802513535, 0.01041165858, 0.01469382112, 0.001813587578],
        0.005903270727,
    ),
    ("sar", "twoways", "lee-yu"): (
        [0.02579748382, 0.02649839714, 0.02980766934, 0.001092320646],
        0.02840720547,
    ),
    ("sdm", "individual", "lee-yu"): (
        [
            0.02591831958,
            0.02608790462,
            0.03009523406,
            0.001283751582,
            0.04411689928,
            0.03968335521,
            0.0504278708,
            0.001662760937,
        ],
        0.03673514857,
    ),
    ("sdm", "time", "lee-yu"): (
        [
            0.01660736459,
            0.01162533807,
            0.01528552789,
            0.00199524517,
            0.03236797644,
            0.02091398403,
            0.03352099793,
            0.003085751849,
        ],
        0.0398811748,
    ),
    ("sdm", "twoways", "lee-yu"): (
        [
            0.02620988262,
            0.02657208796,
            0.02990977421,
            0.001279376186,
            0.04805136575,
            0.04763607755,
            0.05437463963,
            0.001943511445,
        ],
        0.04332385417,
    ),
    ("sem", "individual", "lee-yu"): (
        [0.02578060889, 0.02385492578, 0.02866148143, 0.001103870827],
        0.03409283334,
    ),
    ("sem", "time", "lee-yu"): (
        [0.0166722761, 0.01115040306, 0.01461304562, 0.001900937512],
        0.0366897737,
    ),
    ("sem", "twoways", "lee-yu"): (
        [0.02567183574, 0.02642574052, 0.02903684746, 0.001208083051],
        0.04254674673,
    ),
}


def slopes(fit) -> pd.Series:
    return fit.params.drop(["Intercept", "rho", "lambda"], errors="ignore")


def spatial_name(fit) -> str:
    return "lambda" if fit.model.model == "sem" else "rho"


@pytest.fixture(scope="module")
def produc():
    return load_produc()


def fit(produc, model, effects, correction, **options):
    panel = SpatialPanel.from_formula(FORMULA, *produc, model=model)
    return panel.fit(effects=effects, correction=correction, **options)


@pytest.mark.parametrize("case", ESTIMATES, ids=lambda c: "-".join(map(str, c)))
def test_estimates(produc, case):
    model, effects, correction = case
    ours = fit(produc, model, effects, correction)
    beta, spatial, sigma2, loglik = ESTIMATES[case]
    assert_allclose(slopes(ours), beta, rtol=2e-6, atol=2e-9)
    assert_allclose(ours.params[spatial_name(ours)], spatial, rtol=0, atol=5e-8)
    assert_allclose(ours.sigma2, sigma2, rtol=5e-8)
    assert_allclose(ours.loglik, loglik, rtol=0, atol=1e-9)


@pytest.mark.parametrize("case", STD_ERRORS, ids=lambda c: "-".join(map(str, c)))
def test_standard_errors(produc, case):
    ours = fit(produc, *case, covariance="classic")
    beta, spatial = STD_ERRORS[case]
    names = list(slopes(ours).index)
    assert_allclose(ours.std_errors[names], beta, rtol=2e-6)
    assert_allclose(ours.std_errors[spatial_name(ours)], spatial, rtol=2e-6)


@pytest.mark.skipif(not REFERENCE.exists(), reason="needs the reference files")
def test_contiguity_equals_the_reference(produc):
    reference = pd.read_csv(REFERENCE / "usaww_rowstd.csv", index_col=0)
    ids = produc[1].unique_ids
    ours = pd.DataFrame(produc[1].sparse.toarray(), ids, ids)
    assert_allclose(ours.loc[reference.index, reference.index], reference, rtol=1e-14)


@pytest.mark.skipif(not REFERENCE.exists(), reason="needs the reference files")
def test_panel_equals_the_reference(produc):
    reference = pd.read_csv(REFERENCE / "produc.csv").set_index(["state", "year"])
    columns = ["gsp", "pcap", "pc", "emp", "unemp"]
    assert_allclose(produc[0][columns], reference.loc[produc[0].index, columns])


def test_rho_does_not_depend_on_the_order_of_the_states(produc):
    frame, graph = produc
    straight = fit(produc, "sdm", "twoways", None)
    shuffled = fit((frame.sample(frac=1, random_state=1), graph), "sdm", "twoways", None)
    assert_allclose(shuffled.params, straight.params, rtol=1e-10)
