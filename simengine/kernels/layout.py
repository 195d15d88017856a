"""The tables a kernel reads and the state it writes: columns of two-dimensional arrays.

One `World` holds everything one thread needs. A table has a row a thing and int64 columns, which
the tuples here number (`w.asset[i, ASSET.own]`), state and fixed facts side by side, so that one
stretch of memory serves one thing; 64-bit ids and causes stand in a table of uint64 beside it
(`asset_word`). The state of a row is saved when a run first touches it, and put back after the run.

Levels, shares and rates are in units of 2**-20, times in ms, work and buffer content in
ms x 2**-20, power in kW, people in persons; -1 is "none" for an index. A law is a (kind, slot)
pair for `distributions.sample`; a slot alone is a number in `parameters`.
"""

from collections import namedtuple
from typing import NamedTuple

import numpy as np

from simengine.kernels.jit import number

ONE = 1 << 20
HALF_STEP = ONE - 1
CUT = 1 << 10
MINUTE = 60_000
ORDERS = 8
STACK = 64
MAX_GENERATIONS = 10_000
MAX_EVENTS = 50_000_000
NEVER = np.iinfo(np.int64).max
# A drawn time beyond this one [ms], 139 years, counts as this one; no horizon is longer than
# LONGEST_HORIZON, 34 years. So no product of times, rates and shares passes 2**63.
LONGEST_TIME = 1 << 42
LONGEST_HORIZON = 1 << 40
LONGEST_WORK = 1 << 62

# Phases of an instant.
RISE, FALL, RELIEF, COMMIT = (number(k) for k in range(4))
# Rules of needs and carriers, kinds of mechanisms, states of a job.
SHARE, STEP = 0, 1
PRIORITY, EVEN, COLLAPSE = 0, 1, 2
SINGLE, FRAGILITY, SUBSETS, COMMON = 0, 1, 2, 3
NO_JOB, QUEUED, RUNNING = 0, 1, 2
# Clocks of an asset: its index x CLOCKS + kind.
LIFE, PLANNED, REPAIR, RESTART, TRIPPED, CLOCKS = 0, 1, 2, 3, 4, 5
# Kinds of events, in the order in which those of one time are applied; the first five are clocks.
BUFFER, HOP, BLACK_START, AID, CLOCK_STEP, HIT, MANUAL, WAKE = (number(k) for k in range(5, 13))
SHIFT = 40


def columns(text, width=0):
    """Numbers of the columns of a table, by name; spare ones fill a row up to a width."""
    names = text.split()
    names += [f"spare_{k}" for k in range(len(names), width)]
    return namedtuple("Columns", names)(*range(len(names)))


