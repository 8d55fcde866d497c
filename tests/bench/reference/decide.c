/* The sides decide, as in sim/dynamics/decide.py. */
#include "phases.h"

static void hear_mediators(const World *world, long c, double *best, double *keepers) {
    const ContestsWire *wire = &world->wiring.contests[c];
    EACH_LANE best[w] = keepers[w] = 0.0;
    for (long e = wire->first; e < wire->last; e++) {
        const PartyNow *party = &world->now.parties[e];
        EACH_LANE {
            best[w] = fmax(best[w], party->mediation[w] * party->attention[w] * party->sway[w]);
            keepers[w] = fmax(keepers[w], party->side[w] == 0.0 ? party->presence[w] : 0.0);
        }
    }
}

static void make_up_minds(World *world, long c, int x, const double *best, const double *keepers) {
    const Behaviour *by = world->given.behaviour;
    const ContestNow *contest = &world->now.contests[c];
    const double *stake = world->given.contests[c].stake;
    SideNow *side = &world->now.sides[2 * c + x];
    EACH_LANE {
        double p = x == 0 ? contest->odds[w] : 1.0 - contest->odds[w];
        double share = x == 0 ? contest->control[w] : 1.0 - contest->control[w];
        double gain = (2.0 * p - 1.0) * (p > 0.5 ? 1.0 - share : share);
        double fight = stake[w] * gain + by->boldness[w] * side->backing[w] - by->war_cost[w] * side->weariness[w] -
                       by->deterrence[w] * side->facing[w];
        double hold = by->satisfaction[w] * share + by->guarantee[w] * keepers[w];
        double truce = hold + by->persuasion[w] * best[w] - by->distrust[w] * contest->enmity[w];
        side->readiness[w] = logistic(by->side_rationality[w] * (truce - fight));
        side->aggression[w] = logistic(by->side_rationality[w] * (fight - hold));
    }
}

static void estimate_hazards(World *world, long c) {
    const Behaviour *by = world->given.behaviour;
    const SideNow *challenger = &world->now.sides[2 * c], *holder = challenger + 1;
    ContestNow *contest = &world->now.contests[c];
    EACH_LANE {
        double fading = by->attack_floor[w] + fast_exp(-contest->age[w] / by->attack_decay[w]);
        double truce = by->truce_rate[w] * challenger->readiness[w] * holder->readiness[w];
        double attack = by->attack_rate[w] * (challenger->aggression[w] + holder->aggression[w]) * fading;
        double phase = contest->phase[w];
        contest->truce_hazard[w] = phase == FIGHTING ? truce : 0.0;
        contest->attack_hazard[w] = (phase == QUIET) | (phase == TRUCE) ? attack : 0.0;
    }
}

static void change_phase(World *world, long c, long tick) {
    ContestNow *contest = &world->now.contests[c];
    uint64_t when = counter(tick, DECIDE), who = world->wiring.contests[c].key;
    double dt = world->dt, week = (double)tick * dt;
    lane stops, starts; /* drawn in a loop of their own: in one with what follows, the phase takes a quarter longer */
    EACH_LANE {
        double u, v;
        uniforms(world, w, when, who, &u, &v);
        stops[w] = u < chance(contest->truce_hazard[w], dt) ? 1.0 : 0.0;
        starts[w] = v < chance(contest->attack_hazard[w], dt) ? 1.0 : 0.0;
    }
    EACH_LANE {
        double before = contest->phase[w], stop = stops[w], start = starts[w];
        double after = stop > 0.0 ? TRUCE : start > 0.0 ? FIGHTING : before, fighting = after == FIGHTING ? 1.0 : 0.0;
        contest->phase[w] = after;
        contest->age[w] = stop + start > 0.0 ? 0.0 : contest->age[w] + dt;
        contest->fresh[w] = stop;
        contest->truces[w] += stop;
        contest->truces_broken[w] += before == TRUCE ? start : 0.0;
        contest->first_truce[w] = (stop > 0.0) & (contest->first_truce[w] < 0.0) ? week : contest->first_truce[w];
        contest->fighting[w] = fighting;
        contest->weeks_fought[w] += dt * fighting;
    }
}

static void tire(World *world, long c) {
    const Behaviour *by = world->given.behaviour;
    const double *fighting = world->now.contests[c].fighting;
    double dt = world->dt;
    for (int x = 0; x < 2; x++) {
        double *weariness = world->now.sides[2 * c + x].weariness;
        EACH_LANE {
            double fade = by->weariness_fade[w] * weariness[w] * (1.0 - fighting[w]);
            weariness[w] += dt * (by->weariness_grow[w] * fighting[w] - fade);
        }
    }
}

void decide(World *world, long tick) {
    for (long c = 0; c < world->sizes.contests; c++) {
        lane best, keepers;
        hear_mediators(world, c, best, keepers);
        make_up_minds(world, c, 0, best, keepers);
        make_up_minds(world, c, 1, best, keepers);
        estimate_hazards(world, c);
        change_phase(world, c, tick);
        tire(world, c);
    }
}
