/* Keyed random numbers: Philox4x32-10 and normal scores, with the bits of simengine's own. */
#ifndef DRAWS_H
#define DRAWS_H

#include <math.h>
#include <stdint.h>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

#define MULTIPLIER0 0xD2511F53u
#define MULTIPLIER1 0xCD9E8D57u
#define WEYL0 0x9E3779B9u
#define WEYL1 0xBB67AE85u
#define MARGIN 1e-9

static inline uint64_t random_bits(uint64_t key, uint64_t item, uint64_t run) {
    uint32_t c0 = (uint32_t)item, c1 = (uint32_t)(item >> 32);
    uint32_t c2 = (uint32_t)run, c3 = (uint32_t)(run >> 32) & 0xFF;
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t left = (uint64_t)MULTIPLIER0 * c0, right = (uint64_t)MULTIPLIER1 * c2;
        c0 = (uint32_t)(right >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)right;
        c2 = (uint32_t)(left >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)left;
        k0 += WEYL0;
        k1 += WEYL1;
    }
    return (c0 | (uint64_t)c1 << 32) >> 12;
}

static inline double as_uniform(uint64_t bits) { return ((double)bits + 0.5) * 0x1p-52; }

/* How many of the 2**52 values give a uniform below p. */
static inline uint64_t bits_below(double p) {
    if (p >= 1.0)
        return (uint64_t)1 << 52;
    double bits = ceil(p * 0x1p52 - 0.5);
    return bits > 0.0 ? (uint64_t)bits : 0;
}

/* AS 241 of Wichura (1988), routine PPND16. */
static inline double normal_quantile(double u) {
    double q = u - 0.5, r, above, below;
    if (fabs(q) <= 0.425) {
        r = 0.180625 - q * q;
        above = 2509.0809287301226727 * r + 33430.575583588128105;
        above = above * r + 67265.770927008700853;
        above = above * r + 45921.953931549871457;
        above = above * r + 13731.693765509461125;
        above = above * r + 1971.5909503065514427;
        above = above * r + 133.14166789178437745;
        above = above * r + 3.387132872796366608;
        below = 5226.495278852854561 * r + 28729.085735721942674;
        below = below * r + 39307.89580009271061;
        below = below * r + 21213.794301586595867;
        below = below * r + 5394.1960214247511077;
        below = below * r + 687.1870074920579083;
        below = below * r + 42.313330701600911252;
        below = below * r + 1.0;
        return q * above / below;
    }
    r = sqrt(-log(q < 0.0 ? u : 1.0 - u));
    if (r <= 5.0) {
        r -= 1.6;
        above = 7.7454501427834140764e-4 * r + 0.0227238449892691845833;
        above = above * r + 0.24178072517745061177;
        above = above * r + 1.27045825245236838258;
        above = above * r + 3.64784832476320460504;
        above = above * r + 5.7694972214606914055;
        above = above * r + 4.6303378461565452959;
        above = above * r + 1.42343711074968357734;
        below = 1.05075007164441684324e-9 * r + 5.475938084995344946e-4;
        below = below * r + 0.0151986665636164571966;
        below = below * r + 0.14810397642748007459;
        below = below * r + 0.68976733498510000455;
        below = below * r + 1.6763848301838038494;
        below = below * r + 2.05319162663775882187;
        below = below * r + 1.0;
    } else {
        r -= 5.0;
        above = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5;
        above = above * r + 0.0012426609473880784386;
        above = above * r + 0.026532189526576123093;
        above = above * r + 0.29656057182850489123;
        above = above * r + 1.7848265399172913358;
        above = above * r + 5.4637849111641143699;
        above = above * r + 6.6579046435011037772;
        below = 2.04426310338993978564e-15 * r + 1.4215117583164458887e-7;
        below = below * r + 1.8463183175100546818e-5;
        below = below * r + 7.868691311456132591e-4;
        below = below * r + 0.0148753612908506148525;
        below = below * r + 0.13692988092273580531;
        below = below * r + 0.59983220655588793769;
        below = below * r + 1.0;
    }
    return q < 0.0 ? -(above / below) : above / below;
}

/* Several keyed draws at once, one in each 64-bit lane; a product reads the low half of a lane, so
 * what stands above it needs no mask. */
#if defined(__AVX512F__)
#define LANES 8
typedef uint64_t lanes_t __attribute__((vector_size(64)));
#define PRODUCT(a, b) ((lanes_t)_mm512_mul_epu32((__m512i)(a), (__m512i)(b)))
#define WHICH_BELOW(a, b) ((unsigned)_mm512_cmplt_epu64_mask((__m512i)(a), (__m512i)(b)))
#elif defined(__AVX2__)
#define LANES 4
typedef uint64_t lanes_t __attribute__((vector_size(32)));
#define PRODUCT(a, b) ((lanes_t)_mm256_mul_epu32((__m256i)(a), (__m256i)(b)))
#define WHICH_BELOW(a, b) ((unsigned)_mm256_movemask_pd((__m256d)((a) < (b))))
#endif

/* List the draws k whose bits are below a bound; returns how many there are. */
static int32_t choose_below(uint64_t key, const uint64_t *item, int32_t count, uint64_t run,
                            uint64_t bound, int32_t *chosen) {
    int32_t found = 0, k = 0;
#ifdef LANES
    lanes_t zero = {0}, low = zero + 0xFFFFFFFFu, limit = zero + bound;
    lanes_t m0 = zero + MULTIPLIER0, m1 = zero + MULTIPLIER1;
    for (; k + LANES <= count; k += LANES) {
        lanes_t c0 = *(const lanes_t *)(item + k), c1 = c0 >> 32;
        lanes_t c2 = zero + (run & 0xFFFFFFFFu), c3 = zero + ((run >> 32) & 0xFF);
        uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
        for (int round = 0; round < 10; round++) {
            lanes_t left = PRODUCT(m0, c0), right = PRODUCT(m1, c2);
            c0 = (right >> 32) ^ c1 ^ (uint64_t)k0;
            c1 = right;
            c2 = (left >> 32) ^ c3 ^ (uint64_t)k1;
            c3 = left;
            k0 += WEYL0;
            k1 += WEYL1;
        }
        unsigned hits = WHICH_BELOW(((c0 & low) | (c1 << 32)) >> 12, limit);
        for (; hits; hits &= hits - 1)
            chosen[found++] = k + __builtin_ctz(hits);
    }
#endif
    for (; k < count; k++)
        if (random_bits(key, item[k], run) < bound)
            chosen[found++] = k;
    return found;
}

#endif
