/* Third parties weigh postures, as in sim/dynamics/choose.py. */
#include "choose.h"

/* Sum of the terms of a unit of mediation; effort, precedent. */
static void value_mediation(const World *world, long e, Motives *out) {
    const Weights *by = world->given.weights;
    const PartyTraits *traits = &world->given.parties[e];
    const ContestNow *contest = &world->now.contests[world->wiring.parties[e].contest];
    const PartyNow *me = &world->now.parties[e];
    EACH_LANE {
        double order = by->order[w] * contest->turmoil[w] * me->sway[w];
        double primacy = by->primacy[w] * me->rival_mediation[w];
        double spillover = by->spillover[w] * traits->near[w] * 0.5 * (contest->fighting[w] + me->other_proxies[w]);
        double entry = by->entry[w] * traits->entry_cost[w];
        out->of_mediation[w] = traits->salience[w] * (order + primacy) + spillover - entry;
        out->of_effort[w] = me->attention[w] - 1.0;
        out->precedent[w] = by->precedent[w] * traits->precedent[w];
    }
}

/* Sum of the terms of a unit of presence; what a unit of aid costs, whichever side gets it. */
static void value_presence(const World *world, long e, Motives *out, double *whichever) {
    const PartiesWire *wire = &world->wiring.parties[e];
    const ContestsWire *sides = &world->wiring.contests[wire->contest];
    const Weights *by = world->given.weights;
    const PartyTraits *traits = &world->given.parties[e];
    const StanceTraits *stances = &world->given.stances[2 * e];
    const double *hostility = world->now.parties[e].hostility, *fighting = world->now.contests[wire->contest].fighting;
    const double *over_challenger = pair_of(world, wire->state, sides->challenger)->influence;
    const double *over_holder = pair_of(world, wire->state, sides->holder)->influence;
    EACH_LANE {
        double visibility = by->visibility[w] * 0.5 * (over_challenger[w] + over_holder[w]);
        double access = by->access[w] * (1.0 - traits->access[w]), reaction = by->reaction[w] * hostility[w];
        double persons = fmin(fmin(stances[0].diaspora[w], stances[1].diaspora[w]) * 0.5, 1.0);
        out->of_presence[w] = -(visibility + access + reaction + by->entry[w] * traits->entry_cost[w]);
        whichever[w] = visibility + by->diaspora[w] * persons * fighting[w];
    }
}

/* Sums of the terms of a unit of aid to either side. */
static void value_aid(const World *world, long e, const double *whichever, Motives *out) {
    static const lane nothing;
    const PartiesWire *wire = &world->wiring.parties[e];
    const Weights *by = world->given.weights;
    const StanceNow *challenger = &world->now.stances[2 * e], *holder = challenger + 1;
    const SideTraits *ground = &world->given.sides[2 * wire->contest];
    const double *one = wire->challenger_treaty < 0 ? nothing : world->now.ties[wire->challenger_treaty].level;
    const double *two = wire->holder_treaty < 0 ? nothing : world->now.ties[wire->holder_treaty].level;
    const double *floor = world->given.behaviour->wedge_floor, *salience = world->given.parties[e].salience;
    EACH_LANE {
        double liking = by->fidelity[w] * (challenger->liking[w] - holder->liking[w]);
        double wedge = by->wedge[w] / (challenger->leverage[w] + holder->leverage[w] + floor[w]);
        double bound = by->obligation[w] * one[w] * ground[0].covered[w] - wedge * holder->leverage[w];
        double bound_too = by->obligation[w] * two[w] * ground[1].covered[w] - wedge * challenger->leverage[w];
        double cost = whichever[w] + by->friction[w] * fmin(challenger->opposed[w], 1.0);
        double cost_too = whichever[w] + by->friction[w] * fmin(holder->opposed[w], 1.0);
        out->of_aid[0][w] = salience[w] * (bound_too - liking) - cost_too;
        out->of_aid[1][w] = salience[w] * bound_too - cost_too;
        out->of_aid[2][w] = salience[w] * (bound + liking) - cost;
    }
}

