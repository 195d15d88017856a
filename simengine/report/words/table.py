"""The table: English, Dutch."""

from __future__ import annotations

__all__ = ["NAMES", "SENTENCES"]

# What the engine's own quantities and the shipped models' services and sectors are called.
NAMES: dict[str, tuple[str, str]] = {
    "person_hours": ("person-hours", "persoonsuren"),
    "people_peak": ("people at the peak", "mensen op de piek"),
    "hours_to_50": ("hours to 50%", "uren tot 50%"),
    "hours_to_90": ("hours to 90%", "uren tot 90%"),
    "hours_to_100": ("hours to 100%", "uren tot 100%"),
    "first_outage": ("hours to first outage", "uren tot eerste uitval"),
    "hours_below_full": ("hours below full", "uren onder vol"),
    "interruptions": ("interruptions", "onderbrekingen"),
    "customers_interrupted": ("people interrupted", "mensen onderbroken"),
    "basic_person_hours": (
        "person-hours without a basic service",
        "persoonsuren zonder een basisdienst",
    ),
    "basic_people_peak": (
        "people without a basic service at the peak",
        "mensen zonder een basisdienst op de piek",
    ),
    "basic_hours_to_50": (
        "hours to 50% of people with all basic services",
        "uren tot 50% van de mensen met alle basisdiensten",
    ),
    "basic_hours_to_90": (
        "hours to 90% of people with all basic services",
        "uren tot 90% van de mensen met alle basisdiensten",
    ),
    "basic_hours_to_100": (
        "hours until all people have all basic services",
        "uren tot alle mensen alle basisdiensten hebben",
    ),
    "region_person_hours": ("person-hours by region", "persoonsuren per regio"),
    "region_people_peak": ("people at the peak by region", "mensen op de piek per regio"),
    "region_basic_person_hours": (
        "person-hours without a basic service by region",
        "persoonsuren zonder een basisdienst per regio",
    ),
    "people_by_duration": ("people by duration of outage", "mensen naar duur van de uitval"),
    "struck": ("assets struck", "objecten getroffen"),
    "followed": ("assets that followed", "objecten die volgden"),
    "by_order": ("person-hours by order", "persoonsuren naar orde"),
    "by_origin": ("person-hours by sector of origin", "persoonsuren naar sector van oorsprong"),
    "censored": (
        "share of runs with an outage still open at the horizon",
        "deel van de runs met een uitval die aan de horizon nog duurt",
    ),
    "deadlocked": ("assets in a deadlock", "objecten in een impasse"),
    "electricity": ("electricity", "elektriciteit"),
    "gas": ("gas", "gas"),
    "mobile": ("mobile telephony", "mobiele telefonie"),
    "telecom": ("telecom", "telecom"),
    "fixed_internet": ("fixed internet", "vast internet"),
    "emergency_number": ("emergency number 112", "alarmnummer 112"),
    "drinking_water": ("drinking water", "drinkwater"),
    "tap_water": ("tap water", "kraanwater"),
    "hospital": ("hospitals", "ziekenhuizen"),
    "payments": ("payments", "betalingsverkeer"),
    "energy": ("energy", "energie"),
    "ict": ("ICT", "ICT"),
}

