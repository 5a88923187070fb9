r"""The Gaussian likelihood of every spatial panel model, on a handful of numbers.

Every model is a case of

.. math:: (I - \lambda M)\,[(I - \rho W) y - Z \beta] = \varepsilon

with rho or lambda (or both) zero; M is W unless the error has weights of its own. The residual is
hence a linear combination of the columns ``[y, Wy, My, MWy, Z, MZ]`` whose coefficients depend on
(rho, lambda, beta). One QR decomposition
replaces the NT rows of these columns, effects removed, by as many rows as there are columns; all
that follows works on that small factor, whatever N and T.

References
----------
Ord, K. (1975). Estimation methods for models of spatial interaction. Journal of the American
Statistical Association 70, 120-126.
Elhorst, J. P. (2014). Spatial Econometrics: From Cross-Sectional Data to Spatial Panels, chapter 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from spillover.panel.effects import between, within
from spillover.panel.log_determinant import Floats, LogDeterminant

RHO, LAMBDA, OMEGA = range(3)
Y, WY, MY, MWY, Z = range(5)  # first positions in the list of columns; MZ follows Z


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns that residuals are combinations of.

    Attributes
    ----------
    values
        Shape (T, N, q): the columns that the model uses.
    present
        Their positions among the 4 + 2k columns [y, Wy, My, MWy, Z, MZ].
    k
        Number of columns of Z.
    """

    values: np.ndarray
    present: np.ndarray
    k: int

    def combine(self, coefficients: np.ndarray) -> np.ndarray:
        """Linear combinations, shape (T, N) or (T, N, c), for coefficients (4 + 2k,) or (., c)."""
        return self.values @ coefficients[self.present]

    def size(self, position: int) -> float:
        """Euclidean norm of one of the columns."""
        return float(np.linalg.norm(self.values[..., list(self.present).index(position)]))

    def norms(self) -> np.ndarray:
        """Euclidean norms of the columns of Z."""
        chosen = (self.present >= Z) & (self.present < Z + self.k)
        return np.sqrt(np.einsum("tnk,tnk->k", *[self.values[..., chosen]] * 2))

    def within_factor(self, effects: str) -> np.ndarray:
        """Triangular factor of the columns with the effects removed."""
        return self._factor(within(self.values, effects))

    def between_factor(self) -> np.ndarray:
        """Triangular factor of the region means of the columns."""
        return self._factor(between(self.values))

    def _factor(self, values: np.ndarray) -> np.ndarray:
        upper = np.linalg.qr(values.reshape(-1, len(self.present)), mode="r")
        factor = np.zeros((len(upper), Z + 2 * self.k))
        factor[:, self.present] = upper
        return factor


@dataclass(frozen=True, eq=False)
class Jacobian:
    """How often ln|I - rho W| counts in the likelihood, and which eigenvalues were removed.

    Attributes
    ----------
    log_determinant
        Of W, or the sum over periods where W changes.
    multiplicity
        Number of periods that count (one where the log-determinant already sums over them).
    removed
        Eigenvalues of W that the removal of time effects takes away: the common row sum of W.
    """

    log_determinant: LogDeterminant
    multiplicity: float
    removed: Sequence[float] = ()

    @property
    def interval(self) -> tuple[float, float]:
        """Admissible interval of the spatial parameter."""
        return self.log_determinant.interval

    def variants(self) -> list[Jacobian]:
        """With the variants of its log-determinant."""
        return [replace(self, log_determinant=each) for each in self.log_determinant.variants()]

    def value(self, r: Floats, coarse: bool = False) -> Floats:
        """Log-Jacobian.

        Parameters
        ----------
        r
            Spatial parameter, of any shape.
        coarse
            Good enough to locate maxima, and cheaper for a large W.

        Returns
        -------
        float or numpy.ndarray
            Shaped as the parameter.
        """
        gone = sum(np.log1p(-c * r) for c in self.removed)
        of = self.log_determinant.coarse if coarse else self.log_determinant.value
        return self.multiplicity * (of(r) - gone)

    def trace_g(self, r: Floats) -> Floats:
        """Minus its first derivative."""
        gone = sum(c / (1 - c * r) for c in self.removed)
        return self.multiplicity * (self.log_determinant.trace_g(r) - gone)

    def trace_g2(self, r: Floats) -> Floats:
        """Minus its second derivative."""
        gone = sum((c / (1 - c * r)) ** 2 for c in self.removed)
        return self.multiplicity * (self.log_determinant.trace_g2(r) - gone)