/* Balance of the outcome where nobody gets the third party's aid, the same for all postures that back none. */
static void value_idleness(Weighing *packed) {
    const double *decisiveness = packed->decisiveness;
    EACH_PACKED {
        double one = fast_log(packed->strength[0][w]), two = fast_log(packed->strength[1][w]);
        double odds = logistic(decisiveness[w] * (one - two));
        packed->log_strength[0][w] = one;
        packed->log_strength[1][w] = two;
        packed->idle[w] = -packed->concern[w] * fabs(odds - packed->expected[w]);
        packed->best[w] = -1e300;
    }
}

/* Balance of the outcome under a posture that backs a side. */
static void value_outcome(const Posture *posture, int x, const Weighing *packed, double *balance) {
    const double *strength = packed->strength[x], *other = packed->log_strength[1 - x];
    const double *reinforcement = packed->reinforcement[x], *decisiveness = packed->decisiveness;
    double sign = 1.0 - 2.0 * x;
    EACH_PACKED {
        double lead = fast_log(strength[w] + posture->aid[w] * reinforcement[w]) - other[w];
        double odds = logistic(sign * decisiveness[w] * lead);
        balance[w] = -packed->concern[w] * fabs(odds - packed->expected[w]);
    }
}

/* Utility of a posture; the first is to abstain. */
static void value_posture(long k, long side, const Posture *posture, const double *balance, Weighing *packed,
                          double *utility) {
    const double *of_aid = packed->of_aid[side + 1], *habit = packed->habit;
    double code = (double)k, abstaining = k == 0 ? 1.0 : 0.0;
    EACH_PACKED {
        double same = packed->before[w] == code ? habit[w] : 0.0;
        double sum = balance[w] + posture->aid[w] * of_aid[w] + posture->mediation[w] * packed->of_mediation[w] +
                     posture->presence[w] * packed->of_presence[w] + posture->effort[w] * packed->of_effort[w] + same +
                     abstaining * packed->precedent[w];
        utility[w] = sum;
        packed->best[w] = fmax(packed->best[w], sum);
    }
}

static void look_around(World *world, long e, long tick, Motives *motives) {
    const PartiesWire *party = &world->wiring.parties[e];
    PartyNow *me = &world->now.parties[e];
    lane whichever;
    if (tick > 0)
        memcpy(me->before, me->posture, sizeof(lane));
    else
        EACH_LANE me->before[w] = -1.0;
    if (party->last_rival > party->first_rival)
        watch_rivals(world, e);
    if (party->last_sanctioner > party->first_sanctioner)
        watch_sanctioners(world, e);
    watch_backers(world, e);
    look_ahead(world, e, motives);
    value_mediation(world, e, motives);
    value_presence(world, e, motives, whichever);
    value_aid(world, e, whichever, motives);
}

static void weigh_postures(const World *world, long e, Weighing *packed, lane *utility) {
    value_idleness(packed);
    for (long k = 0; k < world->sizes.postures; k++) {
        long side = world->wiring.menu_side[k];
        const Posture *posture = &packed->menu[k];
        if (!world->wiring.available[e * world->sizes.postures + k])
            continue;
        if (side != 0)
            value_outcome(posture, side > 0 ? 0 : 1, packed, utility[k]);
        value_posture(k, side, posture, side != 0 ? utility[k] : packed->idle, packed, utility[k]);
    }
}

void choose(World *world, long tick, const Tally *tally) {
    long postures = world->sizes.postures;
    const double *revision = world->given.behaviour->revision;
    bool everybody = tally->weighed;
    lane within, reconsiders, luck, trial[2][MOST_POSTURES];
    Motives motives;
    Shared shared;
    Weighing packed;
    share(world, &packed);
    EACH_LANE within[w] = chance(revision[w], world->dt);
    for (long e = 0; e < world->sizes.parties; e++) {
        lane *utility = everybody ? world->now.utility + e * postures : trial[0];
        lane *probability = everybody ? world->now.probability + e * postures : trial[1];
        look_around(world, e, tick, &motives);
        throw_for(world, e, tick, within, reconsiders, luck);
        gather_lanes(reconsiders, everybody, &packed);
        gather(world, e, &motives, luck, &packed);
        if (!*world->alike)
            gather_shared(world, &shared, &packed);
        weigh_postures(world, e, &packed, utility);
        rate(world, e, &packed, utility, probability);
        draw(postures, &packed, probability);
        settle_on(world, e, tick, &packed, reconsiders);
        if (everybody || tally->told[e])
            tell(world, e, &motives);
    }
}