# Columns of state first: a run is undone up to the first fixed one. In the large tables what most
# instants read stands together around that border, and begins a cache line (see `FIRST_OF_LINE`).
ASSET = columns(
    "origin self_stamp self_order self_origin wake_end manual_end struck followed"
    " job job_pool job_priority job_released job_work life_count planned_count planned_over"
    " order base base_own ready own_start y_start used moved"
    " seen dirty own y health started need_lo need_hi"
    " node edge_lo edge_hi feed_lo feed_hi start_lo start_hi sum_rule is_factor"
    " link_from link_to trip_lo trip_hi restart_kind restart_slot restart_least"
    " has_repair repair_kind repair_slot access_kind access_slot pool priority"
    " life_kind life_slot planned_kind planned_slot outage_kind outage_slot sector",
    64,
)
ASSET_WORD = columns("cause self_cause job_cause item planned_item")
CLOCK = columns("left rate since end active listed factor_lo factor_hi")
NEED = columns(
    "fresh fresh_stamp decided decided_stamp drawn refill"
    " content capacity rate since end hold committed"
    " seen used sum enough threshold owner rule bar kind"
    " criticality supplier_lo supplier_hi threshold0 profile"
    " per_demand drain time_kind time_slot refill_kind refill_slot fail_slot item refill_item",
    40,
)
EDGE = columns("need weight")
SUPPLIER = columns("asset weight reads_live")
NODE = columns(
    "live ratio ratio_start ratio_new restoring island comp touched picked shed end due"
    " asset carrier demand profile source_lo source_hi adj_lo adj_hi live_lo live_hi"
)
LINK = columns("closed closed_start end due asset carrier a b")
CARRIER = columns(
    "due touched used stale islands rule step largest node_lo node_hi link_lo link_hi hop_kind"
    " hop_slot black_kind black_slot"
)
SOURCE = columns("asset kw self_starting")
ADJACENT = columns("link other")
POOL = columns(
    "crews busy end queued queue_lo crews0 aid aid_kind aid_slot travel_kind travel_slot"
    " factor_lo factor_hi item"
)
PROFILE = columns(
    "value index end stepped period step_lo step_hi need_lo need_hi node_lo node_hi area_lo area_hi"
    " item"
)
PROFILE_STEP = columns("start value")
FACTOR = columns("asset area profile at_zero")
TRIP = columns("asset kind slot item")
MECHANISM = columns(
    "kind end after_kind after_slot target_lo target_hi subset_lo subset_hi probability each"
    " beta_factor intensity_kind intensity_slot median beta health repair_kind repair_slot shared"
    " item after_item design point strata"
)
TARGET = columns("asset item")
SUBSET = columns("probability mask item")
AREA = columns(
    "y base deficit since lost parts seen used stack interrupted interruptions"
    " is_factor"
    " need population service group region profile supplier_lo supplier_hi"
    " customers demand value"
)
GROUP = columns("people since worst service region population")
REGION = columns("share since lost changed population basic_lo basic_hi")
CURVE = columns("steps people")
EVENT = columns("time code")
WIDTH = 4  # columns of a row of `World.row`
LOG = columns("time kind subject level order origin detail")
LOG_WORD = columns("cause")

# What a log record is about.
(
    LOG_HIT, LOG_FAILED, LOG_LEVEL, LOG_RATIO, LOG_TAKES_OVER, LOG_NOT_STARTED, LOG_EMPTY,
    LOG_CREW, LOG_REPAIRED, LOG_RESTART, LOG_TRIPPED, LOG_BLACK, LOG_LIVE, LOG_SHED, LOG_AID,
    LOG_MANUAL, LOG_AREA, LOG_COLLAPSE, LOG_JOIN,
) = (number(k) for k in range(19))  # fmt: skip

# Counters of a world (`w.n`).
(
    TIME, STAMP, N_DIRTY, N_ASSETS, N_NEEDS, N_AREAS, N_USED_ASSETS, N_USED_NEEDS, N_USED_AREAS,
    N_HEAP, N_DUE, N_NEW_JOBS, N_LISTED, N_FRESH, N_LOG, CREWS_DUE, RATES_DUE, WINDOW_FROM,
    WINDOW_TO, HORIZON, OFFSET, OWN_FAILURES, MANUAL_AFTER, STATUS, BASIC_RULE, EVENTS,
    CALM, RECORDING, BEST_ORDER, BEST_ASSET, BEST_ORIGIN, ASSETS, NEEDS, AREAS, NODES, LINKS,
    FIRST_DURATION, DURATIONS, FIRST_START, STARTS, FIRST_INSTANT, INSTANTS, VALUED, RECHECK,
    N_MOVED, CARRIERS, POOLS, PROFILES, GROUPS, REGIONS, MECHANISMS, SERVICES, SECTORS, HEAP_ROOM,
    TRACK_ROOM, LOG_ROOM, DUE_KINDS, COUNTERS,
) = range(58)  # fmt: skip
# Words of a world's key (`w.key`).
SEED, EPISTEMIC, RUN, OCCURRENCE, STEP_CAUSE, BEST_CAUSE, CALENDAR, KEYS = range(8)
# Lists of a world (`w.lists`), a row each.
(
    DIRTY, CHANGED_ASSET, CHANGED_LEVEL, CHANGED_ORDER, CHANGED_ORIGIN, TOUCHED_ASSETS,
    TOUCHED_NEEDS, TOUCHED_AREAS, USED_ASSETS, USED_NEEDS, USED_AREAS, LISTED, FRESH, QUEUE,
    NEW_JOBS, TRIAL, PROMISE, MARK, DUE, MEMBER, ISLAND, CHOSEN, MOVED, AREA_BITS, LISTS,
) = range(25)  # fmt: skip


