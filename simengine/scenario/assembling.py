"""From documents to a study: overrides, the model, its changes, and the checks across both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simengine.errors import InputErrors, Problem
from simengine.scenario.links import add_link_assets
from simengine.scenario.network import Network
from simengine.scenario.network_check import (
    note_names,
    note_uncertain,
    read_network,
    refuse_unused,
)
from simengine.scenario.network_shape import NETWORK
from simengine.scenario.paths import change, parse_path
from simengine.scenario.reading import Node, from_python, from_yaml, to_python
from simengine.scenario.spot import Book, Refused, Spot
from simengine.scenario.study import Counting, Epistemic, Outputs, Study
from simengine.scenario.study_shape import STUDY

__all__ = ["Sources", "assemble", "documents_of_text", "override"]

COMMAND_LINE = "--set"
MODEL = "model."


@dataclass
class Sources:
    """What was read from files besides the documents: problems, and digests by file name."""

    problems: list[Problem] = field(default_factory=list)
    digests: list[tuple[str, str]] = field(default_factory=list)


def override(study: Node, overrides: Iterable[tuple[str, Any]], problems: list[Problem]) -> None:
    """Apply overrides to a study's document, in place.

    A path into the model (``assets...``, or with ``model.`` in front where both documents have
    the key) becomes one more model change, so that it stands in the provenance as one.
    """
    book = Book(problems)
    for path, raw in overrides:
        value = Node(None, COMMAND_LINE)
        if isinstance(raw, str):
            read, wrong = from_yaml(raw, COMMAND_LINE)
            if wrong:
                problems.append(Problem(COMMAND_LINE, None, path, "a value in YAML", f"'{raw}'"))
                continue
            raw = to_python(read)
        value = from_python(raw, COMMAND_LINE)
        value.shown = path
        at = Spot(Node(path, COMMAND_LINE, shown=path), book)
        segments = parse_path(path)
        first = segments[0].name if segments else ""
        if path.startswith(MODEL) or (first in NETWORK.fields and first not in STUDY.fields):
            own = Node(path.removeprefix(MODEL), COMMAND_LINE, shown=path)
            entry = Node({"path": own, "value": value}, COMMAND_LINE)
            changes = study.mapping.setdefault("model_changes", Node([], COMMAND_LINE))
            changes.items.append(entry)
        elif isinstance(study.value, dict):
            change(study, STUDY, at, value)


def assemble(study: Node, network: Node | None, sources: Sources) -> Study:
    """Check two documents together and build the study.

    Parameters
    ----------
    study
        The study's document, with overrides applied.
    network
        The model's document with its tables, a mapping; None if it could not be read.
    sources
        Problems met on the way here, and digests of the files.

    Raises
    ------
    InputErrors
        With every problem of both documents.
    """
    book = Book(list(sources.problems))
    root = Spot(study, book)
    text = json.dumps(
        {"study": to_python(study), "network": to_python(network) if network else None},
        ensure_ascii=False,
        default=str,  # what JSON does not know is refused below
        separators=(",", ":"),
    )
    built, model_entries, changed = None, [], 0
    book.complete = network is not None
    if network is not None:
        book.problems += add_link_assets(network)
        changed = _change_model(root, network)
        note_names(book, network)
    entries = note_uncertain(book, root)
    if network is not None:
        model_entries = note_uncertain(book, Spot(network, book, key="model"))
        built = read_network(book, network)
    try:
        values = STUDY.read(root)
    except Refused:
        values = {}
    if book.complete and not book.problems:
        # What a change replaces may have been the only use of a model's entry: that is no fault.
        refuse_unused(book, entries if changed else [*entries, *model_entries])
        if book.used and "epistemic" not in values:
            advice = "write epistemic: {size: ...}"
            root.refuse("the key 'epistemic', since something is uncertain", "nothing", advice)
    if book.problems or built is None:
        raise InputErrors(book.problems)
    return _study(values, built, text, tuple(sources.digests))


def _change_model(root: Spot, network: Node) -> int:
    """Apply the study's model changes to the model's document; returns how many there are."""
    changes = root.at("model_changes") if "model_changes" in root.node.mapping else None
    if changes is None:
        return 0
    for entry in changes.children():
        keys = entry.node.mapping
        if not isinstance(keys.get("path", entry.node).value, str) or "value" not in keys:
            continue  # refused with the study
        path, value = entry.at("path"), entry.at("value").node.copy()
        segments = parse_path(str(path.node.value))
        if segments and segments[0].name in STUDY.fields and segments[0].name not in NETWORK.fields:
            found, advice = f"'{path.node.value}', of the study", "change it in the study itself"
            path.refuse("a path into the model", found, advice)
            continue
        value.shown = value.shown or entry.at("value").path
        value.key = f"{MODEL}{path.node.value}"
        change(network, NETWORK, path, value)
    return len(changes.node.items)


def _study(
    values: dict[str, Any], network: Network, text: str, digests: tuple[tuple[str, str], ...]
) -> Study:
    values = {name: value for name, value in values.items() if name != "model_changes"}
    horizon = values["horizon"]
    defaults: dict[str, Any] = {
        "epistemic": Epistemic(),
        "window": (0.0, horizon),
        "own_failures": False,
        "manual_restart": None,
        "start": None,
        "counting": Counting(),
        "outputs": Outputs(),
        "until": None,
    }
    uncertain = {name: law for name, (law, _) in values.pop("uncertain", {}).items()}
    given = {**defaults, **values, "uncertain": uncertain}
    return Study(network=network, text=text, sources=digests, **given)


def documents_of_text(text: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The study's and the network's document in a `Study.text`.

    Raises
    ------
    InputErrors
        If the text is something else.
    """
    try:
        both = json.loads(text)
        return both["study"], both["network"]
    except (ValueError, TypeError, KeyError):
        problem = Problem("text", None, "", "the text of a study with its model", "something else")
        raise InputErrors([problem]) from None
