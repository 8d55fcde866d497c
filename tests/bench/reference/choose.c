/* Third parties weigh postures, as in sim/dynamics/choose.py. */
#include "choose.h"

/* Terms per unit of mediation, presence or effort; habit (where it follows a posture), precedent, the outcome wanted. */
static void value_part(const World *world, long e, bool follows, Motives *out) {
    const Weights *by = world->given.weights;
    const PartyTraits *traits = &world->given.parties[e];
    const ContestNow *contest = &world->now.contests[world->wiring.parties[e].contest];
    const PartyNow *me = &world->now.parties[e];
    EACH_LANE {
        double salience = traits->salience[w], fighting = contest->fighting[w];
        out->order[w] = by->order[w] * salience * contest->turmoil[w] * me->sway[w];
        out->primacy[w] = by->primacy[w] * salience * me->rival_mediation[w];
        out->spillover[w] = by->spillover[w] * traits->near[w] * 0.5 * (fighting + me->other_proxies[w]);
        out->access[w] = -by->access[w] * (1.0 - traits->access[w]);
        out->reaction[w] = -by->reaction[w] * me->hostility[w];
        out->entry[w] = -by->entry[w] * traits->entry_cost[w];
        out->effort[w] = me->attention[w] - 1.0;
    }
    EACH_LANE {
        out->habit[w] = by->habit[w];
        out->held[w] = follows ? me->posture[w] : -1.0;
        out->precedent[w] = by->precedent[w] * traits->precedent[w];
        out->concern[w] = by->balance[w] * traits->salience[w] * contest->turmoil[w];
        out->expected[w] = traits->goal[w] + 1.0 - contest->control[w];
    }
}

/* Terms per unit of aid that do not depend on the side, or only by its sign; visibility, per unit of presence too. */
static void value_sides(const World *world, long e, Motives *out) {
    const PartiesWire *wire = &world->wiring.parties[e];
    const ContestsWire *sides = &world->wiring.contests[wire->contest];
    const Weights *by = world->given.weights;
    const double *salience = world->given.parties[e].salience, *fighting = world->now.contests[wire->contest].fighting;
    const double *like_challenger = world->now.stances[2 * e].liking;
    const double *like_holder = world->now.stances[2 * e + 1].liking;
    const double *one = world->given.stances[2 * e].diaspora, *two = world->given.stances[2 * e + 1].diaspora;
    const double *over_challenger = pair_of(world, wire->state, sides->challenger)->influence;
    const double *over_holder = pair_of(world, wire->state, sides->holder)->influence;
    EACH_LANE {
        double persons = fmin(fmin(one[w], two[w]) * 0.5, 1.0), over = over_challenger[w] + over_holder[w];
        out->fidelity[w] = by->fidelity[w] * salience[w] * (like_challenger[w] - like_holder[w]);
        out->diaspora[w] = -by->diaspora[w] * persons * fighting[w];
        out->visibility[w] = -by->visibility[w] * 0.5 * over;
    }
}

/* Terms per unit of aid to one side; its strength without the third party's present aid. */
static void value_backing(const World *world, long e, int x, Motives *out) {
    const PartiesWire *wire = &world->wiring.parties[e];
    const Weights *by = world->given.weights;
    long treaty = x == 0 ? wire->challenger_treaty : wire->holder_treaty;
    const double *level = world->now.ties[treaty < 0 ? 0 : treaty].level, *salience = world->given.parties[e].salience;
    const double *covered = world->given.sides[2 * wire->contest + x].covered;
    const double *floor = world->given.behaviour->wedge_floor;
    const double *strength = world->now.sides[2 * wire->contest + x].strength;
    const StanceNow *backed = &world->now.stances[2 * e + x], *other = &world->now.stances[2 * e + 1 - x];
    const PartyNow *me = &world->now.parties[e];
    double held = treaty < 0 ? 0.0 : 1.0, sign = 1.0 - 2.0 * x;
    EACH_LANE {
        double lever = other->leverage[w], aid = fmax(me->side[w] * sign, 0.0) * me->aid[w];
        out->obligation[x][w] = by->obligation[w] * salience[w] * held * level[w] * covered[w];
        out->wedge[x][w] = -by->wedge[w] * salience[w] * lever / (lever + backed->leverage[w] + floor[w]);
        out->friction[x][w] = -by->friction[w] * fmin(backed->opposed[w], 1.0);
        out->strength[x][w] = strength[w] - aid * backed->reinforcement[w];
    }
}

