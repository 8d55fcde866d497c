/* Third parties weigh postures, as in sim/dynamics/choose.py. */
#include "choose.h"

/* Terms per unit that do not depend on the side. */
static void weigh_contest(const World *world, long e, Motives *out) {
    const PartiesWire *wire = &world->wiring.parties[e];
    const ContestsWire *sides = &world->wiring.contests[wire->contest];
    const Weights *by = world->given.weights;
    const PartyTraits *traits = &world->given.parties[e];
    const ContestNow *contest = &world->now.contests[wire->contest];
    const PartyNow *me = &world->now.parties[e];
    const double *like_challenger = world->now.stances[2 * e].liking;
    const double *like_holder = world->now.stances[2 * e + 1].liking;
    const double *one = world->given.stances[2 * e].diaspora, *two = world->given.stances[2 * e + 1].diaspora;
    const double *over_challenger = pair_of(world, wire->state, sides->challenger)->influence;
    const double *over_holder = pair_of(world, wire->state, sides->holder)->influence;
    EACH_LANE {
        double salience = traits->salience[w], fighting = contest->fighting[w];
        double persons = fmin(fmin(one[w], two[w]) * 0.5, 1.0), over = over_challenger[w] + over_holder[w];
        out->fidelity[w] = by->fidelity[w] * salience * (like_challenger[w] - like_holder[w]);
        out->order[w] = by->order[w] * salience * contest->turmoil[w] * me->sway[w];
        out->primacy[w] = by->primacy[w] * salience * me->rival_mediation[w];
        out->diaspora[w] = -by->diaspora[w] * persons * fighting;
        out->spillover[w] = by->spillover[w] * traits->near[w] * 0.5 * (fighting + me->other_proxies[w]);
        out->visibility[w] = -by->visibility[w] * 0.5 * over;
        out->access[w] = -by->access[w] * (1.0 - traits->access[w]);
        out->reaction[w] = -by->reaction[w] * me->hostility[w];
        out->entry[w] = -by->entry[w] * traits->entry_cost[w];
        out->effort[w] = me->attention[w] - 1.0;
        out->precedent[w] = by->precedent[w] * traits->precedent[w];
    }
}

/* Terms per unit of aid to one side. */
static void weigh_side(const World *world, long e, int x, Motives *out) {
    const PartiesWire *wire = &world->wiring.parties[e];
    const Weights *by = world->given.weights;
    long treaty = x == 0 ? wire->challenger_treaty : wire->holder_treaty;
    const double *level = world->now.ties[treaty < 0 ? 0 : treaty].level, *salience = world->given.parties[e].salience;
    const double *covered = world->given.sides[2 * wire->contest + x].covered;
    const double *floor = world->given.behaviour->wedge_floor;
    const StanceNow *backed = &world->now.stances[2 * e + x], *other = &world->now.stances[2 * e + 1 - x];
    double held = treaty < 0 ? 0.0 : 1.0;
    EACH_LANE {
        double lever = other->leverage[w];
        out->obligation[x][w] = by->obligation[w] * salience[w] * held * level[w] * covered[w];
        out->wedge[x][w] = -by->wedge[w] * salience[w] * lever / (lever + backed->leverage[w] + floor[w]);
        out->friction[x][w] = -by->friction[w] * fmin(backed->opposed[w], 1.0);
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
        out->best[w] = -1e300;
    }
}

/* Strength of both sides without the third party's own aid. */
static void without_me(const World *world, long e, lane *strength) {
    const PartyNow *me = &world->now.parties[e];
    for (int x = 0; x < 2; x++) {
        const double *all = world->now.sides[2 * world->wiring.parties[e].contest + x].strength;
        const double *reinforcement = world->now.stances[2 * e + x].reinforcement;
        double sign = 1.0 - 2.0 * x;
        EACH_LANE strength[x][w] = all[w] - fmax(me->side[w] * sign, 0.0) * me->aid[w] * reinforcement[w];
    }
}

/* Balance of the outcome, with the odds as they would be with a posture's aid to its side. */
static void value_outcome(const World *world, long e, const lane *strength, long k, double *balance) {
    const PartyTraits *traits = &world->given.parties[e];
    const ContestNow *contest = &world->now.contests[world->wiring.parties[e].contest];
    const double *aid = world->given.postures[k].aid, *weight = world->given.weights->balance;
    const double *decisiveness = world->given.behaviour->decisiveness;
    long side = world->wiring.menu_side[k];
    const double *reinforcement = world->now.stances[2 * e + (side > 0 ? 0 : 1)].reinforcement;
    double to_challenger = side > 0 ? 1.0 : 0.0, to_holder = side < 0 ? 1.0 : 0.0;
    EACH_LANE {
        double added = aid[w] * reinforcement[w];
        double ratio = (strength[1][w] + to_holder * added) / (strength[0][w] + to_challenger * added);
        double odds = 1.0 / (1.0 + fast_exp(decisiveness[w] * fast_log(ratio)));
        double distance = fabs(contest->control[w] + odds - 1.0 - traits->goal[w]);
        balance[w] = -weight[w] * traits->salience[w] * contest->turmoil[w] * distance;
    }
}

/* Utility of a posture; the first is to abstain. */
static void value(const World *world, long e, long k, bool follows, Motives *motives, double *utility) {
    const Posture *posture = &world->given.postures[k];
    const double *of_aid = motives->of_aid[world->wiring.menu_side[k] + 1], *balance = motives->balance[k];
    const double *held = world->now.parties[e].posture, *habit = world->given.weights->habit;
    double code = follows ? (double)k : -1.0, abstaining = k == 0 ? 1.0 : 0.0;
    EACH_LANE {
        double same = held[w] == code ? 1.0 : 0.0;
        double sum = balance[w] + posture->aid[w] * of_aid[w] + posture->mediation[w] * motives->of_mediation[w] +
                     posture->presence[w] * motives->of_presence[w] + posture->effort[w] * motives->effort[w] +
                     same * habit[w] + abstaining * motives->precedent[w];
        utility[w] = sum;
        motives->best[w] = fmax(motives->best[w], sum);
    }
}

void choose(World *world, long tick) {
    long postures = world->sizes.postures;
    const double *revision = world->given.behaviour->revision;
    lane within, before, strength[2];
    Motives motives;
    EACH_LANE within[w] = chance(revision[w], world->dt);
    for (long e = 0; e < world->sizes.parties; e++) {
        watch_votes(world, e);
        watch_backers(world, e);
        weigh_contest(world, e, &motives);
        weigh_side(world, e, 0, &motives);
        weigh_side(world, e, 1, &motives);
        add_up(&motives);
        without_me(world, e, strength);
        for (long k = 0; k < postures; k++) {
            if (!world->wiring.available[e * postures + k])
                continue;
            if (k == 0 || world->wiring.menu_side[k] != 0)
                value_outcome(world, e, strength, k, motives.balance[k]);
            else
                memcpy(motives.balance[k], motives.balance[0], sizeof(lane));
            value(world, e, k, tick > 0, &motives, world->now.utility[e * postures + k]);
        }
        memcpy(before, world->now.parties[e].posture, sizeof(lane));
        rate(world, e, motives.best);
        draw(world, e, tick, within);
        tell(world, e, &motives, before, tick > 0);
    }
}
