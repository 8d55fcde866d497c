/* What a third party sees of the others, as in sim/dynamics/watch.py. */
#include "choose.h"

void watch_rivals(World *world, long e) {
    const PartiesWire *party = &world->wiring.parties[e];
    double *out = world->now.parties[e].rival_mediation;
    lane votes = {0}, seen = {0};
    for (long v = party->first_rival; v < party->last_rival; v++) {
        long rival = world->wiring.rivals[v].party;
        const double *weight = world->given.rivals[v].weight;
        EACH_LANE votes[w] += weight[w];
        if (rival >= 0) {
            const double *mediation = world->now.parties[rival].mediation;
            EACH_LANE seen[w] += weight[w] * mediation[w];
        }
    }
    EACH_LANE out[w] = votes[w] > 0.0 ? seen[w] / votes[w] : 0.0;
}

void watch_sanctioners(World *world, long e) {
    const PartiesWire *party = &world->wiring.parties[e];
    double *out = world->now.parties[e].hostility;
    lane votes = {0}, seen = {0};
    for (long v = party->first_sanctioner; v < party->last_sanctioner; v++) {
        const double *weight = world->given.sanctioners[v].weight;
        const double *toward = alignment_of(world, world->wiring.sanctioners[v].state, party->state);
        EACH_LANE {
            votes[w] += weight[w];
            seen[w] += weight[w] * (1.0 - toward[w]) * 0.5;
        }
    }
    EACH_LANE out[w] = votes[w] > 0.0 ? seen[w] / votes[w] : 0.0;
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
