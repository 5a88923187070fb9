"""The sliders in a browser, from a file, with nothing else at hand."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from spillover.book import still, widget
from spillover.theory import javascript, tastes
from spillover.theory.bifurcation import rest_points
from spillover.theory.two_regions import TwoRegions
from spillover.words import TWINS

PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" '
PAGE += 'content="width=device-width"><title>Sliders</title><main><h1>Sliders</h1>{}</main></html>'
CURVE = "shares => shares.map(document.querySelector('.tp-widget').tp.gap)"
EFFECT = "shares => shares.map(document.querySelector('.tp-widget').tp.effect)"
REST_AT = """settings => {
    const tp = document.querySelector('.tp-widget').tp;
    Object.assign(tp.state, settings);
    return tp.equilibria();
}"""
SHARES = [0.01, 0.2, 0.5, 0.63, 0.9, 0.99]
SETTINGS = [
    {"phi": 0.4, "g": 1.0, "g_star": 1.0},
    {"phi": 0.9, "g": 3.0, "g_star": 0.5, "mu": 0.7, "sigma": 2.5},
    {"phi": 0.1, "g": 0.3, "g_star": 2.0, "beta": 0.4, "accounts": "closed"},
    {"phi": 0.5, "g": 2.0, "accounts": "closed with assets", "psi": 0.15},
]


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sliders")
    (folder / "page.html").write_text(PAGE.format(widget.html(javascript.source())), "utf-8")
    context = browser.new_context(viewport={"width": 390, "height": 800}, offline=True)
    page = context.new_page()
    page.goto((folder / "page.html").as_uri())
    yield page
    context.close()


def economy(settings):
    names = ("phi", "g", "g_star", "mu", "sigma", "beta", "accounts")
    return TwoRegions(**{name: {**widget.START, **settings}[name] for name in names})


def move(page, settings):
    page.get_by_role("button", name="Reset").click()
    for name, value in settings.items():
        control = page.locator(f"[data-name={name}]")
        control.select_option(value) if name == "accounts" else control.fill(str(value))


@pytest.mark.parametrize("settings", SETTINGS)
def test_curves_in_the_page_are_those_of_python(page, settings):
    move(page, settings)
    model, psi = economy(settings), settings.get("psi", 0)
    expected = tastes.gap(model, psi)(SHARES) if psi else model.utility_gap(SHARES)
    assert np.allclose(page.evaluate(CURVE, SHARES), expected, atol=1e-12)
    assert np.allclose(page.evaluate(EFFECT, SHARES), model.digital_effect(SHARES), atol=1e-12)


GRID = [
    {"psi": psi, "phi": phi, "g": g, "accounts": accounts}
    for psi in (0, 0.005, 0.02, 0.05, 0.08, 0.2)
    for phi, g in ((0.4, 1.0), (0.1, 0.4), (0.8, 3.0))
    for accounts in ("published", "closed")
]


def test_equilibria_in_the_page_are_those_of_python_down_to_the_weakest_tastes(page):
    move(page, {})
    for settings in [*SETTINGS, *GRID]:
        model, psi = economy(settings), settings.get("psi", 0)
        known = rest_points(tastes.gap(model, psi) if psi else model.utility_gap)
        shown = page.evaluate(REST_AT, {**widget.START, **settings})
        assert [each["stable"] for each in shown] == [each.stable for each in known], settings
        shares = [each["share"] for each in shown]
        assert shares == pytest.approx([each.share for each in known], abs=1e-9), settings


def test_both_full_dots_stay_when_tastes_come_in(page):
    for psi in (0, 0.005, 0.01, 0.08):
        move(page, {"psi": psi})
        assert page.locator(".tp-stable").count() == 2
        assert page.locator(".tp-unstable").count() == 1


def test_the_keyboard_moves_the_threshold_and_tells(page):
    move(page, {})
    before = page.locator(".tp-threshold").get_attribute("d")
    told = page.locator("[role=status]").inner_text()
    page.locator("[data-name=g]").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert page.locator("[data-name=g]").input_value() == "1.2"
    assert page.locator("[data-value=g]").inner_text() == "1.20"
    assert page.locator(".tp-threshold").get_attribute("d") != before
    assert page.locator("[role=status]").inner_text() != told
    threshold = float(economy({"g": 1.2}).threshold())
    assert f"Threshold: {threshold:.3f}" in page.locator("[role=status]").inner_text()


def test_the_page_is_accessible_and_fits_a_phone(page):
    move(page, {})
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_print_gets_the_still_picture(monkeypatch):
    shown = {}
    monkeypatch.setattr(still, "display", lambda bundle, raw: shown.update(bundle))
    monkeypatch.delenv(TWINS, raising=False)
    widget.show("{}", plt.figure(figsize=(2, 1)))
    assert set(shown) == {"text/html", "image/png", "application/pdf"}
    plt.close("all")


def test_settings_without_a_slider_are_refused():
    with pytest.raises(ValueError, match="no slider for 'tau'"):
        widget.html("{}", {"tau": 2})


def test_the_picture_stays_in_sight_on_a_phone(page):
    page.locator("[data-name=accounts]").scroll_into_view_if_needed()
    page.evaluate("window.scrollBy(0, 150)")
    assert page.locator(".tp-picture").bounding_box()["y"] >= 0
