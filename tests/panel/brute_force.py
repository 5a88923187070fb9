"""Small panels, and their likelihood written the slow way: one multivariate normal density.

Nothing here uses the estimators' own formulas: means and covariances of all NT outcomes are
built with Kronecker products and explicit dummies, derivatives are taken by complex steps.
"""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from scipy.linalg import helmert
from scipy.optimize import minimize

from spillover.panel import SpatialPanel
from spillover.panel.simulate import simulate_panel

MODELS = ("sar", "sem", "sdm", "slx", "sdem", "sac")
FIXED = ("none", "individual", "time", "twoways")
RHO_MODELS = ("sar", "sdm", "sac")
LAMBDA_MODELS = ("sem", "sdem", "sac")
seeds = st.integers(0, 10_000)


def weights(N: int, seed: int, row_standardised: bool = True) -> np.ndarray:
    """Dense random weights, asymmetric but with real eigenvalues, spectral radius one."""
    rng = np.random.default_rng(seed)
    links = rng.random((N, N)) * (rng.random((N, N)) < 0.4)
    links[np.arange(N), np.arange(N) - 1] += 0.3
    np.fill_diagonal(links, 0)
    W = rng.uniform(0.5, 2, (N, 1)) * (links + links.T)
    if row_standardised:
        return W / W.sum(axis=1, keepdims=True)
    return W / np.abs(np.linalg.eigvals(W)).max()


def ring(N: int) -> np.ndarray:
    """Row-standardised weights of regions on a circle."""
    return (np.eye(N, k=1) + np.eye(N, k=-1) + np.eye(N, k=N - 1) + np.eye(N, k=1 - N)) / 2


def panel(seed: int, N: int = 7, T: int = 4, effects: str = "twoways", W=None, **process):
    """Long frame and weights of a small simulated panel with two regressors."""
    W = weights(N, seed) if W is None else W
    process = {"beta": [1.0, -0.5], "theta": [0.5, 0.3], "rho": 0.35, "lam": 0.2, **process}
    return simulate_panel(W, T, effects=effects, rng=seed, **process), W


def model(seed: int, name: str, effects: str = "twoways", **options) -> SpatialPanel:
    """A model of a small simulated panel."""
    data, W = panel(seed, effects=effects, **options)
    return SpatialPanel.from_formula("y ~ x1 + x2", data, W, model=name)


def two_peaks(seed: int = 10) -> SpatialPanel:
    """A model whose likelihood has two maxima: without regressors rho and lambda are alike."""
    process = {"beta": [0.0, 0.0], "theta": [0, 0], "rho": 0.7, "lam": -0.5}
    return model(seed, "sac", N=12, T=6, W=ring(12), **process)


