/* Problem P by hand in C: the same rules, draws and results as simengine, in a layout of its own.
 *
 * Event-driven, nothing allocated within a run, only what a run touched is put back. Compiled and
 * called by benchmarks/bench_twin.py; times in ms, levels in 2**-20. */
#include <stdlib.h>
#include <string.h>

#include "accounts.h"
#include "cascade.h"
#include "draws.h"
#include "state.h"

enum { INTENSITY, HIT, REPAIR };
enum { MEDIAN, SIGMA, STRENGTH, BETA };

/* The hazard strikes at t = 0: what is below its strength is down and gets a job. */
static void hit(twin_t *w, uint64_t run) {
    const input_t *in = &w->in;
    const double *hazard = in->hazard;
    uint64_t key = in->keys[HIT];
    double u = as_uniform(random_bits(in->keys[INTENSITY], (uint64_t)in->threat_item, run));
    double x = hazard[MEDIAN] * exp(hazard[SIGMA] * normal_quantile(u));
    double score = (log(x) - log(hazard[STRENGTH])) / hazard[BETA];
    double p = 0.5 * erfc(-score * sqrt(0.5));
    int32_t likely = choose_below(key, w->target_item, (int32_t)in->targets, run,
                                  bits_below(p * (1.0 + MARGIN)), w->chosen);
    for (int32_t k = 0; k < likely; k++) {
        int32_t z = w->chosen[k], i = in->target[z];
        double v = as_uniform(random_bits(key, w->target_item[z], run));
        /* Within the margin the quantile decides, as it does in simengine. */
        if (v >= p * (1.0 - MARGIN) && !(normal_quantile(v) < score))
            continue;
        asset_t *a = &w->asset[i];
        repair_t *r = &w->repair[i];
        mark_dirty(w, i);
        a->health = 0;
        a->marks |= STRUCK;
        a->struck_at = w->stamp;
        a->job = QUEUED;
        double draw = as_uniform(random_bits(in->keys[REPAIR], r->item, run));
        double ms = ceil(r->median * exp(r->sigma * normal_quantile(draw)));
        r->work = ms >= 0x1p42 ? (int64_t)1 << 42 : larger(1, (int64_t)ms);
        w->new_job[w->job_count++] = i;
    }
}

/* New jobs wait as bits in the order of their ranks; free crews take the lowest. */
static inline void assign_crews(twin_t *w) {
    for (int32_t k = 0; k < w->job_count; k++) {
        const repair_t *r = &w->repair[w->new_job[k]];
        pool_t *p = &w->pool[r->pool];
        p->bit[r->rank >> 6] |= (uint64_t)1 << (r->rank & 63);
        p->queued++;
        if (r->rank >> 6 < p->first)
            p->first = r->rank >> 6;
        w->crews_due = 1;
    }
    w->job_count = 0;
    if (!w->crews_due)
        return;
    w->crews_due = 0;
    for (int64_t q = 0; q < w->in.pools; q++) {
        pool_t *p = &w->pool[q];
        while (p->queued > 0 && p->busy < p->crews) {
            while (p->bit[p->first] == 0)
                p->first++;
            int32_t i = p->asset[p->first * 64 + __builtin_ctzll(p->bit[p->first])];
            p->bit[p->first] &= p->bit[p->first] - 1;
            p->queued--;
            p->busy++;
            asset_t *a = &w->asset[i];
            a->job = RUNNING;
            a->repair_end = w->time + p->travel + w->repair[i].work;
            push(w, a->repair_end, REPAIRED, i);
        }
    }
}

static inline void open_instant(twin_t *w) {
    w->stamp++;
    w->asset_count = w->need_count = w->area_count = w->dirty_count = w->empty_count = 0;
}

/* Fall, then all that happens once at the end of an instant. */
static inline void close_instant(twin_t *w) {
    rest(w, FALL);
    commit_needs(w);
    commit_assets(w);
    assign_crews(w);
    account(w);
}

