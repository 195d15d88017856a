"""JSON Schemas of a study and of a network, so that an editor completes keys and shows help.

The schemas come from the shapes that read the files, so they cannot drift apart. An editor finds
them by the first line of a file: ``# yaml-language-server: $schema=...``. References between
names, units and sums are checked by the reader alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simengine.scenario.network_shape import NETWORK
from simengine.scenario.shape import Record, Schema
from simengine.scenario.study_shape import STUDY

__all__ = ["FILES", "network_schema", "study_schema", "write_schemas"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# Keys that tables beside network.yaml may give instead: the file alone may leave them out.
FROM_TABLES = {"network": ("assets",), "carrier": ("nodes",), "need": ("suppliers",)}


def _document(record: Record[Any], title: str) -> Schema:
    definitions: Schema = {}
    top = record.schema(definitions)
    return {"$schema": DIALECT, "title": title, **top, "$defs": definitions}


def study_schema() -> Schema:
    """JSON Schema of a study file."""
    return _document(STUDY, "A study of simengine")


def network_schema() -> Schema:
    """JSON Schema of a `network.yaml`."""
    schema = _document(NETWORK, "A model of simengine")
    definitions = schema["$defs"]
    for name, from_tables in FROM_TABLES.items():
        own = definitions[name]
        own["required"] = [key for key in own["required"] if key not in from_tables]
    return schema


FILES = {"study.schema.json": study_schema, "network.schema.json": network_schema}


def write_schemas(folder: Path) -> None:
    """Write both schemas into a folder (`docs/reference` of a checkout)."""
    for name, make in FILES.items():
        text = json.dumps(make(), indent=1, ensure_ascii=False) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
