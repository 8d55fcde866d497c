/* A third party says why it holds its posture, as in sim/dynamics/tell.py. */
#include "choose.h"

/* What the outcome is to a third party, and the strength of both sides without its present aid. */
void look_ahead(const World *world, long e, Motives *motives) {
    long c = world->wiring.parties[e].contest;
    const double *weight = world->given.weights->balance, *control = world->now.contests[c].control;
    const double *turmoil = world->now.contests[c].turmoil;
    const double *one = world->now.sides[2 * c].strength, *two = world->now.sides[2 * c + 1].strength;
    const StanceNow *challenger = &world->now.stances[2 * e], *holder = challenger + 1;
    const PartyTraits *traits = &world->given.parties[e];
    const PartyNow *me = &world->now.parties[e];
    EACH_LANE {
        double aid = me->side[w] * me->aid[w]; /* signs: 1, 0, −1 */
        motives->concern[w] = weight[w] * traits->salience[w] * turmoil[w];
        motives->expected[w] = traits->goal[w] + 1.0 - control[w];
        motives->strength[0][w] = one[w] - fmax(aid, 0.0) * challenger->reinforcement[w];
        motives->strength[1][w] = two[w] - fmax(-aid, 0.0) * holder->reinforcement[w];
    }
}

static void foresee(const World *world, long e, const Motives *motives, const PartyNow *deed, double *balance) {
    const double *decisiveness = world->given.behaviour->decisiveness;
    const double *one = world->now.stances[2 * e].reinforcement, *two = world->now.stances[2 * e + 1].reinforcement;
    EACH_LANE {
        double aid = deed->side[w] * deed->aid[w];
        double challenger = motives->strength[0][w] + fmax(aid, 0.0) * one[w];
        double holder = motives->strength[1][w] + fmax(-aid, 0.0) * two[w];
        double odds = logistic(decisiveness[w] * fast_log(challenger / holder));
        balance[w] = -motives->concern[w] * fabs(odds - motives->expected[w]);
    }
}

/* Terms of mediation, presence and effort. */
static void tell_of_mediation(const World *world, long e, const PartyNow *deed, Terms *out) {
    const Weights *by = world->given.weights;
    const PartyTraits *traits = &world->given.parties[e];
    const ContestNow *contest = &world->now.contests[world->wiring.parties[e].contest];
    const PartyNow *me = &world->now.parties[e];
    EACH_LANE {
        double mediation = deed->mediation[w], keen = mediation * traits->salience[w];
        double burns = contest->fighting[w] + me->other_proxies[w];
        out->order[w] = by->order[w] * keen * contest->turmoil[w] * me->sway[w];
        out->primacy[w] = by->primacy[w] * keen * me->rival_mediation[w];
        out->spillover[w] = by->spillover[w] * mediation * traits->near[w] * 0.5 * burns;
        out->access[w] = -by->access[w] * deed->presence[w] * (1.0 - traits->access[w]);
        out->reaction[w] = -by->reaction[w] * deed->presence[w] * me->hostility[w];
        out->entry[w] = -by->entry[w] * traits->entry_cost[w] * (mediation + deed->presence[w]);
        out->effort[w] = -deed->effort[w] * (1.0 - me->attention[w]);
    }
}

/* Terms of aid to one side; to neither, none is given. */
static void tell_of_aid(const World *world, long e, const PartyNow *deed, Terms *out) {
    static const lane nothing;
    const PartiesWire *wire = &world->wiring.parties[e];
    const Weights *by = world->given.weights;
    const double *floor = world->given.behaviour->wedge_floor, *salience = world->given.parties[e].salience;
    const StanceNow *challenger = &world->now.stances[2 * e], *holder = challenger + 1;
    const double *one = wire->challenger_treaty < 0 ? nothing : world->now.ties[wire->challenger_treaty].level;
    const double *two = wire->holder_treaty < 0 ? nothing : world->now.ties[wire->holder_treaty].level;
    const double *here = world->given.sides[2 * wire->contest].covered;
    const double *there = world->given.sides[2 * wire->contest + 1].covered;
    EACH_LANE {
        double side = deed->side[w], aid = deed->aid[w], keen = salience[w] * aid;
        double to_challenger = fmax(side, 0.0), to_other = 1.0 - to_challenger;
        double over_challenger = challenger->leverage[w], over_holder = holder->leverage[w];
        double other = to_challenger * over_holder + to_other * over_challenger;
        double opposed = to_challenger * challenger->opposed[w] + to_other * holder->opposed[w];
        double treaty = to_challenger * one[w] * here[w] + to_other * two[w] * there[w];
        out->fidelity[w] = by->fidelity[w] * keen * side * (challenger->liking[w] - holder->liking[w]);
        out->wedge[w] = -by->wedge[w] * keen * other / (over_challenger + over_holder + floor[w]);
        out->friction[w] = -by->friction[w] * aid * fmin(opposed, 1.0);
        out->obligation[w] = by->obligation[w] * keen * treaty;
    }
}

/* Terms of what the third party is itself. */
static void tell_of_self(const World *world, long e, const double *held, const PartyNow *deed, Terms *out) {
    const PartiesWire *wire = &world->wiring.parties[e];
    const ContestsWire *sides = &world->wiring.contests[wire->contest];
    const Weights *by = world->given.weights;
    const double *one = world->given.stances[2 * e].diaspora, *two = world->given.stances[2 * e + 1].diaspora;
    const double *fighting = world->now.contests[wire->contest].fighting, *before = world->now.parties[e].before;
    const double *precedent = world->given.parties[e].precedent;
    const double *over_challenger = pair_of(world, wire->state, sides->challenger)->influence;
    const double *over_holder = pair_of(world, wire->state, sides->holder)->influence;
    EACH_LANE {
        double persons = fmin(fmin(one[w], two[w]) * 0.5, 1.0), over = over_challenger[w] + over_holder[w];
        out->diaspora[w] = -by->diaspora[w] * deed->aid[w] * persons * fighting[w];
        out->visibility[w] = -by->visibility[w] * (deed->aid[w] + deed->presence[w]) * 0.5 * over;
        out->habit[w] = held[w] == before[w] ? by->habit[w] : 0.0;
        out->precedent[w] = held[w] == 0.0 ? by->precedent[w] * precedent[w] : 0.0;
    }
}

/* The named terms of the posture held. */
void tell(World *world, long e, const Motives *motives) {
    const double *held = world->now.parties[e].posture;
    Terms *out = &world->now.chosen[e];
    PartyNow deed;
    bring(world, held, &deed);
    foresee(world, e, motives, &deed, out->balance);
    tell_of_mediation(world, e, &deed, out);
    tell_of_aid(world, e, &deed, out);
    tell_of_self(world, e, held, &deed, out);
}
