"""The tests, in a tree that mirrors the package; `python -m tests` runs them all."""
