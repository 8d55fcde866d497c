/* Lanes, elementary functions, draws: what sim/lanes.py and sim/draws.py hold, as plain C.
 *
 * Built with -ffast-math, under which tricks such as adding and taking away 1.5·2⁵² fold away, so rounding and
 * exponents go through conversions. With -DLIBMVEC exp, log and tanh are the C library's vector functions. */
#ifndef LANES_H
#define LANES_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "records.h"

/* Lanes never depend on each other, so the compiler need not prove that arrays do not overlap. */
#define EACH_LANE _Pragma("GCC ivdep") for (int w = 0; w < LANES; w++)

enum { QUIET, FIGHTING, TRUCE, SETTLED };
enum { REVISE = 1, DECIDE, CONTROL, RIVALRY, STABILITY, ALIGNMENT };

static inline double clip(double x, double lower, double upper) { return fmin(fmax(x, lower), upper); }

static inline double from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint64_t to_bits(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

#ifdef LIBMVEC

static inline double fast_exp(double x) { return exp(x); }
static inline double fast_log(double x) { return log(x); }

#else

static inline double fast_exp(double x) {
    x = clip(x, -708.0, 709.0);
    double n = rint(x * 1.4426950408889634), r = x - n * 0.6931471805599453, z = r * r;
    double first = (4.166666666662413e-02 + r * 8.333333333330062e-03) * z + (0.5 + r * 1.6666666666666669e-01);
    double then = 2.4801521295954376e-05 + r * 2.7557268459997064e-06;
    then = then * z + (1.3888888917213717e-03 + r * 1.9841269863053618e-04);
    then = (2.7620088445409746e-07 + r * 2.510038549551032e-08) * (z * z) + then;
    double p = 1.0 + (r + z * (first + z * z * then));
    return from_bits(to_bits(p) + ((uint64_t)(int32_t)n << 52)); /* AVX2 turns doubles into 32 bits only */
}

static inline double fast_log(double x) {
    uint64_t bits = to_bits(x), exponent = (bits + (0x3FF0000000000000u - 0x3FE6A09E667F3BCDu)) >> 52;
    double m = from_bits(bits - (exponent << 52) + 0x3FF0000000000000u), e = (double)(int32_t)exponent - 1023.0;
    double s = (m - 1.0) / (m + 1.0), z = s * s, y = z * z;
    double even = 9.091444716878758e-02 + y * 7.308288210822193e-02;
    double odd = 1.1111105565280363e-01 + y * 7.665855673336498e-02;
    even = even * y + 1.4285714313000714e-01;
    odd = odd * y + 1.9999999999949725e-01;
    even = even * y + 3.333333333333335e-01;
    return e * 0.6931471805599453 + (2.0 * s + 2.0 * s * z * (even + z * odd));
}

#endif

static inline double fast_tanh(double x) {
    double e = fast_exp(-2.0 * fabs(x));
    return copysign((1.0 - e) / (1.0 + e), x);
}

static inline double fast_atanh(double a) { return 0.5 * fast_log((1.0 + a) / (1.0 - a)); }

static inline double logistic(double x) { return 1.0 / (1.0 + fast_exp(-x)); }

static inline double chance(double rate, double dt) { return 1.0 - fast_exp(-rate * dt); }

/* Cosine and sine of a whole turn by half the angle, shifted by half a turn. */
static inline void cosine_sine(double turn, double *cosine, double *sine) {
    double x = turn - 0.5, z = x * x;
    double c = 4.166399462726949e-06, s = 7.697826768224191e-07;
    c = c * z - 1.0458286368326585e-04;
    s = s * z - 2.1903497074626018e-05;
    c = c * z + 1.929562652479866e-03;
    s = s * z + 4.662998161898394e-04;
    c = c * z - 2.580689002587539e-02;
    s = s * z - 7.370430505916944e-03;
    c = c * z + 2.353306302721577e-01;
    s = s * z + 8.21458865731029e-02;
    c = c * z - 1.3352627688518803;
    s = s * z - 5.992645293189447e-01;
    c = c * z + 4.058712126416736;
    s = s * z + 2.5501640398773007;
    c = c * z - 4.934802200544679;
    s = s * z - 5.167712780049969;
    c = c * z + 1.0;
    s = (s * z + 3.141592653589793) * x;
    *cosine = s * s - c * c;
    *sine = -2.0 * s * c;
}

static inline uint64_t rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

#define ROUND(r) (x += y, y = rotate(y, r) ^ x)

/* Threefry2x64-20. */
static inline void threefry(const uint64_t key[2], uint64_t when, uint64_t who, uint64_t *first, uint64_t *second) {
    uint64_t key2 = 0x1BD11BDAA9FC1A22u ^ key[0] ^ key[1], x = when + key[0], y = who + key[1];
    ROUND(16), ROUND(42), ROUND(12), ROUND(31);
    x += key[1], y += key2 + 1;
    ROUND(16), ROUND(32), ROUND(24), ROUND(21);
    x += key2, y += key[0] + 2;
    ROUND(16), ROUND(42), ROUND(12), ROUND(31);
    x += key[0], y += key[1] + 3;
    ROUND(16), ROUND(32), ROUND(24), ROUND(21);
    x += key[1], y += key2 + 4;
    ROUND(16), ROUND(42), ROUND(12), ROUND(31);
    x += key2, y += key[0] + 5;
    *first = x;
    *second = y;
}

static inline uint64_t counter(long tick, uint64_t purpose) { return (uint64_t)tick | purpose << 32; }

static inline double unit(uint64_t word) {
    return from_bits(word >> 12 | 0x3FF0000000000000u) - 0.99999999999999988898; /* 1 − 2⁻⁵³ */
}

/* Two uniform draws of lane w. */
static inline void uniforms(const World *world, int w, uint64_t when, uint64_t who, double *u, double *v) {
    uint64_t first, second;
    threefry((uint64_t[]){world->keys[w], world->keys[LANES + w]}, when, who, &first, &second);
    *u = unit(first);
    *v = unit(second);
}

/* Two normal draws of lane w. */
static inline void normals(const World *world, int w, uint64_t when, uint64_t who, double *y, double *z) {
    double u, v, c, s;
    uniforms(world, w, when, who, &u, &v);
    cosine_sine(v, &c, &s);
    double radius = sqrt(-2.0 * fast_log(u));
    *y = radius * c;
    *z = radius * s;
}

static inline PairNow *pair_of(const World *world, long i, long j) {
    return &world->now.pairs[i * world->sizes.states + j];
}

static inline double *alignment_of(const World *world, long i, long j) {
    return __builtin_assume_aligned(world->now.alignment[i * world->sizes.states + j], 64);
}

#endif
