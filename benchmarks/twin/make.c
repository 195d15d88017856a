/* The twin's tables, made once from the arrays that Python hands over. */
#include <stdlib.h>
#include <string.h>

#include "state.h"

/* Zeros at the start of a cache line; never given back before the twin is. */
static void *room(int64_t count, size_t size) {
    size_t bytes = (((size_t)larger(1, count) * size + 63) / 64 + 1) * 64;
    void *found = aligned_alloc(64, bytes);
    if (found == NULL)
        abort();
    return memset(found, 0, bytes);
}

#define ROOM(count, type) ((type *)room(count, sizeof(type)))

static void make_assets(twin_t *w) {
    const input_t *in = &w->in;
    w->asset = ROOM(in->assets, asset_t);
    w->repair = ROOM(in->assets, repair_t);
    for (int32_t i = 0; i < in->assets; i++) {
        w->asset[i] = (asset_t){
            .own = ONE,
            .own_start = ONE,
            .health = ONE,
            .order = -1,
            .need_lo = in->need_lo[i],
            .needs = (uint16_t)(in->need_lo[i + 1] - in->need_lo[i]),
            .edge_lo = in->edge_lo[i],
            .edges = (uint16_t)(in->edge_lo[i + 1] - in->edge_lo[i]),
            .repair_end = NEVER,
            .restart_end = NEVER,
        };
        w->repair[i] = (repair_t){
            .item = in->item[i],
            .median = in->repair[2 * i],
            .sigma = in->repair[2 * i + 1],
            .restart = in->restart[i],
            .pool = in->pool[i],
            .rank = in->rank[i],
            .sector = in->sector[i],
        };
    }
}

static void make_needs(twin_t *w) {
    const input_t *in = &w->in;
    int64_t all = in->needs + in->areas, rows = in->supplier_lo[all];
    w->need = ROOM(in->needs, need_t);
    w->cold = ROOM(in->needs, need_cold_t);
    w->edge = ROOM(rows, pair_t);
    w->supplier = ROOM(rows, pair_t);
    for (int64_t s = 0; s < rows; s++) {
        int32_t n = in->edge[s];
        w->supplier[s] = (pair_t){in->supplier[s], in->weight[s]};
        w->edge[s] = (pair_t){n < in->needs ? n : ~(n - (int32_t)in->needs), in->edge_weight[s]};
    }
    for (int32_t n = 0; n < in->needs; n++) {
        int64_t full = 0, capacity = (int64_t)in->buffer[n] * ONE;
        for (int32_t s = in->supplier_lo[n]; s < in->supplier_lo[n + 1]; s++)
            full += in->weight[s];
        w->need[n] = (need_t){
            .slack = full - in->threshold[n],
            .content = in->buffer[n] >= 0 ? capacity : 0,
            .end = NEVER,
            .owner = in->owner[n],
            .criticality = ONE,
            .bar = ONE,
            .met = 1,
            .hold = 1,
            .kind = in->buffer[n] >= 0 ? BUFFERED : 0,
        };
        w->cold[n] = (need_cold_t){
            .capacity = capacity,
            .refill = in->refill[n] ? ceil_div(capacity, in->refill[n]) : 0,
            .threshold = in->threshold[n],
            .supplier_lo = in->supplier_lo[n],
            .supplier_hi = in->supplier_lo[n + 1],
        };
    }
}

