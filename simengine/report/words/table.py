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
    "people_out_at": ("people out at", "mensen zonder op"),
    "customer_hours": ("customer-hours", "klanturen"),
    "energy_unserved": ("energy not served (MWh)", "niet-geleverde energie (MWh)"),
    "value_unserved": ("worth not delivered (euro)", "niet-geleverde waarde (euro)"),
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
    "transmission": ("transmission", "hoogspanningsnet"),
    "generation": ("generation", "opwekking en import"),
    "system_operation": ("system operation", "netbesturing"),
    "crew_dispatch": ("crew dispatch", "aansturing van ploegen"),
    "gas_transport": ("gas transport", "gastransport"),
    "telecom_core": ("telecom core", "telefoniekern"),
    "internet_core": ("internet core", "internetkern"),
    "process_control": ("process control", "procesbesturing"),
    "raw_water": ("raw water", "ruw water"),
    "hospital_care": ("hospital care", "ziekenhuiszorg"),
    "transport": ("transport", "vervoer"),
    "public_order": ("public order", "openbare orde"),
    "health": ("health", "zorg"),
    "finance": ("finance", "financiën"),
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
    "cells_one": (
        "1 cell x {runs} runs = {total} runs{at_most} "
        "(threats {threats}, epistemic draws {epistemic})",
        "1 cel x {runs} runs = {total} runs{at_most} "
        "(dreigingen {threats}, epistemische trekkingen {epistemic})",
    ),
    "at_most": (" at most", " hooguit"),
    "result": ("Result: {path}", "Resultaat: {path}"),
    "threat": (
        "{threat}: {good} good runs over {draws} epistemic draws",
        "{threat}: {good} goede runs over {draws} epistemische trekkingen",
    ),
    "threat_one": (
        "{threat}: {good} good runs over one epistemic draw",
        "{threat}: {good} goede runs over één epistemische trekking",
    ),
    "few_draws": (
        "With fewer than {least} epistemic draws ± says too little of what we do not know.",
        "Bij minder dan {least} epistemische trekkingen zegt ± te weinig over wat we niet weten.",
    ),
    "even_draws": (
        "The epistemic draws are spread evenly; ± is that of draws at random, usually too large.",
        "De epistemische trekkingen liggen gelijk verspreid; "
        "± is die van losse trekkingen en meestal te groot.",
    ),
    "strata": (
        "Intensities were drawn by {strata} strata, each with its weight; "
        "for what does not depend on them the runs are worth {worth}.",
        "Intensiteiten zijn getrokken per stratum ({strata}), elk met zijn gewicht; "
        "voor wat er niet van afhangt zijn de runs er {worth} waard.",
    ),
    "sobol": (
        "Intensities are spread evenly over the runs; ± comes from 16 groups of them.",
        "Intensiteiten liggen gelijk verspreid over de runs; ± komt uit 16 groepen daarvan.",
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
    "million": ("{number} M", "{number} mln"),
    "not_yet": ("not yet", "nog niet"),
    "nobody": ("nobody", "niemand"),
    "nobody_out": ("Nobody is out of any service.", "Niemand zit zonder een dienst."),
    "out": ("people out of", "mensen zonder"),
    "out_most": ("at most", "hooguit"),
    "out_at": ("at", "om"),
    "half_back": ("half back", "helft terug"),
    "all_back": ("all back", "allen terug"),
    "phase_spread": ("IT SPREADS", "HET BREIDT ZICH UIT"),
    "phase_recovery": ("IT RECOVERS", "HET HERSTELT"),
    "phase_aftermath": (
        "NOBODY IS OUT ANY MORE; what still comes back",
        "NIEMAND ZIT MEER ZONDER; wat nog terugkomt",
    ),
    "told_hit": ("struck: {list}", "getroffen: {list}"),
    "told_failed": ("fail by themselves: {list}", "falen vanzelf: {list}"),
    "told_tripped": ("switched off: {list}", "uitgeschakeld: {list}"),
    "told_manual": ("started by hand out of a deadlock: {list}", "met de hand gestart: {list}"),
    "told_collapse": ("collapse and go black: {list}", "storten in, spanningsloos: {list}"),
    "told_black": ("go black: {list}", "worden spanningsloos: {list}"),
    "told_shed": ("shed load: {list}", "schakelen belasting af: {list}"),
    "told_not_started": ("backup does not start: {list}", "noodvoorziening start niet: {list}"),
    "told_empty": ("buffers run out: {list}", "buffers raken leeg: {list}"),
    "told_falls": ("falls{why}: {list}", "zakt{why}: {list}"),
    "told_dips": ("dips and is back{why}: {list}", "dipt en is terug{why}: {list}"),
    "told_takes_over": ("buffers take over: {list}", "buffers nemen over: {list}"),
    "told_crew": ("crews set out: {list}", "ploegen gaan op weg: {list}"),
    "told_aid": (
        "mutual aid arrives where work waits: {list}",
        "bijstand komt aan waar werk wacht: {list}",
    ),
    "told_repaired": ("repaired or reset: {list}", "hersteld of gereset: {list}"),
    "told_black_start": (
        "energise themselves, from black start or a tie: {list}",
        "komen zelf onder spanning, door black start of koppellijn: {list}",
    ),
    "told_live": (
        "nodes energised, by island from: {list}",
        "knopen onder spanning, vanuit: {list}",
    ),
    "told_join": ("islands joined over: {list}", "eilanden gekoppeld over: {list}"),
    "told_rises": ("comes back: {list}", "komt terug: {list}"),
    "nodes_live": (
        "; {live} of the {nodes} nodes that went black are live",
        "; {live} van de {nodes} spanningsloze knopen staan weer onder spanning",
    ),
    "step_on": (" one step on", " een stap verder"),
    "steps_on": (" {steps} steps on", " {steps} stappen verder"),
    "because_of": (
        "{steps}, because of {service} ({origin})",
        "{steps}, door {service} ({origin})",
    ),
    "to_level": (" to {level}%", " tot {level}%"),
    "for_time": (" ({low} to {high})", " ({low} tot {high})"),
    "others": ("other", "overige"),
    "crews": ("CREWS", "PLOEGEN"),
    "own_crews": ("own crews", "eigen ploegen"),
    "own_crew": ("a crew of its own sets to work: @", "eigen ploeg gaat aan het werk: @"),
    "one_job": ("{pool}: 1 job", "{pool}: 1 klus"),
    "jobs": ("{pool}: {jobs} jobs", "{pool}: {jobs} klussen"),
    "waited": (
        "{waited} waited for a crew (at most {wait})",
        "{waited} wachtten op een ploeg (hooguit {wait})",
    ),
    "repair_at": ("repaired at {first}", "hersteld om {first}"),
    "repairs_from": (
        "first repaired at {first}, last at {last}",
        "eerste hersteld om {first}, laatste om {last}",
    ),
    "not_done": ("{open} not done at the end", "{open} aan het eind niet klaar"),
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
    "join": ("closes and joins two islands: @", "sluit en koppelt twee eilanden: @"),
    "shed": ("sheds load down to {level}%: @", "schakelt belasting af tot {level}%: @"),
    "aid": ("mutual aid arrives: @", "bijstand komt aan: @"),
    "manual": ("started by hand out of a deadlock: @", "met de hand uit een impasse gestart: @"),
}