@dataclass
class Brute:
    """A model as one normal density of the stacked outcomes, with dummies as regressors.

    ``y`` has shape (T, N), ``Z`` (T, N, k), ``dummies`` (T, N, d), ``Ws`` is a list of T
    matrices. Parameters are stacked as (beta, delta, rho?, lambda?, omega?, sigma2).
    """

    y: np.ndarray
    Z: np.ndarray
    dummies: np.ndarray
    Ws: list
    has_rho: bool
    has_lambda: bool
    random: bool = False
    Ms: list | None = None  # weights of the error, where it has its own

    @classmethod
    def of(cls, fitted_model: SpatialPanel, effects: str) -> "Brute":
        data, name = fitted_model.data, fitted_model.model
        Ws = [W.toarray() for W in data.W_by_period]
        WX = np.stack([W @ x for W, x in zip(Ws, data.X, strict=True)])
        lagged = [data.names.index(n) for n in fitted_model.lagged]
        Z = np.concatenate([data.X, WX[..., lagged]], axis=-1)
        if effects in ("none", "random"):
            Z = np.concatenate([np.ones((*data.y.shape, 1)), Z], axis=-1)
        dummies = dummy_columns(data.T, data.N, effects)
        Ms = [W.toarray() for W in fitted_model.error.W_by_period]
        has = name in RHO_MODELS, name in LAMBDA_MODELS
        return cls(data.y, Z, dummies, Ws, *has, effects == "random", Ms)

    @classmethod
    def transformed(cls, fitted_model: SpatialPanel, effects: str) -> "Brute":
        """Lee and Yu's transformed observations, by explicit orthonormal contrasts."""
        whole = cls.of(fitted_model, "twoways")
        T, N = whole.y.shape
        F_T = helmert(T) if effects in ("individual", "twoways") else np.eye(T)
        F_N = helmert(N) if effects in ("time", "twoways") else np.eye(N)
        y = F_T @ whole.y @ F_N.T
        Z = np.einsum("st,mn,tnk->smk", F_T, F_N, whole.Z)
        Ws, Ms = ([F_N @ each[0] @ F_N.T] * len(y) for each in (whole.Ws, whole.Ms))
        return cls(y, Z, Z[..., :0], Ws, whole.has_rho, whole.has_lambda, Ms=Ms)

    @property
    def size(self) -> tuple[int, int]:
        return self.Z.shape[-1], self.dummies.shape[-1]

    def split(self, p: np.ndarray):
        """beta with delta, rho, lambda, omega, sigma2."""
        k = sum(self.size)
        rest = list(p[k:])
        rho = rest.pop(0) if self.has_rho else 0.0
        lam = rest.pop(0) if self.has_lambda else 0.0
        omega = rest.pop(0) if self.random else 1.0
        return p[:k], rho, lam, omega, rest[0]

    def filters(self, rho, lam):
        """Block-diagonal S and R."""
        pairs = ((rho, self.Ws), (lam, self.Ms or self.Ws))
        return (block([np.eye(len(W)) - r * W for W in matrices]) for r, matrices in pairs)

    def moments(self, p: np.ndarray):
        """Mean and covariance of the stacked outcomes."""
        b, rho, lam, omega, sigma2 = self.split(p)
        T, N = self.y.shape
        X = np.concatenate([self.Z, self.dummies], axis=-1).reshape(T * N, -1)
        S, R = self.filters(rho, lam)
        spread = np.linalg.inv(R @ S)
        errors = np.eye(T) + (1 / omega - 1) / T * np.ones((T, T))
        return np.linalg.solve(S, X @ b), sigma2 * spread @ np.kron(errors, np.eye(N)) @ spread.T

    def loglik(self, p: np.ndarray):
        """Log-density of the outcomes; analytic in p, so that complex steps work."""
        mean, cov = self.moments(p)
        gap = self.y.ravel() - mean
        quadratic = gap @ np.linalg.solve(cov, gap)
        return -(gap.size * np.log(2 * np.pi) + log_det(cov) + quadratic) / 2

    def complete(self, beta, rho, lam, omega, sigma2) -> np.ndarray:
        """Parameters with the dummies' coefficients that maximise the likelihood."""
        k, d = self.size
        tail = [rho] * self.has_rho + [lam] * self.has_lambda + [omega] * self.random + [sigma2]
        p = np.concatenate([beta, np.zeros(d), tail])
        if d:
            S, R = self.filters(rho, lam)
            gap = S @ self.y.ravel() - self.Z.reshape(-1, k) @ beta
            D = self.dummies.reshape(-1, d)
            p[k : k + d] = np.linalg.lstsq(R @ D, R @ gap, rcond=None)[0]
        return p

    def profile(self, psi: np.ndarray) -> float:
        """Log-likelihood at (rho, lambda, omega), all else at its maximum."""
        rho, lam, omega = psi
        T, N = self.y.shape
        X = np.concatenate([self.Z, self.dummies], axis=-1).reshape(T * N, -1)
        S, R = self.filters(rho, lam)
        shrink = np.eye(T) - (1 - np.sqrt(omega)) / T * np.ones((T, T))
        A = np.kron(shrink, np.eye(N)) @ R
        left, right = A @ S @ self.y.ravel(), A @ X
        residual = left - right @ np.linalg.lstsq(right, left, rcond=None)[0]
        s2 = residual @ residual / residual.size
        jacobian = np.linalg.slogdet(S)[1] + np.linalg.slogdet(R)[1] + N / 2 * np.log(omega)
        return jacobian - residual.size / 2 * (np.log(2 * np.pi * s2) + 1)

    def maximum(self, interval: tuple[float, float]) -> tuple[float, np.ndarray]:
        """Highest profile log-likelihood by grid and simplex search, and where it is."""
        low, high = interval
        spatial = np.linspace(low, high, 13)[1:-1]
        axes = [
            spatial if self.has_rho else [0.0],
            spatial if self.has_lambda else [0.0],
            [0.02, 0.1, 0.4, 0.8, 1.0] if self.random else [1.0],
        ]
        free = [self.has_rho, self.has_lambda, self.random]
        grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
        start = max(grid, key=self.profile)
        lower, upper = np.array([(low + 1e-9, high - 1e-9)] * 2 + [(1e-6, 1.0)])[free].T

        def objective(x):
            if np.any(x < lower) or np.any(x > upper):
                return np.inf  # scipy's own bounds clip, and a clipped simplex is flat
            psi = np.array([0.0, 0.0, 1.0])
            psi[free] = x
            return -self.profile(psi)

        if not any(free):
            return self.profile(start), start
        tight = {"xatol": 1e-11, "fatol": 1e-12, "maxiter": 4000}
        found = minimize(objective, start[free], method="Nelder-Mead", options=tight)
        psi = np.array([0.0, 0.0, 1.0])
        psi[free] = found.x
        return -found.fun, psi

    def observed_covariance(self, p: np.ndarray) -> np.ndarray:
        """Inverse of minus the numerical Hessian, dummies left out."""
        return self.without_dummies(np.linalg.inv(-hessian(self.loglik, p)))

    def expected_covariance(self, p: np.ndarray) -> np.ndarray:
        """Inverse Fisher information of a normal density, dummies left out."""
        cov = self.moments(p)[1]
        step = 1e-20
        slopes = [self.moments(p + 1j * step * e) for e in np.eye(len(p))]
        means = [m.imag / step for m, _ in slopes]
        solved = [np.linalg.solve(cov, c.imag / step) for _, c in slopes]
        information = [
            [
                means[i] @ np.linalg.solve(cov, means[j]) + np.sum(solved[i] * solved[j].T) / 2
                for j in range(len(p))
            ]
            for i in range(len(p))
        ]
        return self.without_dummies(np.linalg.inv(information))

    def without_dummies(self, matrix: np.ndarray) -> np.ndarray:
        k, d = self.size
        kept = [*range(k), *range(k + d, len(matrix))]
        return matrix[np.ix_(kept, kept)]


