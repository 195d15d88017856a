"""Two countries that had to be energised again: the shape of load restored against hours."""

from __future__ import annotations

from tests.hindcasts.record import Event, Line, Measure

KNOWN_FROM = 12.0  # hours: the ranges were set with the end of these restorations in mind
SLOW = (
    "Ties, first units and hops take the times that are assumed for a Dutch black start, and a "
    "region comes back as one block. The record is quicker: in Spain too the first tie was closed "
    "again after eleven minutes (El Debate). The ranges may be too slow where neighbours stand."
)
EARLY = (
    "All nodes are in reach within some hours and gas units restart side by side, so a small model "
    "ends sooner than a country whose last corners wait for lines, crews and second attempts."
)


def _served(hour: float, *services: str) -> Measure:
    return lambda o: o.served(hour, *services)


def _back(
    place: str,
    hour: float,
    share: float,
    source: str,
    *services: str,
    why: str = "",
) -> Line:
    quantity = f"{place}: share with power after {hour:g} h"
    known = hour > KNOWN_FROM
    return Line(quantity, "share", share, share, source, _served(hour, *services), why, known)


def _all_back(
    place: str, low: float, high: float, source: str, service: str, why: str = ""
) -> Line:
    return Line(
        f"{place}: hours until all are back",
        "hours",
        low,
        high,
        source,
        lambda o: o.hours("hours_to_100", service),
        why,
        not_independent=True,
    )


RAI = "rainews.it, September 2018"
MAGAZINE = "ilnuovomagazine.com; fancityacireale.it"

ITALY = Event(
    study="italy_2003",
    lines=(
        _back("north", 1.5, 0.20, f"20% by 05:00 ({RAI})", "electricity_north", why=SLOW),
        _all_back("north", 5.5, 5.6, f"09:00 ({RAI})", "electricity_north", SLOW),
        _all_back("centre", 13.0, 13.1, f"16:30 ({RAI})", "electricity_centre", EARLY),
        _all_back(
            "southern mainland",
            15.5,
            15.6,
            f"19:00 ({RAI}; {MAGAZINE})",
            "electricity_south",
            EARLY,
        ),
        _all_back(
            "Sicily",
            18.5,
            18.6,
            f"22:00 ({RAI}; {MAGAZINE})",
            "electricity_sicily",
            "The model lets the pumped storage of Anapo start the island alone; in 2003 Sicily was "
            "the last to be energised. A black start that fails is not in the model.",
        ),
    ),
)

SPAIN = "electricity_spain"
PORTUGAL = "electricity_portugal"

IBERIA = Event(
    study="iberia_2025",
    lines=(
        _back("Spain", 6.95, 0.216, "21.6% at 19:30 (El Debate)", SPAIN),
        _back("Spain", 13.45, 0.777, "77.7% at 02:00 (Segre)", SPAIN),
        _back("Spain", 14.28, 0.824, "82.4% at 02:50 (Diari Més)", SPAIN),
        _back("Spain", 15.45, 0.8737, "87.37% at 04:00 (Diari Més)", SPAIN),
        _back("Spain", 16.45, 0.9209, "92.09% at 05:00 (Europa Press)", SPAIN),
        _back("Spain", 17.45, 0.9916, "99.16% at 06:00 (Diari Més)", SPAIN),
        _all_back("Spain", 18.4, 18.5, "99.95% at 07:00 (mallorca-services.es)", SPAIN, EARLY),
        _back("Portugal", 9.2, 0.115, "750,000 of 6.5 million at 20:44 (Renascença)", PORTUGAL),
        _back("Portugal", 11.0, 0.615, "4 of 6.5 million at 22:30 (Renascença)", PORTUGAL),
        _back("Portugal", 12.45, 0.92, "more than 6 of 6.5 million at midnight (RTP)", PORTUGAL),
    ),
)

EVENTS = (ITALY, IBERIA)
