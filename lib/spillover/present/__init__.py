"""Presenting: tables and figures for results of the other rooms."""
