"""Simulated panels that the model of many regions makes on the provinces' real network.

Everything here is simulated but the network, the starting sizes and the paths of the digital
index, which are real figures.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import softmax

from spillover.datasets import load_provinces, load_rd_projects_2009, load_regions
from spillover.measure.variables import digital_index
from spillover.measure.weights import dense, gravity, great_circle_km, row_standardise
from spillover.theory.many_regions import (
    Economy,
    Impacts,
    average_impacts,
    calibrate_amenity,
    long_run,
    long_run_impacts,
    short_run,
)

Array = np.ndarray


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
        Row-standardised knowledge links, (N, N).
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

    Workers are the population of 2013; creative people begin where patents were granted in 2013.
    """
    places = load_regions().sort_index()
    panel = load_provinces()
    links = row_standardise(gravity(load_rd_projects_2009()["personnel_fte"], places))
    first = panel.xs(panel.index.levels[1].min(), level="year").loc[places.index]
    index = digital_index(panel, patents=False).scores.unstack("year").loc[places.index]
    return Geography(
        tuple(places.index),
        great_circle_km(places).loc[places.index, places.index].to_numpy(),
        dense(links).loc[places.index, places.index].to_numpy(),
        _shares(first["population_10k"]),
        _shares(first["patents_granted"]),
        index.to_numpy().T,
    )


def scattered(size: int, periods: int, seed: int) -> Geography:
    """An imagined country of any size: towns at random, gravity links, trending digital levels."""
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
    distance_elasticity, distance_scale
        Freeness of trade is (1 + d / scale) ^ -elasticity, d in kilometres.
    digital_level, digital_spread
        g = level exp(spread x index): technology is positive, the index has mean zero.
    direction
        ``"outward"`` as in the paper, or ``"inward"``.
    spillover
        Share of the knowledge links that is switched on; 0: technology has no effect at all.
    adjustment
        Share of the gap (in logarithms) to the year's equilibrium that migration closes in a
        year; 1: the economy is in equilibrium every year.
    place_shock
        Standard deviation of the yearly change of places' attraction, in log utility.
    noise
        Standard deviation of the measurement error of sizes.
    """

    mu: float = 0.3
    sigma: float = 5.0
    beta: float = 0.5
    psi: float = 0.5
    distance_elasticity: float = 3.0
    distance_scale: float = 100.0
    digital_level: float = 1.0
    digital_spread: float = 0.5
    direction: str = "outward"
    spillover: float = 1.0
    adjustment: float = 1.0
    place_shock: float = 0.0
    noise: float = 0.0


@dataclass(frozen=True)
class World:
    """A process on a geography, ready to draw panels from."""

    geography: Geography
    process: Process

    def technology(self, index: Array) -> Array:
        """g, from the digital index."""
        return self.process.digital_level * np.exp(self.process.digital_spread * index)

    @cached_property
    def economy(self) -> Economy:
        """The economy of the first year, in which the starting sizes are an equilibrium."""
        place, process = self.geography, self.process
        bare = Economy(
            freeness=(1 + place.distance / process.distance_scale) ** -process.distance_elasticity,
            links=process.spillover * place.links,
            digital=self.technology(place.digital[0]),
            mu=process.mu,
            sigma=process.sigma,
            beta=process.beta,
            labour=place.labour,
            direction=process.direction,
            regions=place.regions,
        )
        return calibrate_amenity(bare, place.creative, process.psi)

    def impact_matrix(self, index: Array) -> Array:
        """d (n_i / mean n) / d index_j in the long run, (N, N), at the year's digital index."""
        economy = self.economy.with_digital(self.technology(index))
        settled = long_run(economy, self.process.psi, self.geography.creative)
        by_technology = long_run_impacts(settled).firms
        slope = self.process.digital_spread * self.technology(index)
        return self.geography.size * by_technology * slope

    @cached_property
    def true_impacts(self) -> Impacts:
        """The model's own average direct, indirect and total impact, mean over the years."""
        return average_impacts(np.mean([self.impact_matrix(x) for x in self.geography.digital], 0))

    @cached_property
    def undisturbed(self) -> Array:
        """Sizes that technology alone brings about, (T, N): the same in every draw."""
        return self._sizes(np.zeros_like(self.geography.digital))

    @property
    def movement(self) -> float:
        """Standard deviation of undisturbed sizes less region and year means."""
        return float(demeaned(self.undisturbed).std())

    def sizes(self, rng: np.random.Generator) -> Array:
        """Simulated sizes, measured without error: (T, N)."""
        if not self.process.place_shock:
            return self.undisturbed
        return self._sizes(rng.standard_normal(self.geography.digital.shape))

    def _sizes(self, shocks: Array) -> Array:
        """Firms by year relative to the year's mean; attraction walks by the shocks."""
        place, process = self.geography, self.process
        creative, attraction, firms = place.creative, self.economy.amenity, []
        for index, shock in zip(place.digital, shocks, strict=True):
            attraction = attraction + process.place_shock * shock
            economy = replace(self.economy, digital=self.technology(index), amenity=attraction)
            target = long_run(economy, process.psi, creative)
            creative = _partway(creative, target.creative, process.adjustment)
            firms.append(short_run(economy, creative, target.firms).firms.shares)
        return place.size * np.array(firms)

    def draw(self, rng: np.random.Generator) -> Array:
        """Simulated sizes as measured, relative to the year's mean: (T, N)."""
        sizes = self.sizes(rng)
        sizes = sizes + self.process.noise * rng.standard_normal(sizes.shape)
        return sizes / sizes.mean(axis=1, keepdims=True)

    def frame(self, sizes: Array) -> pd.DataFrame:
        """A panel of ``size`` and ``digital``, indexed by (region, year), years from 1."""
        place, years = self.geography, range(1, len(sizes) + 1)
        index = pd.MultiIndex.from_product([place.regions, years], names=["region", "year"])
        columns = {"size": sizes.T.ravel(), "digital": place.digital.T.ravel()}
        return pd.DataFrame(columns, index=index)


def demeaned(values: Array) -> Array:
    """Values of shape (T, N) less region and period means."""
    regions, periods = values.mean(axis=0), values.mean(axis=1, keepdims=True)
    return values - regions - periods + values.mean()


def _partway(here: Array, there: Array, share: float) -> Array:
    return softmax((1 - share) * np.log(here) + share * np.log(there))
