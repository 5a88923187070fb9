"""Moving pages compute what Python computes, by keyboard, offline, with a still in print."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from spillover import datasets
from spillover.audit import rules
from spillover.audit.intervals import Interval
from spillover.book import moving, still
from spillover.book.moving import contents
from spillover.measure.autocorrelation import moran_by_year
from spillover.measure.weights import dense, gravity, row_standardise
from spillover.panel.simulate import true_impacts
from spillover.paper import outcomes
from spillover.present import style
from spillover.study.specification_curve import CHOICES
from spillover.words import TWIN_MIME, TWINS

PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" '
PAGE += 'content="width=device-width"><title>Moving</title><main><h1>Moving</h1>{}</main></html>'
CALL = "([name, state]) => document.querySelector('.moving').moving[name](state)"
REGIONS = datasets.load_regions()
MASS = datasets.load_rd_projects_2009()["personnel_fte"]
GDP = datasets.load_provinces(local=None)["gdp_100m_yuan"]
W = row_standardise(gravity(MASS, REGIONS))


@pytest.fixture(scope="module")
def opened(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("moving")
    context = browser.new_context(viewport={"width": 390, "height": 800}, offline=True)

    def open_page(name, data):
        file = folder / f"{name}.html"
        file.write_text(PAGE.format(moving.html(name, data, f"The page {name}")), "utf-8")
        page = context.new_page()
        page.goto(file.as_uri())
        return page

    yield open_page
    context.close()


@pytest.fixture(scope="module")
def moran(opened):
    values = {"GDP": GDP.xs(2021, level="year")}
    return opened("moran", contents.moran(values, MASS, REGIONS))


@pytest.fixture(scope="module")
def shock(opened):
    data = contents.shock(W, REGIONS, "Hunan", rho=0.3, beta=-0.4, theta=0.6)
    return opened("shock", data)


@pytest.mark.parametrize("power", [0, 1, 2, 2.7])
@pytest.mark.parametrize("links", ["raw", "row-standardised"])
def test_moran_in_the_page_is_that_of_python(moran, power, links):
    graph = gravity(MASS, REGIONS, power)
    graph = row_standardise(graph) if links == "row-standardised" else graph
    expected = moran_by_year(GDP, graph, permutations=1).loc[2021, "moran_i"]
    state = {"variable": "GDP", "links": links, "power": power}
    assert moran.evaluate(CALL, ["moran", state]) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("rho", [-0.5, 0, 0.8])
def test_impacts_in_the_page_are_those_of_python(shock, rho):
    state = {"province": "Beijing", "rho": rho, "beta": -0.4, "theta": 0.7}
    expected = true_impacts(W, [-0.4], [0.7], rho).loc["x1"]
    found = shock.evaluate(CALL, ["averages", state])
    assert found == pytest.approx(expected.to_dict(), abs=1e-6)
    M, names = dense(W).to_numpy(), list(dense(W).index)
    effects = np.linalg.solve(np.eye(31) - rho * M, -0.4 * np.eye(31) + 0.7 * M)
    column = shock.evaluate(CALL, ["impacts", state])
    assert np.allclose(column, effects[:, names.index("Beijing")], atol=1e-6)


def headline_curve() -> pd.DataFrame:
    """The stored specifications of the outcome that leads, as the page has them."""
    stored = outcomes.provincial_curve()
    return stored[stored["Outcome"].isin(outcomes.provincial_choices().outcome)]


def test_the_curve_in_the_page_is_the_stored_one(opened):
    estimates = headline_curve()
    page = opened("curve", contents.curve(estimates, list(CHOICES)))
    for row in estimates.sample(40, random_state=1).to_dict("records"):
        found = page.evaluate(CALL, ["found", {name: row[name] for name in CHOICES}])
        if np.isnan(row["direct_lower"]):
            assert found is None
        else:
            expected = {kind: row[kind] for kind in ("direct", "indirect")}
            assert found == pytest.approx(expected, abs=6e-4)


ROWS = [
    ("-0.351", "0.129", "***"),
    ("0.052", "0.021", "**"),
    ("0.04", "0.02", "**"),
    ("1.2", "-3.41", "none"),
    ("0.3", "0.00", "*"),
    ("2", "0.049", "**"),
    ("0.7", "4.8", "none"),
]


@pytest.fixture(scope="module")
def row(opened):
    return opened("row", contents.printed_row("rd_personnel"))


@pytest.mark.parametrize("ladder", rules.LADDERS)
@pytest.mark.parametrize("printed", ROWS)
def test_a_row_is_judged_in_the_page_as_in_python(row, printed, ladder):
    estimate, parentheses, stars = printed
    levels = ", ".join(f"{level:g}" for level in ladder)
    state = {"estimate": estimate, "parentheses": parentheses, "stars": stars, "ladder": levels}
    found = row.evaluate(CALL, ["checkRow", state])
    expected = rules.check_row(estimate, parentheses, stars.replace("none", ""), ladder)
    assert set(found) == set(expected)
    for reading, each in expected.items():
        assert (found[reading]["stars"], found[reading]["fits"]) == (each["stars"], each["fits"])
        if each["p"]:
            assert found[reading]["p"] == pytest.approx(each["p"], abs=1e-12)


@pytest.mark.parametrize(
    "sums", [("-0.409", "1.005", "0.596"), ("0.1", "0.2", "0.4"), ("1", "2.04", "3.0")]
)
def test_a_sum_is_judged_in_the_page_as_in_python(row, sums):
    names = ("direct", "indirect", "total")
    found = row.evaluate(CALL, ["checkSum", dict(zip(names, sums, strict=True))])
    expected = rules.check_sum(*sums)
    assert found["rounded"] == expected["rounded"]
    assert found["sum"] == pytest.approx(expected["sum"])


def test_the_implied_total_is_that_of_interval_arithmetic(row):
    state = {"estimate": "-0.351", "theta": "1.03", "rho": "-0.2"}
    e, t, r = (Interval.printed(state[name]) for name in state)
    expected = (e + t) / (1 - r)
    assert row.evaluate(CALL, ["impliedTotal", state]) == pytest.approx(
        [expected.low, expected.high]
    )


def test_a_curve_with_holes_is_refused():
    estimates = headline_curve()
    estimates, size = estimates.iloc[1:], len(estimates)
    with pytest.raises(ValueError, match=f"{size - 1} rows for {size} "):
        contents.curve(estimates, list(CHOICES))


def test_the_keyboard_moves_the_picture_and_the_text(shock):
    told, drawn = (shock.locator(each) for each in (".moving-told", ".moving svg"))
    before = told.inner_text(), drawn.inner_html()
    shock.locator("[data-name=rho]").focus()
    for _ in range(3):
        shock.keyboard.press("ArrowRight")
    assert shock.locator("[data-name=rho]").input_value() == "0.45"
    assert told.inner_text() != before[0]
    assert drawn.inner_html() != before[1]


def test_every_tile_of_the_map_is_in_sight(shock):
    height = shock.evaluate("document.querySelector('.moving svg').viewBox.baseVal.height")
    tiles = "all => all.map(each => each.y.baseVal.value + each.height.baseVal.value)"
    assert max(shock.eval_on_selector_all(".moving rect", tiles)) <= height


# Labels of the picture that are below ten pixels high, leave the picture, or touch its line.
UNREADABLE = """() => {
    const svg = document.querySelector(".moving svg"), frame = svg.getBoundingClientRect();
    const line = svg.querySelector("path.line"), points = [];
    if (line) for (let k = 0; k <= 200; k++) {
        const at = line.getPointAtLength(line.getTotalLength() * k / 200);
        points.push(at.matrixTransform(svg.getScreenCTM()));
    }
    return [...svg.querySelectorAll("text")].filter((text) => {
        const box = text.getBoundingClientRect();
        const inside = box.left >= frame.left - 1 && box.right <= frame.right + 1;
        const size = parseFloat(getComputedStyle(text).fontSize) * svg.getScreenCTM().a;
        return size < 9.5 || !inside || points.some((point) => point.x > box.left
            && point.x < box.right && point.y > box.top + 2 && point.y < box.bottom - 2);
    }).map((text) => text.textContent);
}"""


def test_labels_are_read_on_a_phone(opened, row, shock):
    curve = opened("curve", contents.curve(headline_curve(), list(CHOICES)))
    wages = datasets.load_provinces(local=None)["culture_wage_bill_100m_yuan"]
    values = {"GDP": GDP.xs(2021, level="year"), "wages": wages.xs(2020, level="year")}
    moran = opened("moran", contents.moran(values, MASS, REGIONS))
    for page in (row, shock, curve):
        assert page.evaluate(UNREADABLE) == []
    for variable in values:
        for links in ("row-standardised", "raw"):
            moran.select_option("[data-name=variable]", variable)
            moran.select_option("[data-name=links]", links)
            assert moran.evaluate(UNREADABLE) == [], (variable, links)


def test_pages_are_accessible_and_fit_a_phone(moran, shock):
    for page in (moran, shock):
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_print_gets_the_still_picture(monkeypatch):
    shown = {}
    monkeypatch.setattr(still, "display", lambda bundle, raw: shown.update(bundle))
    with plt.rc_context():
        style.use()
        monkeypatch.setenv(TWINS, "zh")
        figure, axes = plt.subplots(figsize=(2, 1))
        axes.set_xlabel("East")
        moving.show("shock", {}, "Map of who feels a shock in one province", figure)
    twin = shown.pop(TWIN_MIME)
    assert set(shown) == {"text/html", "image/png", "application/pdf"}
    assert list(twin.pop("messages")) == ["East"]
    assert twin.pop("words")["Reset"] == "复位"
    assert set(twin) == set(shown)
    assert "Map of who feels" in shown["text/html"] and "冲击" in twin["text/html"]
    assert twin["image/png"] != shown["image/png"]
    plt.close("all")


def test_an_unknown_page_is_refused():
    with pytest.raises(ValueError, match="no moving page 'tau'; there are curve, moran, row, "):
        moving.html("tau", {}, "Tau")
