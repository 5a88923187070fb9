"""Estimating: spatial panel econometrics for any panel and any weights."""
