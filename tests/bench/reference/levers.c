/* Levers move, as in sim/dynamics/levers.py. */
#include "phases.h"

static void pull_lever(World *world, long e, double *total) {
    const TiesWire *wire = &world->wiring.ties[e];
    TieNow *tie = &world->now.ties[e];
    const double *gain = world->given.behaviour->lever_gain, *rate = world->given.levers[wire->lever].rate;
    const double *start = world->given.ties[e].level, *alignment = alignment_of(world, wire->client, wire->patron);
    const double *alignment_start = pair_of(world, wire->client, wire->patron)->alignment_start;
    double dt = world->dt;
    if (wire->arms)
        EACH_LANE {
            double usual = tie->delivered_start[w];
            double target = usual > 0.0 ? start[w] * tie->delivered[w] / usual : 0.0;
            double level = clip(tie->level[w] + dt * rate[w] * (target - tie->level[w]), 0.0, 1.0);
            tie->level[w] = level;
            total[w] += level;
        }
    else
        EACH_LANE {
            double target = start[w] * (1.0 + gain[w] * (alignment[w] - alignment_start[w]));
            double level = clip(tie->level[w] + dt * rate[w] * (target - tie->level[w]), 0.0, 1.0);
            tie->level[w] = level;
            total[w] += level;
        }
}

/* Group by group, for levels are then summed at hand, which saves more than what a dyad's levers share. */
void pull_levers(World *world) {
    for (long g = 0; g < world->sizes.groups; g++) {
        const GroupsWire *group = &world->wiring.groups[g];
        lane total = {0};
        for (long e = group->first; e < group->last; e++)
            pull_lever(world, e, total);
        if (group->last - group->first < 2)
            continue;
        int crowded = 0;
        for (int w = 0; w < LANES; w++) /* most groups have room in all lanes */
            crowded += total[w] > 1.0;
        if (crowded == 0)
            continue;
        EACH_LANE total[w] = 1.0 / fmax(total[w], 1.0);
        for (long e = group->first; e < group->last; e++)
            EACH_LANE world->now.ties[e].level[w] *= total[w];
    }
}
