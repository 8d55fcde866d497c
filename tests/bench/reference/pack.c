/* Lanes in which a third party reconsiders, packed, as in sim/dynamics/pack.py. */
#include "choose.h"

void gather_lanes(const double *reconsiders, bool everybody, Weighing *packed) {
    int *who = packed->who;
    long count = 0;
    for (int w = 0; w < LANES; w++) {
        who[count] = w;
        count += everybody | (reconsiders[w] > 0.0);
    }
    for (long w = count; w < LANES && w < count + PACK; w++)
        who[w] = who[0];
    packed->count = count;
    packed->packs = (count + PACK - 1) / PACK;
}

static uint64_t apart(const double *values) {
    uint64_t bits = 0;
    EACH_LANE bits |= to_bits(values[w]) ^ to_bits(values[0]);
    return bits;
}

/* Whether what all third parties share is the same in all lanes and need not be packed; only events change that. */
void compare_lanes(World *world) {
    const Behaviour *by = world->given.behaviour;
    uint64_t bits = apart(by->decisiveness) | apart(by->rationality) | apart(world->given.weights->habit);
    for (long k = 0; k < world->sizes.postures; k++) {
        const Posture *posture = &world->given.postures[k];
        bits |= apart(posture->aid) | apart(posture->presence) | apart(posture->mediation) | apart(posture->effort);
    }
    *world->alike = bits == 0;
}

/* What all third parties share as it is given, for lanes that are all alike. */
void share(const World *world, Weighing *packed) {
    packed->decisiveness = world->given.behaviour->decisiveness;
    packed->rationality = world->given.behaviour->rationality;
    packed->habit = world->given.weights->habit;
    packed->menu = world->given.postures;
}

void gather_shared(const World *world, Shared *shared, Weighing *packed) {
    const Behaviour *by = world->given.behaviour;
    const double *habit = world->given.weights->habit;
    EACH_PACKED {
        int lane = packed->who[w];
        shared->decisiveness[w] = by->decisiveness[lane];
        shared->rationality[w] = by->rationality[lane];
        shared->habit[w] = habit[lane];
    }
    for (long k = 0; k < world->sizes.postures; k++) {
        const Posture *posture = &world->given.postures[k];
        Posture *out = &shared->menu[k];
        EACH_PACKED {
            int lane = packed->who[w];
            out->aid[w] = posture->aid[lane];
            out->presence[w] = posture->presence[lane];
            out->mediation[w] = posture->mediation[lane];
            out->effort[w] = posture->effort[lane];
        }
    }
    packed->decisiveness = shared->decisiveness;
    packed->rationality = shared->rationality;
    packed->habit = shared->habit;
    packed->menu = shared->menu;
}

void gather(const World *world, long e, const Motives *motives, const double *luck, Weighing *packed) {
    const PartyTraits *traits = &world->given.parties[e];
    const StanceNow *stances = &world->now.stances[2 * e];
    const double *before = world->now.parties[e].before;
    EACH_PACKED {
        int lane = packed->who[w];
        for (int side = 0; side < 3; side++)
            packed->of_aid[side][w] = motives->of_aid[side][lane];
        packed->of_mediation[w] = motives->of_mediation[lane];
        packed->of_presence[w] = motives->of_presence[lane];
        packed->of_effort[w] = motives->of_effort[lane];
        packed->precedent[w] = motives->precedent[lane];
        packed->concern[w] = motives->concern[lane];
        packed->expected[w] = motives->expected[lane];
        packed->before[w] = before[lane];
        for (int x = 0; x < 2; x++) {
            packed->strength[x][w] = motives->strength[x][lane];
            packed->reinforcement[x][w] = stances[x].reinforcement[lane];
        }
        packed->policy[w] = traits->salience[lane] > 0.0 ? traits->posture_policy[lane] : 0.0;
        packed->luck[w] = luck[lane];
    }
}
