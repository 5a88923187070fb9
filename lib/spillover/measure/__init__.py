"""Measuring: raw figures become variables, weights and spatial autocorrelation."""
