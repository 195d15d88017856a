"""Whose fault it is: the least (order, cause, name) over what fell before.

An episode (below the level before t = 0, until back at it) belongs to the cause that began it. The
search keeps its best in `n[BEST_ORDER]`, `n[BEST_ASSET]`, `n[BEST_ORIGIN]` and `key[BEST_CAUSE]`.
"""

from simengine.kernels.draws import child_cause
from simengine.kernels.jit import part, word
from simengine.kernels.layout import (
    ASSET,
    ASSET_WORD,
    BEST_ASSET,
    BEST_CAUSE,
    BEST_ORDER,
    BEST_ORIGIN,
    NEED,
    NODE,
    PROFILE,
    STAMP,
    STEP_CAUSE,
    SUPPLIER,
)
from simengine.kernels.state import NO_CAUSE, touch_asset


@part
def no_blame(w):
    """Begin a search for the least (order, cause, name)."""
    w.n[BEST_ORDER] = -1
    w.key[STEP_CAUSE] = NO_CAUSE


@part
def blame_part(w, i, raise_by):
    """Offer asset i's episode, one order further on, to the search."""
    order = w.asset[i, ASSET.order]
    if order < 0:
        return
    order += raise_by
    cause = w.asset_word[i, ASSET_WORD.cause]
    best = w.n[BEST_ORDER]
    if (
        best < 0
        or order < best
        or (
            order == best
            and (cause < w.key[BEST_CAUSE] or (cause == w.key[BEST_CAUSE] and i < w.n[BEST_ASSET]))
        )
    ):
        w.n[BEST_ORDER] = order
        w.key[BEST_CAUSE] = cause
        w.n[BEST_ASSET] = i
        w.n[BEST_ORIGIN] = w.asset[i, ASSET.origin]


@part
def blame_profile(w, p):
    """Offer a profile, if it steps now, for the case that nothing else is to blame."""
    if p >= 0 and w.profile[p, PROFILE.stepped] == w.n[STAMP]:
        cause = child_cause(w.item[w.profile[p, PROFILE.item]], w.profile[p, PROFILE.index])
        best = word(w.key[STEP_CAUSE])
        if best == NO_CAUSE or cause < best:
            w.key[STEP_CAUSE] = cause


@part
def blame_need(w, n):
    """Offer the unmet suppliers of a need, and its profile, to the search."""
    blame_profile(w, w.need[n, NEED.profile])
    for s in range(w.need[n, NEED.supplier_lo], w.need[n, NEED.supplier_hi]):
        i = w.row[s, SUPPLIER.asset]
        live = w.row[s, SUPPLIER.reads_live] == 1
        if live and w.node[w.asset[i, ASSET.node], NODE.live] == 1:
            continue
        if w.asset[i, ASSET.y] < w.asset[i, ASSET.base]:
            blame_part(w, i, 1)


@part
def end_blame(w):
    """Where nothing is to blame, a profile's step is, or nobody."""
    if w.n[BEST_ORDER] < 0:
        w.n[BEST_ORDER] = 0
        w.key[BEST_CAUSE] = w.key[STEP_CAUSE]
        w.n[BEST_ORIGIN] = -1


@part
def begin_episode(w, i, order, cause, origin):
    """An asset without an episode leaves its full level: what now begins belongs to this cause."""
    touch_asset(w, i)
    w.asset[i, ASSET.order] = order
    w.asset_word[i, ASSET_WORD.cause] = cause
    w.asset[i, ASSET.origin] = i if origin < 0 else origin