/* All events of the next time: Rise, then Fall. */
static inline void instant(twin_t *w) {
    const int shift = KIND_BITS + THING_BITS;
    uint64_t time = w->heap[0] >> shift;
    int due = 0;
    w->time = (int64_t)time;
    open_instant(w);
    do {
        uint64_t event = pop(w);
        int32_t k = (int32_t)(event & ((1u << THING_BITS) - 1));
        switch (event >> THING_BITS & ((1u << KIND_BITS) - 1)) {
        case REPAIRED:
            if (w->asset[k].repair_end == w->time) {
                asset_t *a = &w->asset[k];
                a->repair_end = NEVER;
                a->health = ONE;
                a->job = NO_JOB;
                w->pool[w->repair[k].pool].busy--;
                w->crews_due = 1;
                mark_dirty(w, k);
                due = 1;
            }
            break;
        case RESTARTED:
            if (w->asset[k].restart_end == w->time) {
                w->asset[k].restart_end = NEVER;
                w->asset[k].ready = w->stamp;
                mark_dirty(w, k);
                due = 1;
            }
            break;
        default:
            if (w->need[k].end == w->time) {
                w->need[k].end = NEVER;
                w->empty[w->empty_count++] = k;
                due = 1;
            }
        }
    } while (w->heap_size > 0 && w->heap[0] >> shift == time);
    if (!due)
        return;
    rest(w, RISE);
    for (int32_t e = 0; e < w->empty_count; e++) {
        int32_t n = w->empty[e];
        if (supply(w, n) < ONE) {
            w->need[n].hold = 0;
            touch_need(w, n);
            mark_dirty(w, w->need[n].owner);
        }
    }
    close_instant(w);
}

/* Level of an asset if others had the levels of `thought` (-1: their own). */
static int32_t thought_target(const twin_t *w, int32_t i, const int32_t *thought) {
    const asset_t *a = &w->asset[i];
    int64_t worst = 0, full = (int64_t)ONE * ONE;
    for (int32_t n = a->need_lo; n < a->need_lo + a->needs; n++) {
        const need_t *d = &w->need[n];
        const need_cold_t *c = &w->cold[n];
        int64_t total = 0, enough = c->threshold * ONE;
        for (int32_t s = c->supplier_lo; s < c->supplier_hi; s++) {
            int32_t j = w->supplier[s].to;
            int64_t level = thought[j] >= 0 ? thought[j] : w->asset[j].own;
            if (!(d->kind & SHARED))
                level = level >= d->bar ? ONE : 0;
            total += w->supplier[s].weight * level;
        }
        if (total >= enough || ((d->kind & BUFFERED) && (d->met || d->hold)))
            continue;
        int64_t u = d->kind & SHARED ? ceil_div(total, c->threshold) : 0;
        worst = larger(worst, d->criticality * (ONE - u));
    }
    return cut((int32_t)((a->health * (full - worst) + (full - 1)) >> 40));
}

/* Healthy assets at 0 that only wait for each other: how many there are. */
static int32_t find_deadlock(twin_t *w) {
    int32_t count = 0, moved = 1;
    for (int32_t e = 0; e < w->used_asset_count; e++) {
        const asset_t *a = &w->asset[w->used_asset[e]];
        int stuck = a->health > 0 && a->own == 0;
        w->trial[w->used_asset[e]] = stuck ? a->health : -1;
        count += stuck;
    }
    if (count == 0)
        return 0;
    while (moved) {
        moved = 0;
        for (int32_t e = 0; e < w->used_asset_count; e++) {
            int32_t i = w->used_asset[e];
            if (w->trial[i] <= 0)
                continue;
            int32_t target = thought_target(w, i, w->trial);
            if (target < w->trial[i]) {
                w->trial[i] = target;
                moved = 1;
            }
        }
    }
    for (int32_t e = 0; e < w->used_asset_count; e++) {
        int32_t i = w->used_asset[e];
        const asset_t *a = &w->asset[i];
        w->promise[i] = a->job != NO_JOB || a->restart_end != NEVER ? ONE : -1;
    }
    for (moved = 1; moved;) {
        moved = 0;
        for (int32_t e = 0; e < w->used_asset_count; e++) {
            int32_t i = w->used_asset[e];
            if (w->trial[i] <= 0 || w->promise[i] >= ONE)
                continue;
            int32_t target = thought_target(w, i, w->promise);
            if (target > larger(0, w->promise[i])) {
                w->promise[i] = target;
                moved = 1;
            }
        }
    }
    count = 0;
    for (int32_t e = 0; e < w->used_asset_count; e++) {
        int32_t i = w->used_asset[e];
        const asset_t *a = &w->asset[i];
        int waits = a->own == 0 && own_target(w, a, RISE) > 0;
        count += w->trial[i] > 0 && !waits && w->promise[i] <= 0;
    }
    for (int32_t e = 0; e < w->used_asset_count; e++)
        w->trial[w->used_asset[e]] = w->promise[w->used_asset[e]] = -1;
    return count;
}

