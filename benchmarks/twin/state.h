/* Problem P as the twin keeps it: a cache line for what an event touches, the rest apart.
 *
 * Levels, weights and rates are in 2**-20, times in ms, contents in ms x 2**-20. A need or an area
 * keeps what is missing of its full supply, so that 0 is its state at rest. */
#ifndef STATE_H
#define STATE_H

#include <stdint.h>

#define ONE (1 << 20)
#define CUT (1 << 10)
#define NEVER INT64_MAX
#define ORDERS 8
#define SHARES 3
#define TRACK 65536 /* steps of a curve that a run may keep */

enum { RISE, FALL, COMMIT };
enum { REPAIRED, RESTARTED, EMPTY };
enum { NO_JOB, QUEUED, RUNNING };
enum { BUFFERED = 1, SHARED = 2 };

typedef struct { /* hot: 64 bytes */
    int32_t own, own_start, health, origin;
    uint32_t seen, struck_at, ready; /* stamps of instants */
    int32_t order, need_lo, edge_lo;
    uint16_t needs, edges;
    uint8_t dirty, used, marks, job;
    int64_t repair_end, restart_end;
} asset_t;

enum { STRUCK = 1, FOLLOWED = 2 };

typedef struct { /* what a hit and a repair read */
    uint64_t item;
    double median, sigma;
    int64_t work;
    int32_t restart, pool, rank, sector;
} repair_t;

typedef struct { /* hot: 64 bytes */
    int64_t missing, slack, content, since, end;
    int32_t drain, owner, criticality, bar;
    uint32_t seen;
    uint8_t met, hold, kind, filling_used; /* bit 0: filling, bit 1: touched in this run */
} need_t;

enum { FILLING = 1, USED = 2 };

typedef struct {
    int64_t capacity, refill, threshold;
    int32_t supplier_lo, supplier_hi;
} need_cold_t;

typedef struct {
    int32_t to, weight;
} pair_t;

typedef struct __attribute__((aligned(64))) { /* two lines */
    int64_t missing, slack, threshold, population, since, lost;
    int32_t y, deficit;
    uint32_t seen;
    uint16_t depth, parts;
    int64_t interrupted;
    int32_t interruptions, group, service, supplier_lo, supplier_hi;
    int64_t first_since; /* the first layer of the stack and the first part stand here */
    int32_t first_depth, part_order, part_sector, part_deficit;
} area_t;

typedef struct {
    int64_t deficit, since;
} layer_t;

typedef struct {
    int64_t order, sector, deficit;
} part_t;

typedef struct {
    int64_t people, since, worst, population;
    int32_t service, region, basic;
} group_t;

typedef struct {
    int64_t share, since, lost, population;
    int32_t changed;
} region_t;

typedef struct {
    int64_t time, people;
} step_t;

typedef struct {
    int64_t steps, room, people;
    step_t *step;
} curve_t;

typedef struct { /* jobs that wait, as bits by rank; none below the word `first` */
    int32_t crews, busy, travel, queued, first, words;
    uint64_t *bit;
    int32_t *asset; /* by rank */
} pool_t;

typedef struct {
    int32_t asset, level, order, origin;
} change_t;

/* What Python hands over; the names are those of benchmarks/problem_p.py. */
typedef struct {
    int64_t assets, needs, areas, pools, services, groups, regions, sectors, edges, targets, depth;
    int64_t horizon, threat_item;
    const uint64_t *item, *target_item, *keys;
    const double *repair, *hazard; /* hazard: median and sigma of intensity, median and beta */
    const int32_t *restart, *sector, *pool, *rank, *need_lo, *owner, *buffer, *refill, *supplier_lo,
        *supplier, *weight, *edge_lo, *edge, *edge_weight, *target, *crews, *travel, *service,
        *group, *group_region, *group_service, *group_basic;
    const int64_t *threshold, *population, *duration;
} input_t;

typedef struct {
    uint32_t stamp;
    int32_t dirty_count, asset_count, need_count, area_count, empty_count, job_count;
    int32_t used_asset_count, used_need_count;
    int64_t time, horizon, heap_size, heap_room;
    int crews_due, failed;
    input_t in;
    int32_t part_room;
    asset_t *asset;
    need_t *need;
    area_t *area;
    uint64_t *heap, *target_item, *area_used; /* a bit for each area */
    pair_t *edge, *supplier;
    repair_t *repair;
    need_cold_t *cold;
    layer_t *layer;
    part_t *part;
    int64_t *lost, *by_duration;
    group_t *group;
    region_t *region;
    curve_t *curve;
    pool_t *pool;
    change_t *change;
    int32_t *dirty, *touched_asset, *touched_need, *touched_area, *used_asset, *used_need, *empty,
        *new_job, *chosen, *trial, *promise;
} twin_t;

static inline int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }
static inline int32_t cut(int32_t level) { return level < CUT ? 0 : level; }
static inline int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* min(1, sum / threshold), rounded up. */
static inline int32_t shared(int64_t missing, int64_t slack, int64_t threshold) {
    if (missing <= slack)
        return ONE;
    return (int32_t)ceil_div(threshold * ONE - (missing - slack), threshold);
}

/* Events are single words: time, kind and thing; the heap is ordered by them. */
#define THING_BITS 22
#define KIND_BITS 2

static inline void push(twin_t *w, int64_t time, int kind, int32_t thing) {
    if (time >= w->horizon)
        return;
    uint64_t event = ((uint64_t)time << (KIND_BITS + THING_BITS)) |
                     ((uint64_t)kind << THING_BITS) | (uint32_t)thing;
    int64_t k = w->heap_size;
    if (k >= w->heap_room) {
        w->failed = 1;
        return;
    }
    w->heap_size++;
    while (k > 0) {
        int64_t parent = (k - 1) / 2;
        if (w->heap[parent] <= event)
            break;
        w->heap[k] = w->heap[parent];
        k = parent;
    }
    w->heap[k] = event;
}

static inline uint64_t pop(twin_t *w) {
    uint64_t *heap = w->heap, first = heap[0];
    int64_t size = --w->heap_size, k = 0, child;
    uint64_t event = heap[size];
    heap[size] = UINT64_MAX; /* so that the last parent always has two children */
    while ((child = 2 * k + 1) < size) {
        child += heap[child + 1] < heap[child];
        if (event <= heap[child])
            break;
        heap[k] = heap[child];
        k = child;
    }
    heap[k] = event;
    if (size == 0)
        heap[0] = UINT64_MAX;
    return first;
}

#endif
