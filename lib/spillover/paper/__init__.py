"""This paper: its variables and outcomes, its published numbers, and what can be said of them."""