/* Put back what the run touched: most of it is the same for all. */
static void undo(twin_t *w) {
    for (int32_t k = 0; k < w->used_asset_count; k++) {
        asset_t *a = &w->asset[w->used_asset[k]];
        a->own = a->own_start = a->health = ONE;
        a->order = -1;
        a->used = a->marks = a->job = 0;
        a->repair_end = a->restart_end = NEVER;
    }
    for (int32_t k = 0; k < w->used_need_count; k++) {
        int32_t n = w->used_need[k];
        need_t *d = &w->need[n];
        d->missing = d->since = 0;
        d->end = NEVER;
        d->drain = 0;
        d->met = d->hold = 1;
        d->filling_used = 0;
        if (d->kind & BUFFERED)
            d->content = w->cold[n].capacity;
    }
    size_t row = (size_t)(ORDERS + w->in.sectors);
    for (int64_t word = 0; word < (w->in.areas + 63) / 64; word++) {
        for (uint64_t bits = w->area_used[word]; bits; bits &= bits - 1) {
            int64_t k = word * 64 + __builtin_ctzll(bits);
            area_t *r = &w->area[k];
            r->missing = r->since = r->lost = r->interrupted = 0;
            r->y = ONE;
            r->deficit = 0;
            r->depth = r->parts = 0;
            r->interruptions = 0;
            memset(w->lost + k * (int64_t)row, 0, row * sizeof(int64_t));
        }
        w->area_used[word] = 0;
    }
    for (int64_t g = 0; g < w->in.groups; g++)
        w->group[g].people = w->group[g].since = w->group[g].worst = 0;
    for (int64_t r = 0; r < w->in.regions; r++)
        w->region[r].share = w->region[r].since = w->region[r].lost = 0;
    for (int64_t q = 0; q < w->in.pools; q++) {
        pool_t *p = &w->pool[q];
        for (; p->queued > 0; p->first++) {
            p->queued -= __builtin_popcountll(p->bit[p->first]);
            p->bit[p->first] = 0;
        }
        p->busy = 0;
        p->first = p->words;
    }
    for (int64_t s = 0; s <= w->in.services; s++) {
        w->curve[s].steps = 1;
        w->curve[s].people = w->curve[s].step[0].people = 0;
    }
    memset(w->by_duration, 0, (size_t)(w->in.services * w->in.edges) * sizeof(int64_t));
    for (; w->heap_size > 0; w->heap_size--)
        w->heap[w->heap_size - 1] = UINT64_MAX;
    w->used_asset_count = w->used_need_count = 0;
}

/* Follow runs first, first + 1, ...; returns how many failed. */
int64_t twin_run(twin_t *w, uint64_t first, int64_t runs, double *out, int64_t columns) {
    int64_t failures = 0;
    for (int64_t k = 0; k < runs; k++, out += columns) {
        w->failed = 0;
        w->time = 0;
        open_instant(w);
        hit(w, first + (uint64_t)k);
        close_instant(w);
        while (w->heap_size > 0)
            instant(w);
        w->time = w->horizon;
        write_row(w, out, find_deadlock(w));
        failures += w->failed;
        undo(w);
    }
    return failures;
}
