"""Statistical verification, run by hand and before a release: see `tests.verification.__main__`."""
