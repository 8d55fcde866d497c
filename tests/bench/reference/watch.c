/* What a third party sees of the others, as in sim/dynamics/watch.py. */
#include "choose.h"

void watch_others(World *world, long e) {
    PartyNow *me = &world->now.parties[e];
    long state = world->wiring.parties[e].state;
    lane votes = {0}, seen = {0}, against = {0}, hostile = {0};
    for (long v = 0; v < world->sizes.rivals; v++) {
        const RivalsWire *rival = &world->wiring.rivals[v];
        if (rival->owner != e)
            continue;
        const double *weight = world->given.rivals[v].weight;
        const double *mediation = rival->party < 0 ? NULL : world->now.parties[rival->party].mediation;
        EACH_LANE votes[w] += weight[w];
        if (mediation)
            EACH_LANE seen[w] += weight[w] * mediation[w];
    }
    for (long v = 0; v < world->sizes.sanctioners; v++)
        if (world->wiring.sanctioners[v].owner == e) {
            const double *weight = world->given.sanctioners[v].weight;
            const double *toward = alignment_of(world, world->wiring.sanctioners[v].state, state);
            EACH_LANE {
                against[w] += weight[w];
                hostile[w] += weight[w] * (1.0 - toward[w]) * 0.5;
            }
        }
    EACH_LANE {
        me->rival_mediation[w] = votes[w] > 0.0 ? seen[w] / votes[w] : 0.0;
        me->hostility[w] = against[w] > 0.0 ? hostile[w] / against[w] : 0.0;
    }
}

void watch_backers(World *world, long e) {
    const PartiesWire *party = &world->wiring.parties[e];
    const ContestsWire *contest = &world->wiring.contests[party->contest];
    const double *mine = world->now.states[party->state].capability;
    lane proxies = {0}, to_challenger = {0}, to_holder = {0};
    for (long other = contest->first; other < contest->last; other++) {
        if (other == e || !world->active[other])
            continue;
        long state = world->wiring.parties[other].state;
        const PartyNow *backer = &world->now.parties[other];
        const double *one = pair_of(world, party->state, state)->dependence;
        const double *two = pair_of(world, state, party->state)->dependence;
        const double *theirs = world->now.states[state].capability, *toward = alignment_of(world, party->state, state);
        EACH_LANE {
            double danger = theirs[w] / (mine[w] + theirs[w]), side = backer->side[w];
            double bound = 0.5 * (one[w] + two[w]);
            double against = backer->aid[w] * (bound * (1.0 + toward[w]) * 0.5 + danger) * 0.5;
            to_challenger[w] += side < 0.0 ? against : 0.0;
            to_holder[w] += side > 0.0 ? against : 0.0;
            proxies[w] += backer->proxies[w];
        }
    }
    StanceNow *stances = &world->now.stances[2 * e];
    EACH_LANE {
        stances[0].opposed[w] = to_challenger[w];
        stances[1].opposed[w] = to_holder[w];
        world->now.parties[e].other_proxies[w] = fmin(proxies[w], 1.0);
    }
}
