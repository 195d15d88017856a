"""Four Dutch events on the model of the Netherlands."""

from __future__ import annotations

import numpy as np

from tests.hindcasts.outcome import Outcome
from tests.hindcasts.record import HOUSEHOLD, Event, Line

NORTH_HOLLAND = ("VR10", "VR11", "VR12", "VR13", "VR14")
UNITS_TRIP = "station_and_units_fail"
LAW_KNOWN = True  # the law behind the line was made with this event in mind


def _masts(o: Outcome) -> np.ndarray:
    return o.people("people_peak", "mobile") / o.people("people_peak", "electricity")


def _north_holland(o: Outcome) -> np.ndarray:
    return o.people("region_people_peak", "electricity", *NORTH_HOLLAND)


DIEMEN = Event(
    study="diemen_2015",
    lines=(
        Line(
            "people without power",
            "people",
            0.95e6 * HOUSEHOLD,
            1.05e6 * HOUSEHOLD,
            "about 1,000,000 households (ACM 2015) of 2.1 people (recalled)",
            lambda o: o.people("people_peak", "electricity"),
            "One station, one way to fail: the model gives one number, just below the record, and "
            "the next two lines show that it is near for a wrong reason.",
        ),
        Line(
            "of whom in Utrecht",
            "people",
            0,
            0,
            "none: Noord-Holland and Flevoland alone are named (ACM 2015)",
            lambda o: o.people("region_people_peak", "electricity", "VR09"),
            "The model feeds 96% of Utrecht from Diemen, the nearest node along the lines, and has "
            "no 150 kV rings over which another node could take over.",
        ),
        Line(
            "of whom in Noord-Holland",
            "people",
            1.57e6,
            1.05e6 * HOUSEHOLD,
            "the million households less at most all 434,771 people of Flevoland (derived)",
            _north_holland,
            "Everything north of Diemen stays up on its own units, which the model counts at what "
            "they can give, 1.8 GW for a load of 1.7 GW. What ran that morning was not found.",
        ),
        Line(
            "the same, if the units north of Diemen trip too",
            "people",
            1.57e6,
            1.05e6 * HOUSEHOLD,
            "as above",
            lambda o: _north_holland(o.on(UNITS_TRIP)),
            "Then all of Noord-Holland is dark, and the record speaks of a large part. It lies "
            "between the two threats; the model cannot split a region below 380 kV.",
        ),
        Line(
            "hours until Diemen is back",
            "hours",
            1.0,
            1.72,
            "about an hour (ACM 2015) to 1 h 43 (news, 27 March 2015)",
            lambda o: o.back("diemen_380"),
            not_independent=LAW_KNOWN,
        ),
        Line(
            "hours until the last customer is back",
            "hours",
            5.52,
            5.88,
            "15:08 to 15:30 (Liander, in De Telegraaf)",
            lambda o: o.hours("hours_to_100", "electricity"),
            not_independent=LAW_KNOWN,
        ),
        Line(
            "masts silent, as a share of the dark area, at the worst moment",
            "share",
            0.70,
            0.70,
            "about 70% of the masts of T-Mobile (pi4raz.nl, 27 March 2015); other operators fewer",
            _masts,
        ),
    ),
)

