"""Studying: the whole chain of estimates for anyone's panel, from a file to a report."""