/* Sums of the terms by what a posture brings. */
static void add_up(Motives *out) {
    EACH_LANE {
        double always = out->diaspora[w] + out->visibility[w];
        double challenger = always + out->obligation[0][w] + out->wedge[0][w] + out->friction[0][w];
        double holder = always + out->obligation[1][w] + out->wedge[1][w] + out->friction[1][w];
        out->of_aid[0][w] = holder - out->fidelity[w];
        out->of_aid[1][w] = holder;
        out->of_aid[2][w] = challenger + out->fidelity[w];
        out->of_mediation[w] = out->order[w] + out->primacy[w] + out->spillover[w] + out->entry[w];
        out->of_presence[w] = out->visibility[w] + out->access[w] + out->reaction[w] + out->entry[w];
    }
}

/* Balance of the outcome where nobody gets the third party's aid, the same for all postures that back none. */
static void value_idleness(Weighing *packed) {
    EACH_PACKED {
        double one = fast_log(packed->strength[0][w]), two = fast_log(packed->strength[1][w]);
        double odds = logistic(packed->decisiveness[w] * (one - two));
        packed->log_strength[0][w] = one;
        packed->log_strength[1][w] = two;
        packed->idle[w] = -packed->concern[w] * fabs(odds - packed->expected[w]);
        packed->best[w] = -1e300;
    }
}

/* Balance of the outcome under a posture that backs a side. */
static void value_outcome(const Posture *posture, int x, const Weighing *packed, double *balance) {
    const double *strength = packed->strength[x], *other = packed->log_strength[1 - x];
    const double *reinforcement = packed->reinforcement[x];
    double sign = 1.0 - 2.0 * x;
    EACH_PACKED {
        double lead = fast_log(strength[w] + posture->aid[w] * reinforcement[w]) - other[w];
        double odds = logistic(sign * packed->decisiveness[w] * lead);
        balance[w] = -packed->concern[w] * fabs(odds - packed->expected[w]);
    }
}

/* Utility of a posture; the first is to abstain. */
static void value_posture(long k, long side, const Posture *posture, const double *balance, Weighing *packed,
                          double *utility) {
    const double *of_aid = packed->of_aid[side + 1];
    double code = (double)k, abstaining = k == 0 ? 1.0 : 0.0;
    EACH_PACKED {
        double same = packed->held[w] == code ? packed->habit[w] : 0.0;
        double sum = balance[w] + posture->aid[w] * of_aid[w] + posture->mediation[w] * packed->of_mediation[w] +
                     posture->presence[w] * packed->of_presence[w] + posture->effort[w] * packed->effort[w] + same +
                     abstaining * packed->precedent[w];
        utility[w] = sum;
        packed->best[w] = fmax(packed->best[w], sum);
    }
}

static void look_around(World *world, long e, bool follows, Motives *motives) {
    const PartiesWire *party = &world->wiring.parties[e];
    if (party->last_rival > party->first_rival)
        watch_rivals(world, e);
    if (party->last_sanctioner > party->first_sanctioner)
        watch_sanctioners(world, e);
    watch_backers(world, e);
    value_part(world, e, follows, motives);
    value_sides(world, e, motives);
    value_backing(world, e, 0, motives);
    value_backing(world, e, 1, motives);
    add_up(motives);
}

static void weigh_postures(const World *world, long e, const Posture *menu, Weighing *packed, lane *utility) {
    value_idleness(packed);
    for (long k = 0; k < world->sizes.postures; k++) {
        long side = world->wiring.menu_side[k];
        if (!world->wiring.available[e * world->sizes.postures + k])
            continue;
        if (side != 0)
            value_outcome(&menu[k], side > 0 ? 0 : 1, packed, utility[k]);
        value_posture(k, side, &menu[k], side != 0 ? utility[k] : packed->idle, packed, utility[k]);
    }
}

void choose(World *world, long tick, const Tally *tally) {
    long postures = world->sizes.postures;
    const double *revision = world->given.behaviour->revision;
    bool everybody = tally->weighed, alike = menu_alike(world->given.postures, postures);
    lane within, reconsiders, luck, trial[2][MOST_POSTURES];
    Posture menu[MOST_POSTURES];
    Motives motives;
    Weighing packed;
    EACH_LANE within[w] = chance(revision[w], world->dt);
    for (long e = 0; e < world->sizes.parties; e++) {
        lane *utility = everybody ? world->now.utility + e * postures : trial[0];
        lane *probability = everybody ? world->now.probability + e * postures : trial[1];
        look_around(world, e, tick > 0, &motives);
        throw_for(world, e, tick, within, reconsiders, luck);
        gather_lanes(reconsiders, everybody, &packed);
        gather(world, e, &motives, luck, &packed);
        if (!alike)
            gather_menu(world, &packed, menu);
        weigh_postures(world, e, alike ? world->given.postures : menu, &packed, utility);
        rate(world, e, &packed, utility, probability);
        draw(postures, &packed, probability);
        settle_on(world, e, tick, &packed, reconsiders);
        if (everybody || tally->told[e])
            tell(world, e, &motives);
    }
}
