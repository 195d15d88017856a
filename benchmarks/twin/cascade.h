/* Levels going to rest, generation by generation; buffers; whose fault it is.
 *
 * Levels are graded, with criticalities and shares of supply, as simengine's rules allow, though in
 * problem P an asset is up or down: leaving that out made the twin 4 % faster. */
#ifndef CASCADE_H
#define CASCADE_H

#include "state.h"

static inline void touch_asset(twin_t *w, int32_t i) {
    asset_t *a = &w->asset[i];
    if (a->seen != w->stamp) {
        a->seen = w->stamp;
        w->touched_asset[w->asset_count++] = i;
        if (!a->used) {
            a->used = 1;
            w->used_asset[w->used_asset_count++] = i;
        }
    }
}

static inline void mark_dirty(twin_t *w, int32_t i) {
    asset_t *a = &w->asset[i];
    touch_asset(w, i);
    if (!a->dirty) {
        a->dirty = 1;
        w->dirty[w->dirty_count++] = i;
    }
}

static inline void touch_need(twin_t *w, int32_t n) {
    need_t *d = &w->need[n];
    if (d->seen != w->stamp) {
        d->seen = w->stamp;
        w->touched_need[w->need_count++] = n;
        if (!(d->filling_used & USED)) {
            d->filling_used |= USED;
            w->used_need[w->used_need_count++] = n;
        }
    }
}

static inline void touch_area(twin_t *w, int32_t k) {
    area_t *r = &w->area[k];
    if (r->seen != w->stamp) {
        r->seen = w->stamp;
        w->touched_area[w->area_count++] = k;
        w->area_used[k >> 6] |= (uint64_t)1 << (k & 63);
    }
}

static inline int32_t supply(const twin_t *w, int32_t n) {
    const need_t *d = &w->need[n];
    if (d->kind & SHARED)
        return shared(d->missing, d->slack, w->cold[n].threshold);
    return d->missing <= d->slack ? ONE : 0;
}

/* Content of a buffer now. */
static inline int64_t content_now(const twin_t *w, int32_t n) {
    const need_t *d = &w->need[n];
    int64_t passed = w->time - d->since;
    if (d->filling_used & FILLING) {
        const need_cold_t *c = &w->cold[n];
        if (passed >= ceil_div(c->capacity - d->content, c->refill))
            return c->capacity;
        return d->content + c->refill * passed;
    }
    return larger(0, d->content - d->drain * passed);
}

/* Supply as the asset feels it: 1 while a buffer holds. Buffers of problem P never fail on demand,
 * so that meeting a demand needs no draw and may be asked twice. */
static inline int32_t felt(const twin_t *w, int32_t n, int phase) {
    const need_t *d = &w->need[n];
    int32_t u = supply(w, n);
    if (u == ONE || !(d->kind & BUFFERED))
        return u;
    if (!d->met)
        return d->hold ? ONE : u;
    return phase == RISE || content_now(w, n) > 0 ? ONE : u;
}

static inline int32_t own_target(const twin_t *w, const asset_t *a, int phase) {
    if (a->health == 0)
        return 0;
    int64_t worst = 0, full = (int64_t)ONE * ONE;
    for (int32_t n = a->need_lo; n < a->need_lo + a->needs; n++)
        worst = larger(worst, (int64_t)w->need[n].criticality * (ONE - felt(w, n, phase)));
    return cut((int32_t)((a->health * (full - worst) + (full - 1)) >> 40));
}

/* Change a level and what its customers have of it. */
static inline void set_own(twin_t *w, int32_t i, int32_t level) {
    asset_t *a = &w->asset[i];
    int32_t old = a->own, fall = old - level;
    touch_asset(w, i);
    a->own = level;
    const pair_t *edge = &w->edge[a->edge_lo], *end = edge + a->edges;
    for (; edge < end; edge++) {
        int32_t n = edge->to;
        if (n >= 0) {
            need_t *d = &w->need[n];
            if (d->kind & SHARED)
                d->missing += (int64_t)edge->weight * fall;
            else
                d->missing += edge->weight * ((old >= d->bar) - (level >= d->bar));
            touch_need(w, n);
            mark_dirty(w, d->owner);
        } else {
            w->area[~n].missing += (int64_t)edge->weight * fall;
            touch_area(w, ~n);
        }
    }
}

