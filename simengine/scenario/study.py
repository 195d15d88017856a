"""What is asked of a model: threats, runs, horizon, and what to keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from simengine.scenario.network import Network
from simengine.scenario.quantity import Law
from simengine.scenario.sampling import Sampling
from simengine.scenario.threat import Threat

__all__ = [
    "Counting",
    "Curves",
    "Epistemic",
    "Outputs",
    "Study",
    "Until",
    "read_study",
    "study_from_documents",
    "study_from_text",
]

HOUR = 3_600_000.0
DURATION_EDGES = tuple(h * HOUR for h in (1, 2, 4, 8, 12, 24, 48, 72, 144, 168, 720))


@dataclass(frozen=True)
class Epistemic:
    """How many draws of what is not known, and by which design."""

    size: int = 1
    design: Literal["random", "latin_hypercube", "sobol"] = "random"


@dataclass(frozen=True)
class Counting:
    """How people are counted.

    Edges of outage durations [ms], how basic services overlap, and instants [ms] at which people
    out are told.
    """

    duration_edges: tuple[float, ...] = DURATION_EDGES
    basic_services: Literal["comonotone", "independent"] = "comonotone"
    instants: tuple[float, ...] = ()


@dataclass(frozen=True)
class Curves:
    """Curves of people out, mean and histogram, every `step` [ms]."""

    step: float


@dataclass(frozen=True)
class Outputs:
    """Which quantities to report, by which dimensions, and which to keep for every run."""

    quantities: tuple[str, ...] = ("person_hours", "people_peak", "hours_to_90")
    by: tuple[str, ...] = ("service",)
    keep_runs: tuple[str, ...] = ()
    curves: Curves | None = None


@dataclass(frozen=True)
class Until:
    """Stop rule: run on until the relative standard error of a statistic is small enough."""

    quantity: str
    statistic: Literal["mean"]
    relative_error: float
    at_most: int


@dataclass(frozen=True)
class Study:
    """A study with its model, checked; times in ms.

    Attributes
    ----------
    network
        The model after `model_changes`.
    window
        Observation window, from and to.
    start
        `hour_of_week` (0 is Monday 00:00) and `month` of t = 0, as far as given; None: drawn.
    text
        The whole study with its model as JSON, from which `study_from_text` gives it again.
    sources
        File names and SHA-256 digests of what was read; no part of equality.
    """

    format: str
    name: str
    title: dict[str, str]
    kind: Literal["scenario"]
    model: str
    network: Network
    seed: int
    runs: int
    epistemic: Epistemic
    horizon: float
    window: tuple[float, float]
    own_failures: bool
    manual_restart: float | None
    start: dict[str, int] | None
    uncertain: dict[str, Law]
    threats: dict[str, Threat]
    counting: Counting
    outputs: Outputs
    until: Until | None
    text: str
    sources: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    sampling: Sampling = Sampling()


def read_study(
    path_or_shipped_name: str | Path, overrides: Iterable[tuple[str, Any]] = ()
) -> Study:
    """Read a study and its model, and check all of it.

    Parameters
    ----------
    path_or_shipped_name
        A YAML file, or the name of a study in the package's `configs`.
    overrides
        Pairs (path, value) as given by ``--set path=value``; a string is read as YAML.

    Raises
    ------
    simengine.errors.InputErrors
        With every problem of every file.
    """
    # Imported here since the checks are described in terms of the classes above.
    from simengine.scenario.assembling import assemble
    from simengine.scenario.finding import read_files

    return assemble(*read_files(path_or_shipped_name, overrides))


def study_from_documents(
    study: Mapping[str, Any],
    network: Mapping[str, Any],
    overrides: Iterable[tuple[str, Any]] = (),
) -> Study:
    """Build a study from two documents in memory, with the checks of files.

    Parameters
    ----------
    study, network
        What a study file and a `network.yaml` hold, as plain dicts, lists, strings and numbers.
    overrides
        As for `read_study`.

    Raises
    ------
    simengine.errors.InputErrors
        With every problem of both documents.
    """
    from simengine.scenario.assembling import Sources, assemble, override
    from simengine.scenario.reading import from_python

    sources, document = Sources(), from_python(study, "study")
    override(document, overrides, sources.problems)
    return assemble(document, from_python(network, "network"), sources)


def study_from_text(text: str) -> Study:
    """Build again the study whose `Study.text` this is; the two are equal.

    Raises
    ------
    simengine.errors.InputErrors
        If the text is no study's text, or a later version refuses it.
    """
    from simengine.scenario.assembling import documents_of_text

    return study_from_documents(*documents_of_text(text))