@dataclass(frozen=True, eq=False)
class Likelihood:
    """Log-likelihood in the spatial parameters psi = (rho, lambda, omega).

    ``omega`` is the weight of the between variation, sigma2 / (sigma2 + T sigma2_mu): one without
    random effects.

    Attributes
    ----------
    factor
        Triangular factor of the within variation, shape (r, 4 + 2k).
    between
        Triangular factor of the between variation; None without random effects.
    k
        Number of columns of Z.
    n
        Observations that the likelihood counts.
    N
        Regions.
    jacobians
        Of the filters of outcome (rho) and error (lambda), those that the model has.
    free
        Which of rho, lambda, omega are estimated.
    own_error_weights
        Whether the error has weights of its own.
    """

    factor: np.ndarray
    between: np.ndarray | None
    k: int
    n: int
    N: int
    jacobians: Mapping[int, Jacobian]
    free: tuple[int, ...]
    own_error_weights: bool = False

    def variants(self) -> list[Likelihood]:
        """The same data with what else estimated log-determinants could have been."""
        others = zip(*(each.variants() for each in self.jacobians.values()), strict=True)
        return [
            replace(self, jacobians=dict(zip(self.jacobians, each, strict=True))) for each in others
        ]

    def jacobian_of(self, s: int) -> Jacobian:
        """The Jacobian that rho or lambda belongs to."""
        return self.jacobians[s]

    def stacked(self, omega: np.ndarray | float) -> np.ndarray:
        """Factor of the quasi-demeaned columns for each omega."""
        if self.between is None:
            return self.factor
        weight = np.sqrt(np.asarray(omega, float))[..., None, None]
        shape = (*weight.shape[:-2], *self.factor.shape)
        return np.concatenate([np.broadcast_to(self.factor, shape), weight * self.between], axis=-2)

    def profile(self, psi: np.ndarray, coarse: bool = False) -> np.ndarray:
        """Log-likelihood with beta and sigma2 concentrated out.

        Parameters
        ----------
        psi
            (rho, lambda, omega), shape (..., 3).
        coarse
            A coarse log-determinant is enough to locate maxima, and cheaper for a large W.

        Returns
        -------
        numpy.ndarray
            Shape (...).
        """
        rho, lam, omega = np.moveaxis(psi, -1, 0)
        data = self.stacked(omega) @ filters(rho, lam, self.k)
        rss = _triangle(data)[..., self.k, self.k] ** 2
        with np.errstate(divide="ignore"):
            return self._log_jacobian(psi, coarse) - _quadratic(rss, self.n)

    def value(self, psi: np.ndarray, beta: np.ndarray, sigma2: float) -> float:
        """Log-likelihood at any parameters.

        Parameters
        ----------
        psi
            (rho, lambda, omega).
        beta
            Coefficients of the columns of Z, shape (k,).
        sigma2
            Error variance.

        Returns
        -------
        float
            With all constants.
        """
        residual = self.stacked(psi[OMEGA]) @ residual_coefficients(psi, beta)
        rss = residual @ residual
        quadratic = -self.n / 2 * np.log(2 * np.pi * sigma2) - rss / (2 * sigma2)
        return float(self._log_jacobian(psi) + quadratic)

    def coefficients(self, psi: np.ndarray) -> tuple[np.ndarray, float]:
        """Maximum likelihood beta and sigma2 given psi."""
        data = self.stacked(psi[OMEGA]) @ filters(psi[RHO], psi[LAMBDA], self.k)
        upper = _triangle(data)
        beta = np.linalg.solve(upper[: self.k, : self.k], upper[: self.k, self.k])
        return beta, float(upper[self.k, self.k] ** 2 / self.n)

    def profile_derivatives(self, psi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Score and observed information of the profile likelihood in the free elements of psi.

        The information is the Schur complement of that of (beta, sigma2) in the full information.
        """
        beta, sigma2 = self.coefficients(psi)
        full = self.information(psi, beta, sigma2)
        kept = slice(self.k, -1)
        others = np.r_[: self.k, len(full) - 1]
        cross = full[others, kept]
        nuisance = full[np.ix_(others, others)]
        score = self.score(psi, beta, sigma2)
        return score, full[kept, kept] - cross.T @ np.linalg.solve(nuisance, cross)

    def concentrated(self) -> Likelihood | LagProfile:
        """The same profile without regressors, where they are neither filtered nor weighted."""
        if self.free != (RHO,):
            return self
        columns = self.factor[:, [*range(Z, Z + self.k), Y, WY]]
        upper = np.asarray(np.linalg.qr(columns, mode="r"))
        own, lag = upper[self.k :, self.k :].T
        return LagProfile(own, lag, self.n, self.jacobian_of(RHO))

    def score(self, psi: np.ndarray, beta: np.ndarray, sigma2: float) -> np.ndarray:
        """Derivatives of the log-likelihood with respect to the free elements of psi.

        Parameters
        ----------
        psi, beta, sigma2
            As in :meth:`value`.

        Returns
        -------
        numpy.ndarray
            One a free element, in the order (rho, lambda, omega).
        """
        stacked = self.stacked(psi[OMEGA])
        residual = stacked @ residual_coefficients(psi, beta)
        slopes = stacked @ psi_directions(psi, beta)
        score = np.zeros(3)
        score[:2] = slopes.T @ residual / sigma2
        for s in self._spatial():
            score[s] -= self.jacobian_of(s).trace_g(psi[s])
        if self.between is not None:
            own = self.between @ residual_coefficients(psi, beta)
            score[OMEGA] = self.N / (2 * psi[OMEGA]) - own @ own / (2 * sigma2)
        return score[list(self.free)]

    def information(self, psi: np.ndarray, beta: np.ndarray, sigma2: float) -> np.ndarray:
        """Observed information: minus the Hessian.

        Parameters
        ----------
        psi, beta, sigma2
            As in :meth:`value`.

        Returns
        -------
        numpy.ndarray
            Square, in (beta, free psi, sigma2).
        """
        stacked, k = self.stacked(psi[OMEGA]), self.k
        residual, slopes = _residual_and_slopes(stacked, psi, beta)
        full = np.zeros((k + 4, k + 4))  # beta, rho, lambda, omega, sigma2
        full[: k + 2, : k + 2] = slopes.T @ slopes / sigma2
        full[:k, k + LAMBDA] += stacked[:, Z + k :].T @ residual / sigma2
        full[k + RHO, k + LAMBDA] += stacked[:, MWY] @ residual / sigma2
        full[: k + 2, k + 3] = slopes.T @ residual / sigma2**2
        for s in self._spatial():
            full[k + s, k + s] += self.jacobian_of(s).trace_g2(psi[s])
        if self.between is not None:
            own, own_slopes = _residual_and_slopes(self.between, psi, beta)
            full[: k + 2, k + OMEGA] = -own_slopes.T @ own / sigma2
            full[k + OMEGA, k + OMEGA] = self.N / (2 * psi[OMEGA] ** 2)
            full[k + OMEGA, k + 3] = -own @ own / (2 * sigma2**2)
        rss = residual @ residual
        full[k + 3, k + 3] = rss / sigma2**3 - self.n / (2 * sigma2**2)
        full = symmetric(full)
        kept = [*range(k), *(k + s for s in self.free), k + 3]
        return full[np.ix_(kept, kept)]

    def _spatial(self) -> list[int]:
        return [s for s in self.free if s != OMEGA]

    def _log_jacobian(self, psi: np.ndarray, coarse: bool = False) -> np.ndarray:
        total = self.N / 2 * np.log(psi[..., OMEGA])
        for s in self._spatial():
            total = total + self.jacobian_of(s).value(psi[..., s], coarse)
        return total


@dataclass(frozen=True, eq=False)
class LagProfile:
    """The profile likelihood in rho alone, regressors partialled out once and for all.

    Attributes
    ----------
    own, lag
        What the regressors leave of the outcome and of its spatial lag, in orthonormal directions.
    n, jacobian
        As in :class:`Likelihood`.
    """

    own: np.ndarray
    lag: np.ndarray
    n: int
    jacobian: Jacobian
    free: ClassVar[tuple[int, ...]] = (RHO,)

    def jacobian_of(self, s: int) -> Jacobian:
        """As :meth:`Likelihood.jacobian_of`."""
        return self.jacobian

    def profile(self, psi: np.ndarray, coarse: bool = False) -> np.ndarray:
        """As :meth:`Likelihood.profile`.

        Parameters
        ----------
        psi, coarse
            As there; only rho counts.

        Returns
        -------
        numpy.ndarray
            Shape (...).
        """
        rho = psi[..., RHO]
        rss = ((self.own - rho[..., None] * self.lag) ** 2).sum(axis=-1)
        with np.errstate(divide="ignore"):
            return self.jacobian.value(rho, coarse) - _quadratic(rss, self.n)

    def profile_derivatives(self, psi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As :meth:`Likelihood.profile_derivatives`."""
        rho = psi[RHO]
        rest = self.own - rho * self.lag
        products = rest @ rest, rest @ self.lag, self.lag @ self.lag
        score, curvature = lag_derivatives(self.jacobian, self.n, rho, *products)
        return np.array([score]), np.array([[curvature]])


def lag_derivatives(
    jacobian: Jacobian, n: int, rho: Floats, rss: Floats, pull: Floats, square: Floats
) -> tuple[Floats, Floats]:
    """Score and observed information of the profile likelihood in rho alone, elementwise.

    Parameters
    ----------
    jacobian, n
        As in :class:`Likelihood`.
    rho
        Where.
    rss, pull, square
        Inner products of the residual r at rho and the outcome's lag l, regressors partialled out
        of both: r'r, r'l and l'l.

    Returns
    -------
    tuple
        The score and the information, shaped as rho.
    """
    score = n * pull / rss - jacobian.trace_g(rho)
    return score, n * (square / rss - 2 * (pull / rss) ** 2) + jacobian.trace_g2(rho)


def _quadratic(rss: Floats, n: int) -> Floats:
    """What the errors take of the log-likelihood, sigma2 concentrated out."""
    return n / 2 * (np.log(2 * np.pi * rss / n) + 1)


def symmetric(upper: np.ndarray) -> np.ndarray:
    """The symmetric matrix with this upper triangle."""
    return np.where(np.tri(len(upper), dtype=bool), upper.T, upper)


def filters(rho: np.ndarray, lam: np.ndarray, k: int) -> np.ndarray:
    """Coefficients that give the filtered regressors (k columns) and the filtered outcome (last).

    Parameters
    ----------
    rho, lam
        Spatial parameters of outcome and error; they broadcast, shape (...).
    k
        Number of columns of Z.

    Returns
    -------
    numpy.ndarray
        Shape (..., 4 + 2k, k + 1): R Z = Z - lambda MZ and R S y with S = I - rho W,
        R = I - lambda M.
    """
    rho, lam = np.broadcast_arrays(np.asarray(rho, float), np.asarray(lam, float))
    B = np.zeros((*rho.shape, Z + 2 * k, k + 1))
    own = np.arange(k)
    B[..., Z + own, own] = 1
    B[..., Z + k + own, own] = -lam[..., None]
    B[..., Y, k] = 1
    B[..., WY, k] = -rho
    B[..., MY, k] = -lam
    B[..., MWY, k] = rho * lam
    return B


def residual_coefficients(psi: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Coefficients of the residual R (S y - Z beta) on the columns.

    Parameters
    ----------
    psi
        (rho, lambda, omega).
    beta
        Coefficients of the columns of Z, shape (k,).

    Returns
    -------
    numpy.ndarray
        Shape (4 + 2k,).
    """
    return filters(psi[RHO], psi[LAMBDA], len(beta)) @ np.append(-beta, 1)


def psi_directions(psi: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Minus the derivatives of the residual in rho and in lambda, on the columns.

    Parameters
    ----------
    psi, beta
        As in :func:`residual_coefficients`.

    Returns
    -------
    numpy.ndarray
        Coefficients of R W y and of M (S y - Z beta), shape (4 + 2k, 2).
    """
    k = len(beta)
    directions = np.zeros((Z + 2 * k, 2))
    directions[WY, RHO] = directions[MY, LAMBDA] = 1
    directions[MWY] = -psi[LAMBDA], -psi[RHO]
    directions[Z + k :, LAMBDA] = -beta
    return directions


def _residual_and_slopes(
    rows: np.ndarray, psi: np.ndarray, beta: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The residual of rows of the columns, and minus its derivatives in (beta, rho, lambda)."""
    regressors = rows @ filters(psi[RHO], psi[LAMBDA], len(beta))[:, : len(beta)]
    slopes = np.column_stack([regressors, rows @ psi_directions(psi, beta)])
    return rows @ residual_coefficients(psi, beta), slopes


def _triangle(rows: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.qr(rows, mode="r"))
