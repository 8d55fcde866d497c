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
                if (!world->active[e])
                    continue;
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

/* Mean product over third states, seven at a time; beyond the last the diagonal, which is 0 and adds nothing. */
static void sum_triads(const World *world, long i, long j, double *triads) {
    long n = world->sizes.states, others = n > 3 ? n - 2 : 1, low = i < j ? i : j, high = i < j ? j : i;
    double scale = 1.0 / (double)others;
    for (long first = 0; first < others; first += 7) {
        const double *one[7], *two[7];
        for (long m = 0; m < 7; m++) {
            long k = first + m;
            k += k >= low;
            k += k >= high;
            k = k < n ? k : low;
            one[m] = alignment_of(world, i, k);
            two[m] = alignment_of(world, k, j);
        }
        EACH_LANE {
            double sum = one[0][w] * two[0][w] + one[1][w] * two[1][w] + one[2][w] * two[2][w] +
                         one[3][w] * two[3][w] + one[4][w] * two[4][w] + one[5][w] * two[5][w] + one[6][w] * two[6][w];
            triads[w] = (first > 0 ? triads[w] : 0.0) + sum * scale;
        }
    }
}

/* Latent alignment after a tick. Influence of who holds no lever, and support where none can be felt, is always 0:
 * such pairs have loops of their own, which do not read it. */
static inline void shift_as(const World *world, long i, long j, bool tied, bool felt, const double *shock) {
    const Behaviour *by = world->given.behaviour;
    const double *influence = pair_of(world, j, i)->influence;
    PairNow *pair = pair_of(world, i, j);
    double dt = world->dt;
    lane triads;
    sum_triads(world, i, j, triads);
    EACH_LANE {
        double latent = pair->latent[w];
        double net = (tied ? by->pull[w] * influence[w] : 0.0) + (felt ? pair->support[w] : 0.0) -
                     by->fear[w] * pair->threat[w] + by->balance[w] * triads[w] -
                     by->from_rest[w] * pair->force_start[w] - by->memory[w] * (latent - pair->anchor[w]);
        pair->latent[w] = clip(latent + by->adaptation[w] * net * dt + shock[w], -LATENT_LIMIT, LATENT_LIMIT);
        if (felt)
            pair->support[w] = 0.0; /* felt; the next tick's adds up anew */
    }
}

static void shift(const World *world, long i, long j, const double *shock) {
    bool tied = world->wiring.tied[j * world->sizes.states + i];
    bool felt = world->wiring.feels[i * world->sizes.states + j];
    if (tied && felt)
        shift_as(world, i, j, true, true, shock);
    else if (tied)
        shift_as(world, i, j, true, false, shock);
    else if (felt)
        shift_as(world, i, j, false, true, shock);
    else
        shift_as(world, i, j, false, false, shock);
}

static void drift(World *world, long tick) {
    const double *noise = world->given.behaviour->alignment_noise;
    double scale = sqrt(world->dt);
    uint64_t when = counter(tick, ALIGNMENT);
    for (long n = 0; n < world->sizes.couples; n++) {
        const CouplesWire *couple = &world->wiring.couples[n];
        lane shocks[2];
        EACH_LANE {
            double y, z, amplitude = noise[w] * scale;
            normals(world, w, when, couple->key, &y, &z);
            shocks[0][w] = amplitude * y;
            shocks[1][w] = amplitude * z;
        }
        shift(world, couple->low, couple->high, shocks[0]);
        shift(world, couple->high, couple->low, shocks[1]);
    }
}

/* Forces at the start; only events that change a weight change them. */
void mark_forces(World *world) {
    const Behaviour *by = world->given.behaviour;
    long n = world->sizes.states;
    for (long i = 0; i < n; i++)
        for (long j = 0; j < n; j++) {
            PairNow *pair = pair_of(world, i, j);
            const double *influence = pair_of(world, j, i)->influence_start;
            EACH_LANE pair->force_start[w] = by->pull[w] * influence[w] - by->fear[w] * pair->threat_start[w] +
                                             by->balance[w] * pair->triads_start[w];
        }
}

void align(World *world, long tick) {
    feel_needs(world);
    feel_aid(world);
    feel_arms(world);
    drift(world, tick);
    show_alignment(world);
}
