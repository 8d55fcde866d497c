/* Alignment, as in sim/dynamics/alignment.py. */
#include "phases.h"

static const double LATENT_LIMIT = 8.0;

static void feel_needs(World *world) {
    for (long i = 0; i < world->sizes.states; i++)
        memset(world->now.states[i].need, 0, sizeof(lane));
    for (long d = 0; d < world->sizes.duels; d++) {
        const DuelsWire *duel = &world->wiring.duels[d];
        double *need = world->now.states[duel->state].need;
        const double *backing = world->now.sides[2 * duel->contest + 1 - duel->side].backing;
        EACH_LANE need[w] = fmin(need[w] + backing[w], 1.0);
    }
}

static void feel_aid(World *world) {
    const double *gratitude = world->given.behaviour->gratitude, *grievance = world->given.behaviour->grievance;
    for (long c = 0; c < world->sizes.contests; c++) {
        const ContestsWire *wire = &world->wiring.contests[c];
        const double *governs = world->now.contests[c].governs;
        const double *one = world->now.sides[2 * c].backing, *two = world->now.sides[2 * c + 1].backing;
        for (int x = 0; x < (wire->domestic ? 1 : 2); x++) {
            long me = x == 0 ? wire->challenger : wire->holder;
            double follows = wire->domestic ? 1.0 : 0.0, own_sign = wire->domestic ? 0.0 : 1.0 - 2.0 * x;
            lane sign, thanks;
            EACH_LANE sign[w] = own_sign + follows * (2.0 * governs[w] - 1.0);
            EACH_LANE {
                double challenger = 0.5 + 0.5 * sign[w]; /* a select here would keep gcc from vectors */
                double need = challenger * fmin(two[w], 1.0) + (1.0 - challenger) * fmin(one[w], 1.0);
                thanks[w] = gratitude[w] * (0.5 + need);
            }
            for (long e = wire->first; e < wire->last; e++) {
                const PartyNow *party = &world->now.parties[e];
                double *support = pair_of(world, me, world->wiring.parties[e].state)->support;
                EACH_LANE {
                    double with = party->side[w] * sign[w]; /* signs: 1, 0, −1 */
                    support[w] += (thanks[w] * fmax(with, 0.0) - grievance[w] * fmax(-with, 0.0)) * party->aid[w];
                }
            }
        }
    }
}

static void feel_arms(World *world) {
    const double *gratitude = world->given.behaviour->gratitude, *grievance = world->given.behaviour->grievance;
    for (long e = 0; e < world->sizes.ties; e++) {
        const TiesWire *wire = &world->wiring.ties[e];
        const TieNow *tie = &world->now.ties[e];
        if (!wire->arms)
            continue;
        const double *need = world->now.states[wire->client].need;
        double *support = pair_of(world, wire->client, wire->patron)->support;
        EACH_LANE support[w] += gratitude[w] * (0.5 + need[w]) * (tie->delivered[w] - tie->delivered_start[w]);
        for (long d = 0; d < world->sizes.duels; d++) {
            const DuelsWire *duel = &world->wiring.duels[d];
            if (duel->opponent == wire->client && duel->state != wire->patron) {
                double *other = pair_of(world, duel->state, wire->patron)->support;
                EACH_LANE other[w] -= grievance[w] * (tie->delivered[w] - tie->delivered_start[w]);
            }
        }
    }
}

/* Sum of products over third states; the diagonal is 0 and adds nothing. */
static void count_triads(World *world) {
    long n = world->sizes.states;
    double scale = 1.0 / (double)(n > 3 ? n - 2 : 1);
    for (long i = 0; i < n; i++)
        for (long j = 0; j < n; j++) {
            if (i == j)
                continue;
            double *triads = pair_of(world, i, j)->triads;
            const lane *first = world->now.alignment + i * n, *second = world->now.alignment + j;
            long k = 0;
            EACH_LANE triads[w] = 0.0;
            for (; k + 3 <= n; k += 3) {
                const double *a = first[k], *b = first[k + 1], *c = first[k + 2];
                const double *x = second[k * n], *y = second[(k + 1) * n], *z = second[(k + 2) * n];
                EACH_LANE triads[w] += (a[w] * x[w] + b[w] * y[w] + c[w] * z[w]) * scale;
            }
            for (; k < n; k++)
                EACH_LANE triads[w] += first[k][w] * second[k * n][w] * scale;
        }
}

static void shift(const Behaviour *by, PairNow *pair, const PairNow *of_other, const double *shock, double dt) {
    EACH_LANE {
        double rest = by->from_rest[w], latent = pair->latent[w];
        double drive = by->pull[w] * (of_other->influence[w] - rest * of_other->influence_start[w]) + pair->support[w] -
                       by->fear[w] * (pair->threat[w] - rest * pair->threat_start[w]) +
                       by->balance[w] * (pair->triads[w] - rest * pair->triads_start[w]) -
                       by->memory[w] * (latent - pair->anchor[w]);
        pair->latent[w] = clip(latent + by->adaptation[w] * drive * dt + shock[w], -LATENT_LIMIT, LATENT_LIMIT);
    }
}

void align(World *world, long tick) {
    const Behaviour *by = world->given.behaviour;
    double dt = world->dt, scale = sqrt(dt);
    uint64_t when = counter(tick, ALIGNMENT);
    for (long i = 0; i < world->sizes.states * world->sizes.states; i++)
        memset(world->now.pairs[i].support, 0, sizeof(lane));
    feel_needs(world);
    feel_aid(world);
    feel_arms(world);
    count_triads(world);
    for (long n = 0; n < world->sizes.couples; n++) {
        const CouplesWire *couple = &world->wiring.couples[n];
        PairNow *there = pair_of(world, couple->low, couple->high), *back = pair_of(world, couple->high, couple->low);
        lane shocks[2];
        EACH_LANE {
            double y, z, noise = by->alignment_noise[w] * scale;
            normals(world, w, when, couple->key, &y, &z);
            shocks[0][w] = noise * y;
            shocks[1][w] = noise * z;
        }
        shift(by, there, back, shocks[0], dt);
        shift(by, back, there, shocks[1], dt);
    }
    show_alignment(world);
}
