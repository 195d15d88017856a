"""One table of words for all that people read, in two languages, and how numbers are written."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from simengine.report.words.table import NAMES, SENTENCES

__all__ = ["LANGUAGES", "Words"]

LANGUAGES = ("en", "nl")
MILLION = 1e6


class Words:
    """The words of one language.

    Parameters
    ----------
    language
        ``en`` or ``nl``.
    """

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self._column = LANGUAGES.index(language)

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence of the table with `values` filled in."""
        return SENTENCES[key][self._column].format(**values)

    def name(self, label: str) -> str:
        """Return a service, sector or quantity as people say it; an unknown one as it stands."""
        return NAMES[label][self._column] if label in NAMES else label.replace("_", " ")

    def title(self, titles: dict[str, str], otherwise: str) -> str:
        """Return the title in this language, else in any, else `otherwise`."""
        return titles.get(self.language) or next(iter(titles.values()), otherwise)

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number with thousands apart: 1,234.5 in English, 1.234,5 in Dutch."""
        if math.isnan(value):
            return self("unknown")
        if math.isinf(value):
            return "∞" if value > 0 else "-∞"
        text = f"{value:,.{max(decimals, 0)}f}"
        return text.translate(str.maketrans(",.", ".,")) if self.language == "nl" else text

    def estimate(self, value: float, standard_error: float) -> str:
        """Write a value with its standard error, both to two digits of the error.

        >>> Words("en").estimate(1234567.0, 12345.0)
        '1,235,000 ± 12,000'
        >>> Words("nl").estimate(3.14159, 0.0271)
        '3,142 ± 0,027'
        """
        if math.isnan(value):
            return self("unknown")
        if math.isnan(standard_error):
            return f"{self.significant(value)} ± {self('unknown')}"
        if standard_error == 0:
            exact = value == round(value)
            return f"{self.number(value) if exact else self.significant(value)} ± 0"
        decimals = _decimals(standard_error, digits=2)
        shown = (self.number(round(part, decimals), decimals) for part in (value, standard_error))
        return " ± ".join(shown)

    def people(self, count: float) -> str:
        """Write a number of people to three digits.

        >>> Words("nl").people(17_590_672.0), Words("nl").people(83_148.2)
        ('17,6 mln', '83.100')
        """
        if count >= MILLION:
            return self("million", number=self.significant(count / MILLION, 3))
        return self.significant(round(count), 3) if count >= 100 else self.number(count)

    def clock(self, hours: float) -> str:
        """Write a time since the start as days, hours and minutes.

        >>> Words("en").clock(30.5)
        '1 d 6:30'
        """
        if math.isnan(hours):
            return self("not_yet")
        days, rest = divmod(round(hours * 60), 24 * 60)
        return (f"{days} d " if days else "") + f"{rest // 60:d}:{rest % 60:02d}"

    def some(self, names: Sequence[str], shown: int) -> str:
        """Write a few names and how many more there are."""
        if len(names) <= shown + 1:
            return ", ".join(names)
        more = self.number(len(names) - shown)
        return self("and_more", shown=", ".join(names[:shown]), more=more)

    def table(self, rows: Sequence[Sequence[str]]) -> Iterator[str]:
        """Yield lines with the first column to the left and the others to the right."""
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for first, *rest in rows:
            cells = [text.rjust(width) for text, width in zip(rest, widths[1:], strict=True)]
            yield "  " + "  ".join([first.ljust(widths[0]), *cells])

    def significant(self, value: float, digits: int = 3) -> str:
        """Write a number to a few significant digits."""
        if math.isnan(value) or math.isinf(value):
            return self.number(value)
        decimals = _decimals(value, digits)
        return self.number(round(value, decimals), decimals)


def _decimals(value: float, digits: int) -> int:
    """Return how many decimals show `digits` significant digits of `value`; negative for tens."""
    return digits - 1 - math.floor(math.log10(abs(value))) if value else 0
