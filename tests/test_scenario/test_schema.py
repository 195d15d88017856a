"""The JSON Schemas are those of the shapes, and accept what the reader accepts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from simengine.scenario.schema import FILES, network_schema, study_schema

from .documents import network_document, study_document

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_schema_in_the_docs_is_fresh(name: str) -> None:
    written = json.loads((REFERENCE / name).read_text(encoding="utf-8"))
    assert written == FILES[name](), "run simengine.scenario.schema.write_schemas"


@pytest.mark.parametrize("make", list(FILES.values()))
def test_a_schema_is_a_schema(make: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(make())


def test_the_good_documents_are_valid() -> None:
    jsonschema.validate(study_document(), study_schema())
    jsonschema.validate(network_document(), network_schema())


def test_an_unknown_key_is_invalid() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(study_document() | {"runz": 1}, study_schema())


def _descriptions(schema: Any) -> Iterator[tuple[str, str | None]]:
    for name, own in schema["$defs"].items():
        for key, below in own.get("properties", {}).items():
            yield f"{name}.{key}", below.get("description")


def test_every_key_has_its_sentence() -> None:
    for schema in (study_schema(), network_schema()):
        silent = [name for name, words in _descriptions(schema) if not words]
        assert [name for name in silent if name not in ("uncertain.uncertain",)] == []
