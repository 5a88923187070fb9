"""The ledger: every claim of the paper, decided by a function."""
