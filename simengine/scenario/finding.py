"""Finding studies and models: by path, or by the name of one that is shipped."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from simengine.errors import InputErrors, Problem, nearest
from simengine.scenario.assembling import Sources, override
from simengine.scenario.reading import Node, read_yaml
from simengine.scenario.tables import add_tables

__all__ = ["read_files", "read_model", "shipped"]

NETWORK_FILE = "network.yaml"


def shipped(kind: str) -> dict[str, Path]:
    """Shipped `configs` (studies, by name) or `models` (folders, by name).

    They stand beside the package in a checkout, and in its folder `_shipped` in a wheel.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package.parent / kind, package / "_shipped" / kind):
        if folder.is_dir():
            if kind == "configs":
                return {path.stem: path for path in sorted(folder.glob("*.yaml"))}
            found = sorted(folder.glob(f"*/{NETWORK_FILE}"))
            return {path.parent.name: path.parent for path in found}
    return {}


def _shown(path: Path) -> str:
    """A path as people know it: from where they stand, if it lies below."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return os.path.normpath(path)


def read_files(
    path_or_shipped_name: str | Path, overrides: Iterable[tuple[str, Any]] = ()
) -> tuple[Node, Node | None, Sources]:
    """Read a study's file and its model's files.

    Returns
    -------
    Node
        The study's document with its overrides.
    Node or None
        The model's document with its tables; None if there is none.
    Sources
        Problems so far, and digests of the files.
    """
    path = Path(path_or_shipped_name)
    if not path.exists() and path.parent == Path() and not path.suffix:
        known = shipped("configs")
        if path.name not in known:
            advice = nearest(path.name, known, 20)
            expected = "a YAML file, or the name of a shipped study"
            raise InputErrors([Problem(str(path), None, "", expected, "neither", advice)])
        path = known[path.name]
    shown = _shown(path)
    sources = Sources()
    study, problems, data = read_yaml(path, shown)
    if not isinstance(study.value, dict):
        if not problems:
            problems.append(Problem(shown, 1, "", "a study, a mapping of keys", "something else"))
        raise InputErrors(problems)
    sources.problems += problems
    sources.digests.append((path.name, hashlib.sha256(data).hexdigest()))
    override(study, overrides, sources.problems)
    model = study.mapping.get("model")
    if model is None or not isinstance(model.value, str):
        return study, None, sources
    folder = path.parent / model.value
    if not (folder / NETWORK_FILE).is_file():
        known = shipped("models")
        if model.value not in known:
            advice = nearest(model.value, known, 20)
            if folder.is_dir():
                advice = f"the folder has no {NETWORK_FILE}"
            expected = "the name of a shipped model, or a folder beside the study"
            sources.problems.append(
                Problem(model.file, model.line, "model", expected, f"'{model.value}'", advice)
            )
            return study, None, sources
        folder = known[model.value]
    return study, read_model(folder, sources), sources


def read_model(folder: Path, sources: Sources) -> Node | None:
    """Read `network.yaml` of a folder and the tables beside it; None if that is impossible."""
    file = folder / NETWORK_FILE
    network, problems, data = read_yaml(file, _shown(file))
    sources.problems += problems
    sources.digests.append((file.name, hashlib.sha256(data).hexdigest()))
    if not isinstance(network.value, dict):
        if not problems:
            found = "something else"
            sources.problems.append(Problem(_shown(file), 1, "", "a network, a mapping", found))
        return None
    digests, whole = add_tables(network, folder, _shown(folder), sources.problems)
    sources.digests += digests
    return network if whole else None
