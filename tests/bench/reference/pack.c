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

bool menu_alike(const Posture *postures, long count) {
    uint64_t apart = 0;
    for (long k = 0; k < count; k++) {
        const Posture *posture = &postures[k];
        EACH_LANE {
            apart |= to_bits(posture->aid[w]) ^ to_bits(posture->aid[0]);
            apart |= to_bits(posture->presence[w]) ^ to_bits(posture->presence[0]);
            apart |= to_bits(posture->mediation[w]) ^ to_bits(posture->mediation[0]);
            apart |= to_bits(posture->effort[w]) ^ to_bits(posture->effort[0]);
        }
    }
    return apart == 0;
}

void gather_menu(const World *world, const Weighing *packed, Posture *menu) {
    for (long k = 0; k < world->sizes.postures; k++) {
        const Posture *posture = &world->given.postures[k];
        EACH_PACKED {
            int lane = packed->who[w];
            menu[k].aid[w] = posture->aid[lane];
            menu[k].presence[w] = posture->presence[lane];
            menu[k].mediation[w] = posture->mediation[lane];
            menu[k].effort[w] = posture->effort[lane];
        }
    }
}

void gather(const World *world, long e, const Motives *motives, const double *luck, Weighing *packed) {
    const Behaviour *by = world->given.behaviour;
    const PartyTraits *traits = &world->given.parties[e];
    const StanceNow *stances = &world->now.stances[2 * e];
    EACH_PACKED {
        int lane = packed->who[w];
        for (int side = 0; side < 3; side++)
            packed->of_aid[side][w] = motives->of_aid[side][lane];
        packed->of_mediation[w] = motives->of_mediation[lane];
        packed->of_presence[w] = motives->of_presence[lane];
        packed->effort[w] = motives->effort[lane];
        packed->habit[w] = motives->habit[lane];
        packed->precedent[w] = motives->precedent[lane];
        packed->concern[w] = motives->concern[lane];
        packed->expected[w] = motives->expected[lane];
        packed->held[w] = motives->held[lane];
        for (int x = 0; x < 2; x++) {
            packed->strength[x][w] = motives->strength[x][lane];
            packed->reinforcement[x][w] = stances[x].reinforcement[lane];
        }
        packed->decisiveness[w] = by->decisiveness[lane];
        packed->rationality[w] = by->rationality[lane];
        packed->policy[w] = traits->salience[lane] > 0.0 ? traits->posture_policy[lane] : 0.0;
        packed->luck[w] = luck[lane];
    }
}
