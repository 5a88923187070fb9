from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from spillover.audit.printing import admissible_draws


@pytest.mark.parametrize("rho", [-1.14, 0.2])
def test_draws_centre_on_an_estimate_inside_the_admissible_interval(rho):
    """A dense W admits a rho below -1; draws cut there would lie far from it."""
    names = ["x1", "rho"]
    params, cov = pd.Series([0.5, rho], names), np.diag([0.01, 0.27**2])
    model = SimpleNamespace(log_determinant=SimpleNamespace(interval=(-2.5, 1.0)))
    fit = SimpleNamespace(params=params, cov=cov, model=model)
    draws = admissible_draws(fit, 4000, np.random.default_rng(1))
    assert draws["rho"].mean() == pytest.approx(rho, abs=4 * 0.27 / 4000**0.5)
    assert draws["rho"].max() < 1 and draws["rho"].min() > -2.5