AMSTERDAM = Event(
    study="amsterdam_2017",
    lines=(
        Line(
            "hours until the last customer is back",
            "hours",
            4.68,
            4.88,
            "09:00 to 09:12 (NOS, AD, Haarlems Dagblad); NRC speaks of less than two hours",
            lambda o: o.hours("hours_to_100", "electricity"),
        ),
        Line(
            "person-hours without power",
            "people",
            794e3 * HOUSEHOLD,
            1052e3 * HOUSEHOLD,
            "households by the hour (AD, Haarlems Dagblad), back early or late between two reports "
            "(derived)",
            lambda o: o.people("person_hours", "electricity"),
        ),
        Line(
            "people without mobile, as a share of those without power",
            "share",
            0.0,
            0.5,
            "most could call, masts around took over (inspectorates, in nu.nl, July 2017)",
            _masts,
        ),
        Line(
            "people who cannot reach 112, as a share of the two regions",
            "share",
            0.18,
            0.18,
            "369 of nearly 2,000 callers did not get through (inspectorates, in Trouw, July 2017)",
            lambda o: o.people("people_peak", "emergency_number") / 1_446_034,
            "The number failed by the crowd: 2,000 calls where 70 are normal. Calls and the people "
            "who answer them are not in the model, which knows only masts, lines and platforms.",
        ),
        Line(
            "rail control loses its power",
            "yes",
            1,
            1,
            "its genset failed too; 1,180 trains cancelled (NRC, July 2017)",
            lambda o: o.falls("rail_control_amsterdam"),
            "Its genset fails to start once in twenty times, a judgement; one failure in a few "
            "outages of this size allows more.",
            not_independent=LAW_KNOWN,
        ),
        Line(
            "a hospital loses its power",
            "yes",
            1,
            1,
            "Slotervaart, three quarters of an hour (Trouw, 17 January 2017)",
            lambda o: o.falls(
                "hospital_amsterdam_amc", "hospital_amsterdam_vumc", "hospital_zaandam"
            ),
            "Three hospitals of the two regions are in the model, Slotervaart is not; a genset "
            "fails to start once in a hundred times (0.5-2%, recalled). Ten hospitals would make "
            "it a tenth of the runs.",
        ),
        Line(
            "hours until district heat is back",
            "hours",
            11.7,
            11.7,
            "until 16:00 (news, 17 January 2017)",
            lambda o: o.back("district_heat_amsterdam"),
            "A restart of six hours is an assumption; the record is longer.",
            not_independent=LAW_KNOWN,
        ),
    ),
)

SPANNENBURG = Event(
    study="spannenburg_2018",
    lines=(
        Line(
            "taps run dry",
            "yes",
            1,
            1,
            "De Telegraaf, 30 December 2018",
            lambda o: (o.people("people_peak", "drinking_water") > 0).astype(float),
        ),
        Line(
            "hours until the first taps run dry, if they do",
            "hours",
            3.0,
            3.0,
            "10:30 to 13:30 (De Telegraaf, Omrop Fryslân)",
            lambda o: o.hours("first_outage", "drinking_water"),
            not_independent=LAW_KNOWN,
        ),
        Line(
            "people short of water",
            "people",
            200e3,
            654_019,
            "hundreds of thousands with low pressure or none (RTL, RD); at most all of Fryslân",
            lambda o: o.hours("people_peak", "drinking_water"),
        ),
        Line(
            "people with no water at all",
            "people",
            20e3 * HOUSEHOLD,
            20e3 * HOUSEHOLD,
            "about 20,000 households (news)",
            lambda o: o.hours("people_peak", "drinking_water"),
            "The model shares a shortage by counting some people out and the rest in. In the mains "
            "it became low pressure for many and dry taps for few. Read the figure as people short "
            "of water, not as dry taps.",
        ),
        Line(
            "hours until the water is back, if it went",
            "hours",
            5.6,
            7.5,
            "systems shortly after 16:00, everybody 18:00 (De Telegraaf, RD)",
            lambda o: o.hours("hours_to_100", "drinking_water"),
            not_independent=LAW_KNOWN,
        ),
    ),
)

KPN = Event(
    study="kpn_2019",
    lines=(
        Line(
            "112 falls, given a flaw",
            "yes",
            1,
            1,
            "four of four (tweakers, 25 June 2019: three back-ups did not work)",
            lambda o: (o.people("people_peak", "emergency_number") > 0).astype(float),
        ),
        Line(
            "people without 112, if it falls",
            "people",
            17_590_672,
            17_590_672,
            "the whole country, every operator (NOS, 25 June 2019); people of 2022",
            lambda o: o.hours("people_peak", "emergency_number"),
        ),
        Line(
            "hours without 112, if it falls",
            "hours",
            3.25,
            3.3,
            "15:34 to 18:52 (public account of the outage); about 16:00 to 19:15 in nu.nl",
            lambda o: o.hours("hours_to_100", "emergency_number"),
            not_independent=LAW_KNOWN,
        ),
    ),
)

EVENTS = (DIEMEN, AMSTERDAM, SPANNENBURG, KPN)