def dummy_columns(T: int, N: int, effects: str) -> np.ndarray:
    """Dummies of the effects, shape (T, N, d), without redundant ones."""
    regions = np.broadcast_to(np.eye(N), (T, N, N))
    periods = np.broadcast_to(np.eye(T)[:, None, :], (T, N, T))
    return {
        "none": regions[..., :0],
        "random": regions[..., :0],
        "individual": regions,
        "time": periods,
        "twoways": np.concatenate([regions, periods[..., 1:]], axis=-1),
    }[effects]


def block(matrices: list) -> np.ndarray:
    """Block-diagonal matrix of any number type."""
    n, T = len(matrices[0]), len(matrices)
    whole = np.zeros((T * n, T * n), dtype=matrices[0].dtype)
    for t, M in enumerate(matrices):
        whole[t * n : (t + 1) * n, t * n : (t + 1) * n] = M
    return whole


def log_det(matrix: np.ndarray):
    """ln det, analytic in the entries."""
    sign, log_modulus = np.linalg.slogdet(matrix)
    return log_modulus + (1j * np.angle(sign) if np.iscomplexobj(matrix) else 0.0)


def gradient(f, p: np.ndarray) -> np.ndarray:
    """Derivatives by complex steps, exact to rounding."""
    return np.array([f(p + 1e-20j * e).imag / 1e-20 for e in np.eye(len(p))])


def hessian(f, p: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Second derivatives: central differences of complex-step derivatives."""
    rows = [
        (gradient(f, p + h * e) - gradient(f, p - h * e)) / (2 * h)
        for e, h in ((e, step * max(1.0, abs(x))) for e, x in zip(np.eye(len(p)), p, strict=True))
    ]
    return (np.array(rows) + np.array(rows).T) / 2


def at_estimate(brute: Brute, fit) -> np.ndarray:
    """All parameters of the brute-force likelihood at a fit's estimates."""
    estimate = fit.estimate
    return brute.complete(estimate.beta[: brute.size[0]], *estimate.psi, estimate.sigma2)
