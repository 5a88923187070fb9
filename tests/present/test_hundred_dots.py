import matplotlib.pyplot as plt
import pandas as pd

from spillover.present.curve_plots import in_hundred, plot_hundred

CURVE = pd.DataFrame({"direct": [-1.0, -2, 1, 1, 1, 1], "indirect": [1.0, 3, 1, 1, -1, -1]})


def test_hundred_dots_share_out_by_signs():
    counts = in_hundred(CURVE)
    assert counts.sum() == 100
    assert counts.loc[[(-1, -1)]].tolist() == [0]
    assert sorted(counts) == [0, 33, 33, 34]


def test_every_dot_is_drawn():
    figure = plot_hundred(CURVE)
    assert sum(len(dots.get_offsets()) for dots in figure.axes[0].collections) == 100
    plt.close(figure)
