"""The model: symbols, equations, propositions, and numbers from the same equations."""
