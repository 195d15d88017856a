/* Who is without what, for how long, and because of whom; a run's row of results. */
#ifndef ACCOUNTS_H
#define ACCOUNTS_H

#include "state.h"

#define HOUR 3600000.0
#define PERSON_HOUR (1.0 / (HOUR * ONE))

static inline layer_t layer_at(const twin_t *w, int32_t k, int32_t depth) {
    const area_t *r = &w->area[k];
    if (depth == 0)
        return (layer_t){r->first_depth, r->first_since};
    return w->layer[(int64_t)k * w->in.depth + depth];
}

static inline void put_layer(twin_t *w, int32_t k, int32_t depth, int64_t deficit, int64_t since) {
    area_t *r = &w->area[k];
    if (depth == 0) {
        r->first_depth = (int32_t)deficit;
        r->first_since = since;
    } else {
        w->layer[(int64_t)k * w->in.depth + depth] = (layer_t){deficit, since};
    }
}

/* Add what an area lost since its last change to its integrals. */
static inline void close_account(twin_t *w, int32_t k) {
    area_t *r = &w->area[k];
    int64_t passed = w->time - r->since;
    if (passed > 0 && r->deficit > 0) {
        int64_t *lost = w->lost + k * (ORDERS + w->in.sectors);
        r->lost += r->deficit * passed;
        lost[r->part_order] += r->part_deficit * passed;
        lost[ORDERS + r->part_sector] += r->part_deficit * passed;
        const part_t *more = w->part + (int64_t)k * w->part_room;
        for (int32_t p = 1; p < r->parts; p++) {
            lost[more[p].order] += more[p].deficit * passed;
            lost[ORDERS + more[p].sector] += more[p].deficit * passed;
        }
    }
    r->since = w->time;
}

/* Share an area's deficit among its unmet suppliers as weight x shortfall. */
static inline void split(twin_t *w, int32_t k) {
    area_t *r = &w->area[k];
    r->parts = 0;
    if (r->deficit == 0)
        return;
    int64_t total = 0, done = 0, given = 0;
    for (int32_t s = r->supplier_lo; s < r->supplier_hi; s++) {
        const asset_t *a = &w->asset[w->supplier[s].to];
        if (a->order >= 0)
            total += (int64_t)w->supplier[s].weight * (ONE - a->own);
    }
    for (int32_t s = r->supplier_lo; s < r->supplier_hi && total > 0; s++) {
        const asset_t *a = &w->asset[w->supplier[s].to];
        if (a->order < 0 || a->own == ONE)
            continue;
        done += (int64_t)w->supplier[s].weight * (ONE - a->own);
        int64_t upto = (int64_t)(r->deficit * ((double)done / (double)total));
        int32_t order = a->order < ORDERS ? a->order : ORDERS - 1;
        int32_t sector = w->repair[a->origin].sector;
        if (r->parts == 0) {
            r->part_order = order;
            r->part_sector = sector;
            r->part_deficit = (int32_t)(upto - given);
        } else {
            w->part[(int64_t)k * w->part_room + r->parts] = (part_t){order, sector, upto - given};
        }
        given = upto;
        r->parts++;
    }
    if (total == 0) {
        r->part_order = 0;
        r->part_sector = (int32_t)w->in.sectors - 1;
        r->part_deficit = r->deficit;
        r->parts = 1;
    }
}

/* People whose outage ends now, by how long it lasted; edges rise. */
static inline void close_spell(twin_t *w, int32_t k, int64_t share, int64_t since) {
    const area_t *r = &w->area[k];
    int64_t lasted = w->time - since, *out = w->by_duration + r->service * w->in.edges;
    for (int64_t e = 0; e < w->in.edges && lasted >= w->in.duration[e]; e++)
        out[e] += r->population * share;
}

/* A fall pushes the share that goes out now, a rise pops and closes those that return. */
static inline void spells(twin_t *w, int32_t k, int64_t deficit) {
    area_t *r = &w->area[k];
    int32_t size = r->depth;
    int64_t depth = size > 0 ? layer_at(w, k, size - 1).deficit : 0;
    if (deficit > depth) {
        if (size >= w->in.depth) {
            w->failed = 1;
            return;
        }
        put_layer(w, k, size++, deficit, w->time);
        if (w->time < w->horizon) {
            r->interrupted += deficit - depth;
            r->interruptions += depth == 0;
        }
    }
    while (size > 0) {
        layer_t top = layer_at(w, k, size - 1);
        if (top.deficit <= deficit)
            break;
        size--;
        int64_t next = size > 0 ? layer_at(w, k, size - 1).deficit : 0;
        int64_t below = larger(next, deficit);
        close_spell(w, k, top.deficit - below, top.since);
        if (below > next) {
            put_layer(w, k, size++, below, top.since);
            break;
        }
    }
    r->depth = (uint16_t)size;
}

static inline void note(twin_t *w, curve_t *c) {
    step_t *last = &c->step[c->steps - 1];
    if (last->people == c->people)
        return;
    if (last->time == w->time) {
        last->people = c->people;
    } else if (c->steps >= c->room) {
        w->failed = 1;
    } else {
        c->step[c->steps++] = (step_t){w->time, c->people};
    }
}

static inline void close_group(twin_t *w, group_t *g) {
    if (w->time > g->since)
        g->worst = larger(g->worst, g->people);
    g->since = w->time;
}