SENTENCES: dict[str, tuple[str, str]] = {
    "unknown": ("unknown", "onbekend"),
    "cells": (
        "{cells} cells x {runs} runs = {total} runs{at_most} "
        "(threats {threats}, epistemic draws {epistemic})",
        "{cells} cellen x {runs} runs = {total} runs{at_most} "
        "(dreigingen {threats}, epistemische trekkingen {epistemic})",
    ),
    "at_most": (" at most", " hooguit"),
    "result": ("Result: {path}", "Resultaat: {path}"),
    "threat": (
        "{threat}: {good} good runs over {draws} epistemic draws",
        "{threat}: {good} goede runs over {draws} epistemische trekkingen",
    ),
    "variant": ("{threat}, variant {variant}", "{threat}, variant {variant}"),
    "rate": (
        "Expected {rate} times a year (between {low} and {high} in 90% of what we think possible).",
        "Naar verwachting {rate} keer per jaar "
        "(tussen {low} en {high} in 90% van wat wij voor mogelijk houden).",
    ),
    "rate_known": ("Expected {rate} times a year.", "Naar verwachting {rate} keer per jaar."),
    "loss": (
        "One occurrence costs on average {loss} person-hours without at least one basic service.",
        "Eén keer kost gemiddeld {loss} persoonsuren zonder minstens één basisdienst.",
    ),
    "peak": (
        "At the worst moment {peak} people are without at least one basic service.",
        "Op het ergste moment zijn {peak} mensen zonder minstens één basisdienst.",
    ),
    "assets": (
        "{struck} assets are struck and {followed} follow.",
        "{struck} objecten worden getroffen en {followed} volgen.",
    ),
    "spread": (
        "Of the variance between runs {chance}% is chance and {epistemic}% is what we do not know.",
        "Van de variantie tussen runs is {chance}% toeval en {epistemic}% wat we niet weten.",
    ),
    "service": ("service", "dienst"),
    "region": ("region", "regio"),
    "most": ("Hardest hit, person-hours by region:", "Zwaarst getroffen, persoonsuren per regio:"),
    "people_by_region": (
        "person-hours without a basic service",
        "persoonsuren zonder een basisdienst",
    ),
    "error": (
        "± is one standard error of the Monte Carlo mean. All is given that it occurs.",
        "± is één standaardfout van het Monte-Carlogemiddelde. Alles gegeven dat het gebeurt.",
    ),
    "failed_runs": (
        "{failed} of {total} runs failed and are left out of all figures.",
        "{failed} van {total} runs mislukten en tellen nergens mee.",
    ),
    "failed_run": (
        "  threat {threat}, epistemic {epistemic}, run {run}: {why}",
        "  dreiging {threat}, epistemisch {epistemic}, run {run}: {why}",
    ),
    "replay": ("  look at it: {command}", "  bekijk hem: {command}"),
    # The story of one run; @ stands for those it is about.
    "story": (
        "{threat}: epistemic draw {epistemic}, run {run}",
        "{threat}: epistemische trekking {epistemic}, run {run}",
    ),
    "story_loss": (
        "{loss} person-hours without at least one basic service",
        "{loss} persoonsuren zonder minstens één basisdienst",
    ),
    "story_failed": ("The run failed: {why}", "De run mislukte: {why}"),
    "sensitive": (
        "This names assets: handle with care.",
        "Hier staan objecten bij naam: ga er zorgvuldig mee om.",
    ),
    "people_out": ("people out: {list}", "mensen zonder: {list}"),
    "and_more": ("{shown} and {more} more", "{shown} en nog {more}"),
    "hit": ("struck, health {level}% left: @", "getroffen, gezondheid nog {level}%: @"),
    "failed": ("fails by itself: @", "faalt vanzelf: @"),
    "tripped": ("switched off by {origin}: @", "uitgeschakeld door {origin}: @"),
    "falls": ("{service} falls to {level}%{why}: @", "{service} zakt naar {level}%{why}: @"),
    "rises": ("{service} rises to {level}%: @", "{service} stijgt naar {level}%: @"),
    "because": (
        " (order {order}, began at {origin})",
        " (orde {order}, begonnen bij {origin})",
    ),
    "takes_over": ("a buffer of {time} takes over: @", "een buffer van {time} neemt over: @"),
    "not_started": ("buffer '{detail}' does not start: @", "buffer '{detail}' start niet: @"),
    "empty": ("buffer '{detail}' is empty: @", "buffer '{detail}' is leeg: @"),
    "crew": ("a crew of {detail} sets out: @", "ploeg van {detail} gaat op weg: @"),
    "repaired": ("repaired: @", "hersteld: @"),
    "restart": ("starts again: @", "start weer op: @"),
    "black": ("goes black: @", "wordt spanningsloos: @"),
    "collapse": ("collapses and goes black: @", "stort in en wordt spanningsloos: @"),
    "live": ("is energised again: @", "komt weer onder spanning: @"),
    "shed": ("sheds load down to {level}%: @", "schakelt belasting af tot {level}%: @"),
    "aid": ("mutual aid arrives: @", "bijstand komt aan: @"),
    "manual": ("started by hand out of a deadlock: @", "met de hand uit een impasse gestart: @"),
}
