"""The page of cases names what is tested, and the table prints all that is."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from tests.case_table import CASES, MODULES, SLOW

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "background" / "cases.md"

pytestmark = pytest.mark.compiled_only  # about text, not about numbers


def test_the_table_has_every_module_with_cases():
    names = {f"tests.test_cases.{path.stem}" for path in HERE.glob("test_*.py")}
    found = {
        name
        for name in names
        if hasattr(importlib.import_module(name), "test_the_engine_agrees_with_theory")
    }
    assert found == {module.__name__ for module in MODULES}


def test_the_page_has_a_row_for_every_case_in_the_table_and_says_where_it_is():
    rows = re.findall(r"(?m)^\| ([A-Z]\d+) \|.*\| (.*) \|$", PAGE.read_text(encoding="utf-8"))
    page = {name: set(re.findall(r"tests/[\w/]+\.py", where)) for name, where in rows}
    assert len(page) == len(rows)
    tested = {name for name, where in rows if not where.startswith("not tested")}
    cases = {**CASES, **SLOW}
    for name, case in cases.items():
        file = case.__module__.replace(".", "/") + ".py"
        assert file in page[name.split("_")[0].upper()], name
    assert tested - {"P1"} == {name.split("_")[0].upper() for name in cases}