/* People without at least one basic service, where something changed: the largest share. */
static inline void account_regions(twin_t *w) {
    curve_t *all = &w->curve[w->in.services];
    for (int32_t r = 0; r < w->in.regions; r++) {
        region_t *region = &w->region[r];
        if (!region->changed)
            continue;
        region->changed = 0;
        int64_t share = 0;
        for (int32_t g = 0; g < w->in.groups; g++) {
            const group_t *group = &w->group[g];
            if (group->region == r && group->basic && group->population > 0)
                share = larger(share, smaller(ONE, ceil_div(group->people, group->population)));
        }
        region->lost += region->share * (w->time - region->since);
        region->since = w->time;
        all->people += region->population * (share - region->share);
        region->share = share;
    }
}

/* Levels and accounts of the areas that this instant touched, and the national curves. */
static inline void account(twin_t *w) {
    int moved = 0;
    for (int32_t t = 0; t < w->area_count; t++) {
        int32_t k = w->touched_area[t];
        area_t *r = &w->area[k];
        r->y = cut(shared(r->missing, r->slack, r->threshold));
        int32_t out = ONE - r->y;
        close_account(w, k);
        int64_t change = r->population * (out - r->deficit);
        r->deficit = out;
        split(w, k);
        spells(w, k, out);
        if (change != 0) {
            group_t *g = &w->group[r->group];
            close_group(w, g);
            g->people += change;
            w->curve[r->service].people += change;
            w->region[g->region].changed = 1;
            moved = 1;
        }
    }
    if (moved) {
        account_regions(w);
        for (int64_t s = 0; s <= w->in.services; s++)
            note(w, &w->curve[s]);
    }
}

/* Peak, hours to 50 / 90 / 100 %, first outage, hours below full service, `stride` apart. */
static void curve_numbers(const twin_t *w, const curve_t *c, double *out, int64_t stride,
                          int numbers) {
    static const int shares[SHARES] = {50, 90, 100};
    int64_t peak = 0, below = 0, first = w->horizon;
    for (int64_t k = 0; k < c->steps; k++) {
        int64_t begin = c->step[k].time, people = c->step[k].people;
        int64_t end = k + 1 < c->steps ? c->step[k + 1].time : w->horizon;
        if (people > 0) {
            peak = larger(peak, people);
            below += end - begin;
            first = smaller(first, begin);
        }
    }
    out[0] = (double)peak / ONE;
    for (int q = 0; q < SHARES; q++) {
        int64_t until = 0;
        for (int64_t k = c->steps - 1; k >= 0; k--)
            if (c->step[k].people > 0 && c->step[k].people * 100 > (100 - shares[q]) * peak) {
                until = k + 1 < c->steps ? c->step[k + 1].time : w->horizon;
                break;
            }
        out[(1 + q) * stride] = (double)until / HOUR;
    }
    if (numbers == 6) {
        out[4 * stride] = (double)first / HOUR;
        out[5 * stride] = (double)below / HOUR;
    }
}

/* A run's row: the order is that of `bench_twin.columns`. Areas are added up in their order, since
 * sums of floats depend on it. */
static void write_row(twin_t *w, double *out, int32_t deadlocked) {
    int64_t services = w->in.services, sectors = w->in.sectors, edges = w->in.edges;
    double *by_order = out + 9 * services + 5, *by_sector = by_order + services * ORDERS;
    double *by_duration = by_sector + services * sectors;
    double *group = by_duration + services * edges, *peak = group + w->in.groups;
    double *region = peak + w->in.groups, *tail = region + w->in.regions;
    int open = 0;
    for (double *x = out; x < tail; x++)
        *x = 0.0;
    for (int64_t word = 0; word < (w->in.areas + 63) / 64; word++) {
        for (uint64_t bits = w->area_used[word]; bits; bits &= bits - 1) {
            int32_t k = (int32_t)(word * 64) + __builtin_ctzll(bits);
            area_t *r = &w->area[k];
            open |= r->deficit > 0;
            close_account(w, k);
            spells(w, k, 0);
            close_group(w, &w->group[r->group]);
            double people = (double)r->population;
            double hours = people * (double)r->lost * PERSON_HOUR;
            int32_t s = r->service;
            out[s] += hours;
            group[r->group] += hours;
            out[7 * services + s] += (double)r->interruptions;
            out[8 * services + s] += people * (double)r->interrupted / ONE;
            const int64_t *lost = w->lost + k * (ORDERS + sectors);
            for (int64_t o = 0; o < ORDERS; o++)
                if (lost[o])
                    by_order[s * ORDERS + o] += people * (double)lost[o] * PERSON_HOUR;
            for (int64_t o = 0; o < sectors; o++)
                if (lost[ORDERS + o])
                    by_sector[s * sectors + o] += people * (double)lost[ORDERS + o] * PERSON_HOUR;
        }
    }
    for (int64_t g = 0; g < w->in.groups; g++)
        peak[g] = (double)w->group[g].worst / ONE;
    for (int64_t s = 0; s < services; s++) {
        curve_numbers(w, &w->curve[s], out + services + s, services, 6);
        for (int64_t e = 0; e < edges; e++)
            by_duration[s * edges + e] = (double)w->by_duration[s * edges + e] / ONE;
    }
    for (int64_t k = 0; k < w->in.regions; k++) {
        region_t *r = &w->region[k];
        if (r->share > 0)
            r->lost += r->share * (w->time - r->since);
        region[k] = (double)r->population * (double)r->lost * PERSON_HOUR;
        out[9 * services] += region[k];
    }
    curve_numbers(w, &w->curve[services], out + 9 * services + 1, 1, 4);
    int32_t struck = 0, followed = 0;
    for (int32_t k = 0; k < w->used_asset_count; k++) {
        uint8_t marks = w->asset[w->used_asset[k]].marks;
        struck += (marks & STRUCK) != 0;
        followed += marks == FOLLOWED;
    }
    tail[0] = struck;
    tail[1] = followed;
    tail[2] = open;
    tail[3] = deadlocked;
}

#endif
