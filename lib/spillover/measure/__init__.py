"""Measuring: raw figures become variables, weights and spatial autocorrelation."""

import warnings

# esda's progress bars ask for notebook widgets on import; no function here shows a bar.
warnings.filterwarnings("ignore", message="IProgress not found")
