"""This paper: its published numbers, its chain of estimates and its audit."""
