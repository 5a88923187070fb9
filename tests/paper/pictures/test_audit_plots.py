import matplotlib.pyplot as plt
import numpy as np
import pytest

from spillover.paper import relative_size, wald_and_lr
from spillover.paper.ledger import verdicts as ledger
from spillover.paper.matrices import weights_inverse
from spillover.paper.pictures import audit_plots


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_bars_hold_every_claim():
    counts = ledger.by_section(ledger.stored())
    ax = audit_plots.verdict_bars(counts)
    width = sum(bar.get_width() for group in ax.containers for bar in group)
    assert width == counts.to_numpy().sum()
    assert [t.get_text() for t in ax.get_yticklabels()] == list(counts.index)


def test_every_candidate_in_reach_is_drawn():
    table = weights_inverse.compatibility("rd_personnel")
    report = weights_inverse.reported("rd_personnel")
    noise = report.scalar_noise(weights_inverse.own_matrix("rd_personnel"))
    ax = audit_plots.scalar_plane(table, {}, {"one": (-0.05, 0.65), "two": (-0.05, 0.64)}, noise)
    drawn = {tuple(line.get_xydata()[0]) for line in ax.lines if len(line.get_xydata())}
    assert {tuple(row) for row in table[["b", "t"]].to_numpy(float)} <= drawn


def test_ellipse_holds_95_per_cent():
    covariance = np.array([[2.0, 0.7], [0.7, 1.0]])
    points = np.random.default_rng(0).multivariate_normal([1, 2], covariance, 20_000)
    ellipse = audit_plots.ellipse_of(np.array([1, 2]), covariance)
    turn = np.radians(ellipse.angle)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    x, y = axes @ (points - [1, 2]).T
    inside = (2 * x / ellipse.width) ** 2 + (2 * y / ellipse.height) ** 2 < 1
    assert inside.mean() == pytest.approx(0.95, abs=0.01)


def test_pictures_of_the_audit_show_the_printed_values():
    sd = weights_inverse.implied_deviations()
    axes = audit_plots.implied_deviations(
        sd, {"raw": (0.1, 0.24), "standard": (0.03, 0.08)}, sd.index
    )
    assert np.allclose(axes[0].lines[0].get_ydata(), sd["personnel"].iloc[:, 0])
    rows = audit_plots.simulated_rho(
        relative_size.stored().xs("rd_personnel", level="weights"), relative_size.DESIGNS, -0.468
    )
    assert len(rows) == len(relative_size.DESIGNS)
    table = wald_and_lr.compare(wald_and_lr.stored())
    ax = audit_plots.ratio_intervals({"a": table, "b": table}, weights_inverse.MASSES)
    assert np.allclose(ax.lines[0].get_xdata(), table["ratio"])
