"""What really happened beside what the engine makes of it.

`python -m tests.hindcasts` runs all events and writes `docs/background/hindcasts.md` and the
figures it is made of. Parameters come from sources, are the same wherever events share them, and
are not tuned to any of the events; misses are shown and explained.
"""