static void make_areas(twin_t *w) {
    const input_t *in = &w->in;
    w->area = ROOM(in->areas, area_t);
    w->area_used = ROOM((in->areas + 63) / 64, uint64_t);
    w->lost = ROOM(in->areas * (ORDERS + in->sectors), int64_t);
    w->layer = ROOM(in->areas * in->depth, layer_t);
    w->group = ROOM(in->groups, group_t);
    w->region = ROOM(in->regions, region_t);
    w->by_duration = ROOM(in->services * in->edges, int64_t);
    w->curve = ROOM(in->services + 1, curve_t);
    for (int32_t g = 0; g < in->groups; g++)
        w->group[g] = (group_t){.service = in->group_service[g],
                                .region = in->group_region[g],
                                .basic = in->group_basic[g]};
    for (int32_t k = 0; k < in->areas; k++) {
        int64_t n = in->needs + k, full = 0;
        int32_t low = in->supplier_lo[n], high = in->supplier_lo[n + 1];
        for (int32_t s = low; s < high; s++)
            full += (int64_t)in->weight[s] * ONE;
        w->area[k] = (area_t){
            .slack = full - in->threshold[n] * ONE,
            .threshold = in->threshold[n],
            .population = in->population[k],
            .y = ONE,
            .group = in->group[k],
            .service = in->service[k],
            .supplier_lo = low,
            .supplier_hi = high,
        };
        w->part_room = high - low > w->part_room ? high - low : w->part_room;
        w->group[in->group[k]].population += in->population[k];
    }
    w->part = ROOM(w->part_room > 1 ? in->areas * w->part_room : 0, part_t);
    for (int32_t g = 0; g < in->groups; g++)
        if (w->group[g].basic) {
            region_t *r = &w->region[w->group[g].region];
            r->population = larger(r->population, w->group[g].population);
        }
    for (int64_t s = 0; s <= in->services; s++)
        w->curve[s] = (curve_t){.steps = 1, .room = TRACK, .step = ROOM(TRACK, step_t)};
}

static void make_pools(twin_t *w) {
    const input_t *in = &w->in;
    int32_t words = (int32_t)((in->assets + 63) / 64);
    w->pool = ROOM(in->pools, pool_t);
    for (int32_t q = 0; q < in->pools; q++)
        w->pool[q] = (pool_t){.crews = in->crews[q],
                              .travel = in->travel[q],
                              .first = words,
                              .words = words,
                              .bit = ROOM(words, uint64_t),
                              .asset = ROOM(in->assets, int32_t)};
    for (int32_t i = 0; i < in->assets; i++)
        w->pool[in->pool[i]].asset[in->rank[i]] = i;
}

twin_t *twin_make(const input_t *in) {
    twin_t *w = ROOM(1, twin_t);
    w->in = *in;
    w->horizon = in->horizon;
    make_assets(w);
    make_needs(w);
    make_areas(w);
    make_pools(w);
    w->heap_room = 8 * (in->assets + in->needs) + 1024;
    w->heap = ROOM(w->heap_room + 2, uint64_t);
    memset(w->heap, 0xFF, (size_t)(w->heap_room + 2) * sizeof(uint64_t));
    w->change = ROOM(in->assets + 1, change_t);
    w->target_item = ROOM(in->targets, uint64_t); /* aligned, for vector loads */
    memcpy(w->target_item, in->target_item, (size_t)in->targets * sizeof(uint64_t));
    int32_t **lists[] = {&w->dirty,      &w->touched_asset, &w->used_asset, &w->new_job,
                         &w->trial,      &w->promise,       &w->touched_need, &w->used_need,
                         &w->empty,      &w->touched_area,  &w->chosen};
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        *lists[k] = ROOM(larger(larger(in->assets, in->needs), in->areas) + 8, int32_t);
    memset(w->trial, 0xFF, (size_t)in->assets * sizeof(int32_t));
    memset(w->promise, 0xFF, (size_t)in->assets * sizeof(int32_t));
    return w;
}

/* What Python checks before it trusts the layout. */
int64_t twin_sizes(int64_t which) {
    const int64_t sizes[] = {sizeof(asset_t), sizeof(need_t), sizeof(area_t), sizeof(input_t)};
    return sizes[which];
}

void twin_free(twin_t *w) {
    for (int64_t q = 0; q < w->in.pools; q++) {
        free(w->pool[q].bit);
        free(w->pool[q].asset);
    }
    for (int64_t s = 0; s <= w->in.services; s++)
        free(w->curve[s].step);
    void *tables[] = {w->asset, w->repair, w->need,  w->cold,   w->edge,  w->supplier,
                      w->area,  w->lost,   w->layer, w->part,   w->group, w->region,
                      w->curve, w->pool,   w->heap,  w->change, w->dirty, w->touched_asset,
                      w->used_asset,    w->new_job,      w->trial,     w->promise, w->touched_need,
                      w->used_need,     w->empty,        w->touched_area, w->chosen,
                      w->by_duration,   w->area_used,    w->target_item};
    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++)
        free(tables[k]);
    free(w);
}
