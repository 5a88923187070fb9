"""Simulated panels that the model of many regions makes on the provinces' real network.

Everything here is simulated but the network, the starting sizes and the paths of the digital
index, which are real figures.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import softmax

from spillover.datasets import load_provinces, load_regions
from spillover.measure.indices import pca_index
from spillover.measure.weights import great_circle_km, row_standardise
from spillover.panel.effects import within
from spillover.paper.variables import digital_indicators, knowledge_links, rd_masses_2009
from spillover.theory.many_regions import (
    Economy,
    Impacts,
    LongRun,
    average_impacts,
    calibrate_amenity,
    long_run,
    long_run_impacts,
    short_run,
)

Array = np.ndarray
INDEX_YEARS = range(2015, 2022)  # all years in which internet figures are public
RESPONSES = ("equilibrium", "linear", "alike")


@dataclass(frozen=True)
class Geography:
    """Where the simulated economy lives.

    Attributes
    ----------
    regions
        Region ids, N.
    distance
        Kilometres between them, (N, N).
    links
        Row-standardised knowledge links, (N, N): row i says from whom region i hears, as in the
        spatial lag of a regression.
    labour, creative
        Shares of workers and, to begin with, of creative people, (N,).
    digital
        The digital index by year, (T, N), mean zero and variance one.
    """

    regions: tuple[str, ...]
    distance: Array
    links: Array
    labour: Array
    creative: Array
    digital: Array

    @property
    def size(self) -> int:
        """Number of regions."""
        return len(self.regions)


def provinces() -> Geography:
    """The 31 provinces: capitals' distances, links by gravity in R&D personnel of 2009.

    Workers are the population of 2013; creative people begin where R&D personnel were in 2009.
    The index is a public digital index without patents, 2015-2021, with science in the public
    budget for R&D: here it is no more than the path of a real index.
    """
    places, panel = load_regions(), load_provinces(local=None)
    personnel = rd_masses_2009()["rd_personnel"]
    science = 100 * panel["budget_scitech_100m_yuan"] / panel["budget_total_100m_yuan"]
    indicators = digital_indicators(panel, INDEX_YEARS, patents=False)
    indicators = indicators.drop(columns="rd_over_gdp_pct").assign(science=science)
    return Geography(
        tuple(places.index),
        great_circle_km(places).to_numpy(),
        row_standardise(knowledge_links(personnel)).sparse.toarray(),
        _shares(panel["population_10k"].xs(2013, level="year")),
        _shares(personnel),
        pca_index(indicators).scores.unstack("year").to_numpy().T,
    )


def patent_shares() -> Array:
    """Where patents were granted in 2013: another start for creative people, (31,)."""
    return _shares(load_provinces(local=None)["patents_granted"].xs(2013, level="year"))


def scattered(size: int, periods: int, seed: int) -> Geography:
    """An imagined country of any size: towns at random, gravity links, trending digital levels.

    Parameters
    ----------
    size, periods
        Number of towns N and years T.
    seed
        Of the towns' places and levels.

    Returns
    -------
    Geography
    """
    rng = np.random.default_rng(seed)
    place = rng.uniform(0, 2000 * np.sqrt(size / 31), (size, 2))
    distance = np.linalg.norm(place[:, None] - place, axis=2)
    mass = rng.lognormal(0, 1, size)
    pull = np.where(distance > 0, np.outer(mass, mass) / np.maximum(distance, 1) ** 2, 0.0)
    level, slope = rng.standard_normal(size), 1 + 0.3 * rng.standard_normal(size)
    years = np.linspace(-1, 1, periods)[:, None]
    digital = level + slope * years + 0.2 * rng.standard_normal((periods, size))
    return Geography(
        tuple(f"town {number:03d}" for number in range(size)),
        distance,
        pull / pull.sum(axis=1, keepdims=True),
        mass / mass.sum(),
        mass / mass.sum(),
        (digital - digital.mean()) / digital.std(),
    )


def _shares(values: pd.Series) -> Array:
    return (values / values.sum()).to_numpy()


@dataclass(frozen=True)
class Process:
    """How the model makes a panel.

    Attributes
    ----------
    mu, sigma, beta
        Parameters of the model.
    psi
        Scale of tastes for places; its inverse is the elasticity of migration to real income.
    distance_scale
        Freeness of trade is exp(-d / scale), d and scale in kilometres.
    digital_level, digital_spread
        g = level exp(spread x index): technology is positive, the index has mean zero.
    accounts
        ``"published"`` or ``"closed"``; see `spillover.theory.accountings`.
    direction
        ``"outward"`` as in the paper, or ``"inward"``.
    spillover
        Share of the knowledge links that is switched on; 0: technology has no effect at all.
    openness
        From 0, knowledge follows the links, to 1, everyone hears everyone fully.
    adjustment
        Share of the gap (in logarithms) to the year's equilibrium that migration closes in a
        year; 1: the economy is in equilibrium every year.
    outcome
        Whose relative size is measured: ``"creative"`` people or ``"firms"``.
    response
        ``"equilibrium"``: every year is solved. ``"linear"``: sizes move by the mean matrix of
        effects. ``"alike"``: one own effect in all regions, the average of that matrix, offset
        through the links: a Durbin process with year effects.
    """

    mu: float = 0.4
    sigma: float = 4.0
    beta: float = 0.7
    psi: float = 1.0
    distance_scale: float = 500.0
    digital_level: float = 1.0
    digital_spread: float = 0.5
    accounts: str = "published"
    direction: str = "outward"
    spillover: float = 1.0
    openness: float = 0.0
    adjustment: float = 1.0
    outcome: str = "creative"
    response: str = "equilibrium"

    def __post_init__(self) -> None:
        if self.response not in RESPONSES:
            raise ValueError(f"response must be one of {RESPONSES}, got {self.response!r}")
        if self.outcome not in ("creative", "firms"):
            raise ValueError(f"outcome must be 'creative' or 'firms', got {self.outcome!r}")


@dataclass(frozen=True)
class World:
    """A process on a geography, ready to draw panels from.

    Attributes
    ----------
    geography
        Regions, links and digital technology by year.
    process
        What drives them.
    """

    geography: Geography
    process: Process

    def technology(self, index: Array) -> Array:
        """g, from the digital index."""
        return self.process.digital_level * np.exp(self.process.digital_spread * index)

    @cached_property
    def economy(self) -> Economy:
        """The economy of the first year, in which the starting sizes are an equilibrium."""
        place, process = self.geography, self.process
        # From row to column, as the theory has them.
        heard = (1 - process.openness) * place.links.T + process.openness
        bare = Economy(
            freeness=np.exp(-place.distance / process.distance_scale),
            links=process.spillover * heard,
            digital=self.technology(place.digital[0]),
            mu=process.mu,
            sigma=process.sigma,
            beta=process.beta,
            labour=place.labour,
            accounts=process.accounts,
            direction=process.direction,
            regions=place.regions,
        )
        return calibrate_amenity(bare, place.creative, process.psi)

    @cached_property
    def equilibria(self) -> list[LongRun]:
        """The long run of every year, each sought from the one before."""
        start, found = self.geography.creative, []
        for index in self.geography.digital:
            economy = self.economy.with_digital(self.technology(index))
            found.append(long_run(economy, self.process.psi, start))
            start = found[-1].creative
        return found

    @property
    def settled(self) -> bool:
        """Whether people stay near the starting sizes, which are then a stable equilibrium."""
        return bool(np.allclose(self.equilibria[0].creative, self.geography.creative, atol=1e-6))

    @cached_property
    def matrix(self) -> Array:
        """d size_i / d index_j in the long run, (N, N), mean over the years.

        Sizes are relative to the mean of the regions, so every column sums to zero.
        """
        years = zip(self.equilibria, self.geography.digital, strict=True)
        return np.mean([self._effects(found, index) for found, index in years], axis=0)

    def _effects(self, found: LongRun, index: Array) -> Array:
        by_technology = getattr(long_run_impacts(found), self.process.outcome)
        slope = self.process.digital_spread * self.technology(index)
        return self.geography.size * by_technology * slope

    @property
    def true_impacts(self) -> Impacts:
        """The model's own average direct, indirect and total impact of the index."""
        return average_impacts(self.matrix)

    @cached_property
    def undisturbed(self) -> Array:
        """Sizes that technology alone brings about, (T, N): the same in every draw."""
        if self.process.response == "equilibrium":
            return self._solved
        return self.respond(self.geography.digital)

    def respond(self, digital: Array) -> Array:
        """Sizes when effects are constant over time: linear in the index, (T, N)."""
        matrix = self.matrix
        if self.process.response == "alike":
            # One own effect for all, offset in those who listen; column means go to the year.
            own = np.eye(self.geography.size) - self.geography.links
            matrix = self.true_impacts.direct * own
            matrix = matrix - matrix.mean(axis=0)
        return self._solved.mean(axis=0) + (digital - digital.mean(axis=0)) @ matrix.T

    @cached_property
    def _solved(self) -> Array:
        """Relative sizes year by year, people moving all or part of the way to equilibrium."""
        creative, sizes = self.geography.creative, []
        for found in self.equilibria:
            share = self.process.adjustment
            creative = softmax((1 - share) * np.log(creative) + share * np.log(found.creative))
            state = short_run(found.economy, creative, found.firms)
            by_people = self.process.outcome == "creative"
            sizes.append(state.creative if by_people else state.firms.shares)
        return self.geography.size * np.array(sizes)

    @property
    def movement(self) -> float:
        """Standard deviation of undisturbed sizes less region and year means."""
        return float(within(self.undisturbed, "twoways").std())

    def draw(
        self, rng: np.random.Generator, noise: float = 0.0, sizes: Array | None = None
    ) -> Array:
        """Simulated sizes as measured, relative to the year's mean.

        Parameters
        ----------
        rng
            Source of the measurement errors.
        noise
            Their standard deviation.
        sizes
            (T, N), what is measured; the undisturbed sizes if left out.

        Returns
        -------
        numpy.ndarray
            (T, N).
        """
        sizes = self.undisturbed if sizes is None else sizes
        sizes = sizes + noise * rng.standard_normal(sizes.shape)
        return sizes / sizes.mean(axis=1, keepdims=True)

    def draw_index(self, rng: np.random.Generator) -> Array:
        """An index without pattern: the regions' means, and years that move independently."""
        digital = self.geography.digital
        spread = within(digital, "twoways").std()
        return digital.mean(axis=0) + spread * rng.standard_normal(digital.shape)
