"""The table of words is whole in both languages, and numbers are written with their error."""

from __future__ import annotations

import math
import string

import pytest

from simengine.report.words import LANGUAGES, Words
from simengine.report.words.table import NAMES, SENTENCES
from simengine.variables import QUANTITIES

pytestmark = pytest.mark.compiled_only  # about text, not about kernels


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(SENTENCES))
def test_a_sentence_has_the_same_blanks_in_every_language(key: str) -> None:
    texts = SENTENCES[key]
    assert len(texts) == len(LANGUAGES)
    assert all(texts)
    assert len({frozenset(blanks(text)) for text in texts}) == 1


def test_every_quantity_of_a_result_has_words() -> None:
    assert set(QUANTITIES) <= set(NAMES)
    assert all(len(names) == len(LANGUAGES) and all(names) for names in NAMES.values())


@pytest.mark.parametrize(
    ("value", "error", "english", "dutch"),
    [
        (1234567.0, 12345.0, "1,235,000 ± 12,000", "1.235.000 ± 12.000"),
        (3.14159, 0.0271, "3.142 ± 0.027", "3,142 ± 0,027"),
        (5.0, 0.0, "5 ± 0", "5 ± 0"),
        (0.125, 0.0, "0.125 ± 0", "0,125 ± 0"),
        (0.0, 0.0, "0 ± 0", "0 ± 0"),
        (2000.0, math.nan, "2,000 ± unknown", "2.000 ± onbekend"),
        (math.nan, math.nan, "unknown", "onbekend"),
    ],
)
def test_a_figure_is_written_to_two_digits_of_its_error(
    value: float, error: float, english: str, dutch: str
) -> None:
    assert Words("en").estimate(value, error) == english
    assert Words("nl").estimate(value, error) == dutch


def test_a_name_outside_the_table_is_said_as_it_stands() -> None:
    assert Words("nl").name("district_heating") == "district heating"
    assert Words("nl").name("electricity") == "elektriciteit"


def test_a_title_falls_back_on_another_language() -> None:
    assert Words("nl").title({"en": "One hub fails"}, "hub") == "One hub fails"
    assert Words("nl").title({}, "hub") == "hub"
