/* Domestic stability, as in sim/dynamics/domestic.py. */
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
