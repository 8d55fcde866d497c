/* Domestic stability and levers, as in sim/dynamics/domestic.py and levers.py. */
#include "phases.h"

static void strain_of_contests(const World *world, long i, double *strain) {
    const Behaviour *by = world->given.behaviour;
    lane fights = {0};
    for (long c = 0; c < world->sizes.contests; c++) {
        const ContestNow *contest = &world->now.contests[c];
        if (world->wiring.contests[c].challenger == i || world->wiring.contests[c].holder == i)
            EACH_LANE fights[w] = fmax(fights[w], contest->fighting[w]);
        long e = world->wiring.party_of[i * world->sizes.contests + c];
        if (e < 0)
            continue;
        const PartyNow *party = &world->now.parties[e];
        const double *near = world->given.parties[e].near;
        const double *challenger = world->given.stances[2 * e].diaspora;
        const double *holder = world->given.stances[2 * e + 1].diaspora;
        EACH_LANE {
            double fighting = contest->fighting[w], takes_side = fabs(party->side[w]);
            double size = fmin((challenger[w] + holder[w]) * 0.25, 1.0);
            fights[w] = fmax(fights[w], fighting * party->presence[w] * takes_side);
            strain[w] += by->unrest[w] * size * fighting * (0.5 + 0.5 * party->aid[w] * takes_side) +
                         by->proxy_strain[w] * near[w] * contest->proxies[w];
        }
    }
    EACH_LANE strain[w] += by->war_strain[w] * fights[w];
}

void live(World *world, long tick) {
    const Behaviour *by = world->given.behaviour;
    double dt = world->dt, scale = sqrt(dt);
    uint64_t when = counter(tick, STABILITY);
    for (long i = 0; i < world->sizes.states; i++) {
        lane strain = {0};
        strain_of_contests(world, i, strain);
        for (long e = 0; e < world->sizes.ties; e++)
            if (world->wiring.ties[e].remittances && world->wiring.ties[e].client == i) {
                const TieNow *tie = &world->now.ties[e];
                EACH_LANE strain[w] += by->remittance_strain[w] * fmax(tie->level_start[w] - tie->level[w], 0.0);
            }
        double *stability = world->now.states[i].stability;
        const double *normal = world->given.states[i].stability;
        uint64_t who = world->wiring.states[i].key;
        EACH_LANE {
            double z, unused, now = stability[w];
            normals(world, w, when, who, &z, &unused);
            double drift = by->recovery[w] * (normal[w] - now) - strain[w];
            stability[w] = clip(now + dt * drift + by->stability_noise[w] * scale * z, 0.0, 1.0);
        }
    }
}

static void make_room(World *world) {
    for (long g = 0; g < world->sizes.groups; g++) {
        const GroupsWire *group = &world->wiring.groups[g];
        lane total = {0};
        for (long e = group->first; e < group->last; e++)
            EACH_LANE total[w] += world->now.ties[e].level[w];
        EACH_LANE total[w] = 1.0 / fmax(total[w], 1.0);
        for (long e = group->first; e < group->last; e++)
            EACH_LANE world->now.ties[e].level[w] *= total[w];
    }
}

void pull_levers(World *world) {
    const double *gain = world->given.behaviour->lever_gain;
    double dt = world->dt;
    for (long e = 0; e < world->sizes.ties; e++) {
        const TiesWire *wire = &world->wiring.ties[e];
        TieNow *tie = &world->now.ties[e];
        const double *start = world->given.ties[e].level, *rate = world->given.levers[wire->lever].rate;
        const double *alignment = alignment_of(world, wire->client, wire->patron);
        const double *alignment_start = pair_of(world, wire->client, wire->patron)->alignment_start;
        if (wire->arms)
            EACH_LANE {
                double usual = tie->delivered_start[w];
                double target = usual > 0.0 ? start[w] * tie->delivered[w] / usual : 0.0;
                tie->level[w] = clip(tie->level[w] + dt * rate[w] * (target - tie->level[w]), 0.0, 1.0);
            }
        else
            EACH_LANE {
                double target = start[w] * (1.0 + gain[w] * (alignment[w] - alignment_start[w]));
                tie->level[w] = clip(tie->level[w] + dt * rate[w] * (target - tie->level[w]), 0.0, 1.0);
            }
    }
    make_room(world);
}