# Bits of `ASSET.started`: which clocks of an asset this run has started, by their kind.
STARTED_RESTART, STARTED_TRIPPED = 1 << RESTART, 1 << TRIPPED
# Another bit of it, a fact: some of its needs are there for starting only.
STARTS_BY_NEEDS = 1 << CLOCKS
# Bits of `NEED.kind`: has a buffer; counts only while its owner is at 0.
BUFFERED, START_ONLY = 1, 2
WORD_BITS = 32  # areas to a word of `AREA_BITS`
# How many columns of a table are state.
STATE_OF_ASSET, STATE_OF_NEED = ASSET.need_lo, NEED.owner
STATE_OF_NODE, STATE_OF_LINK, STATE_OF_AREA = NODE.asset, LINK.asset, AREA.is_factor
# The column of a table that begins a cache line of 64 bytes in every row.
FIRST_OF_LINE = {"asset": ASSET.order, "need": NEED.seen, "clock": CLOCK.left}


class World(NamedTuple):
    """All tables and state of one thread: int64 but where said, a row a thing.

    Attributes
    ----------
    n, key : counters and settings; words of the key (uint64)
    parameters : float64, the numbers that laws and slots refer to
    subkeys : uint64 (2 stream + k): keys of draws without a cause and of the occurrence
    asset, clock, need, area : tables
    node, link : tables with the template of their state below their rows
    asset_word : causes and ids of assets (uint64)
    saved_asset, saved_need, saved_area : state of the rows a run has touched, as it found them
    carrier, pool, profile, group, region, mechanism, curve : tables
    row : rows of edges, suppliers, sources, neighbours, profile steps, factors, trips, targets and
        subsets, one after the other; tables say from where to where
    place : numbers of things, and edges of durations, hours of start and named instants [ms],
        likewise
    item : ids of things (uint64), likewise
    heap : pending events
    lists, changed_cause : what was touched, and scratch
    lost : (area, order, then sector) [2**-20 ms]
    part : (area, k, (order, sector, deficit)); stack : (area, depth, (deficit, since))
    by_duration : (service, duration) [2**-20 persons]
    track : (service, step, (time, people)), the last service being "any basic"
    numbers : float64 scratch
    log, log_word : the log of a replayed run, and its causes (uint64)
    head : where the tables are and how long, for compiled kernels (see `pointer`)
    """

    n: np.ndarray
    key: np.ndarray
    parameters: np.ndarray
    subkeys: np.ndarray
    asset: np.ndarray
    asset_word: np.ndarray
    clock: np.ndarray
    need: np.ndarray
    node: np.ndarray
    link: np.ndarray
    area: np.ndarray
    saved_asset: np.ndarray
    saved_need: np.ndarray
    saved_area: np.ndarray
    carrier: np.ndarray
    pool: np.ndarray
    profile: np.ndarray
    group: np.ndarray
    region: np.ndarray
    mechanism: np.ndarray
    curve: np.ndarray
    row: np.ndarray
    place: np.ndarray
    item: np.ndarray
    heap: np.ndarray
    lists: np.ndarray
    changed_cause: np.ndarray
    lost: np.ndarray
    part: np.ndarray
    stack: np.ndarray
    by_duration: np.ndarray
    track: np.ndarray
    numbers: np.ndarray
    log: np.ndarray
    log_word: np.ndarray
    head: np.ndarray

    @property
    def address(self):
        """Address of the head."""
        return self.head.ctypes.data
