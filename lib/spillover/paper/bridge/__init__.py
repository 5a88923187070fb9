"""The bridge: panels made by the model, and what the estimator finds in them."""