/* Who made an asset leave its full level: the least (order, name) over its unmet suppliers. */
static inline void blame(const twin_t *w, int32_t i, change_t *c) {
    const asset_t *a = &w->asset[i];
    c->order = 0;
    c->origin = i;
    if (a->struck_at == w->stamp)
        return;
    int32_t best = -1, order = INT32_MAX, origin = -1;
    for (int32_t n = a->need_lo; n < a->need_lo + a->needs; n++) {
        if (felt(w, n, FALL) == ONE)
            continue;
        for (int32_t s = w->cold[n].supplier_lo; s < w->cold[n].supplier_hi; s++) {
            int32_t j = w->supplier[s].to;
            const asset_t *b = &w->asset[j];
            if (b->own < ONE && b->order >= 0 &&
                (b->order + 1 < order || (b->order + 1 == order && j < best))) {
                best = j;
                order = b->order + 1;
                origin = b->origin;
            }
        }
    }
    if (best >= 0) {
        c->order = order;
        c->origin = origin;
    }
}

/* Evaluate all dirty assets on the levels as they are, then change those that move. */
static inline void generation(twin_t *w, int phase) {
    int32_t waiting = w->dirty_count, moving = 0;
    for (int32_t k = 0; k < waiting; k++) {
        int32_t i = w->dirty[k];
        asset_t *a = &w->asset[i];
        a->dirty = 0;
        if (phase == FALL && a->own == 0)
            continue;
        int32_t target = own_target(w, a, phase);
        change_t *c = &w->change[moving];
        if (phase == FALL) {
            if (target >= a->own)
                continue;
            c->order = -1;
            if (a->own == ONE && a->order < 0)
                blame(w, i, c);
        } else {
            if (target <= a->own)
                continue;
            if (a->own_start == 0 && a->ready != w->stamp && w->repair[i].restart > 0)
                continue;
            c->order = -1;
        }
        c->asset = i;
        c->level = target;
        moving++;
    }
    w->dirty_count = 0;
    for (int32_t k = 0; k < moving; k++) {
        const change_t *c = &w->change[k];
        asset_t *a = &w->asset[c->asset];
        if (c->order >= 0 && a->order < 0) {
            a->order = c->order;
            a->origin = c->origin;
        }
    }
    for (int32_t k = 0; k < moving; k++)
        set_own(w, w->change[k].asset, w->change[k].level);
}

static inline void rest(twin_t *w, int phase) {
    while (w->dirty_count > 0)
        generation(w, phase);
}

/* Buffers drain, refill or are released. */
static inline void commit_needs(twin_t *w) {
    for (int32_t k = 0; k < w->need_count; k++) {
        int32_t n = w->touched_need[k];
        need_t *d = &w->need[n];
        int32_t u = supply(w, n);
        if ((d->kind & BUFFERED) && (u < ONE || !d->met)) {
            int64_t content = content_now(w, n), end = NEVER;
            d->drain = 0;
            d->filling_used &= ~FILLING;
            if (u < ONE) {
                if (d->met)
                    d->hold = content > 0;
                if (d->hold) {
                    d->drain = ONE - u;
                    end = w->time + ceil_div(content, d->drain);
                    if (end != d->end)
                        push(w, end, EMPTY, n);
                }
            } else if (w->cold[n].refill == 0) {
                content = w->cold[n].capacity;
            } else if (content < w->cold[n].capacity) {
                d->filling_used |= FILLING;
            }
            d->end = end;
            d->content = content;
            d->since = w->time;
        }
        d->met = u == ONE;
    }
}

/* Ends of episodes, who followed, restarts begun or cancelled. */
static inline void commit_assets(twin_t *w) {
    for (int32_t k = 0; k < w->asset_count; k++) {
        int32_t i = w->touched_asset[k];
        asset_t *a = &w->asset[i];
        if (a->order >= 0) {
            if (a->own == ONE)
                a->order = -1;
            else if (a->order > 0)
                a->marks |= FOLLOWED;
        }
        a->own_start = a->own;
        if (a->own == 0 && own_target(w, a, COMMIT) > 0) {
            if (a->restart_end == NEVER) {
                a->restart_end = w->time + w->repair[i].restart;
                push(w, a->restart_end, RESTARTED, i);
            }
        } else {
            a->restart_end = NEVER;
        }
    }
}

#endif
