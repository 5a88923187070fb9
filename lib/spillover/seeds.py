"""Every random seed of the book, the simulations and the benchmarks, by the name of its use."""

SEEDS: dict[str, int] = {
    "eigenvalue_search": 19750301,
    "benchmarks": 20240601,
    "many_fits": 20240602,
    "estimator_monte_carlo": 20100154,
    "estimator_monte_carlo_points": 20100165,
    "impact_draws": 20090123,
    "durbin_chapter": 20100708,
    "durbin_chapter_sampling": 20100709,
    "moran_permutations": 20130901,
    "local_moran_permutations": 20130902,
    "residual_moran_permutations": 19500617,
    "template_panel": 20240817,
    "theory_witnesses": 20030601,
    "relative_size": 20130908,
    "wald_and_lr": 20130909,
    "bridge": 20030054,
    "bridge_towns": 20030121,
    "no_spillover": 20240818,
    "rival_locations": 20031121,
}
