/* Arms, as in sim/dynamics/supply.py. */
#include "phases.h"

enum { ENDOGENOUS, BOTH, ALLY, WEAKER, TO_CHALLENGER, TO_HOLDER };

static inline double offer_by_policy(double policy, double free, double sign, double liking, double strength) {
    bool served = (policy == BOTH) | ((policy == ALLY) & (liking >= 0.0)) | ((policy == WEAKER) & (strength <= 0.0)) |
                  ((policy == TO_CHALLENGER) & (sign > 0.0)) | ((policy == TO_HOLDER) & (sign < 0.0));
    return policy == ENDOGENOUS ? free : served ? 1.0 : 0.0;
}

static void offer_in_duels(World *world, long e) {
    long patron = world->wiring.ties[e].patron, client = world->wiring.ties[e].client;
    const StateTraits *me = &world->given.states[patron];
    const double *toward = alignment_of(world, patron, client);
    double *offer = world->now.ties[e].offer;
    lane lead = {0}, liking = {0}, strength = {0};
    double sign = 0.0;
    long duels = 0;
    for (long d = 0; d < world->sizes.duels; d++) {
        const DuelsWire *duel = &world->wiring.duels[d];
        if (duel->state != client || duel->opponent == patron)
            continue;
        duels++;
        sign += (double)duel->sign;
        const double *balance = world->now.contests[duel->contest].strength_balance;
        const double *rival = alignment_of(world, patron, duel->opponent);
        long party = world->wiring.party_of[patron * world->sizes.contests + duel->contest];
        const double *goal = party >= 0 ? world->given.parties[party].goal : balance;
        EACH_LANE {
            lead[w] += duel->sign * (balance[w] - goal[w]);
            liking[w] += toward[w] - rival[w];
            strength[w] += duel->sign * balance[w];
        }
    }
    EACH_LANE {
        double behind = lead[w] / (duels > 1 ? duels : 1);
        double free = logistic(me->commerce[w] + me->arms_fidelity[w] * toward[w] - me->arms_balancing[w] * behind);
        offer[w] = free;
    }
    if (duels > 0)
        EACH_LANE offer[w] = offer_by_policy(me->arms_policy[w], offer[w], sign, liking[w], strength[w]);
}

static void deliver(World *world) {
    StateNow *states = world->now.states;
    for (long j = 0; j < world->sizes.states; j++)
        memcpy(states[j].procured, states[j].rest, sizeof(lane));
    for (long e = 0; e < world->sizes.ties; e++)
        if (world->wiring.ties[e].arms) {
            const TieNow *tie = &world->now.ties[e];
            double *procured = states[world->wiring.ties[e].client].procured;
            EACH_LANE procured[w] += tie->level[w] * tie->offer[w];
        }
    for (long e = 0; e < world->sizes.ties; e++)
        if (world->wiring.ties[e].arms) {
            TieNow *tie = &world->now.ties[e];
            const double *procured = states[world->wiring.ties[e].client].procured;
            EACH_LANE tie->delivered[w] = procured[w] > 0.0 ? tie->level[w] * tie->offer[w] / procured[w] : 0.0;
        }
    for (long j = 0; j < world->sizes.states; j++)
        EACH_LANE states[j].procured[w] = fmin(states[j].procured[w], 1.0);
}

static void meet_opponents(World *world) {
    for (long j = 0; j < world->sizes.states; j++) {
        double *opponent = world->now.states[j].opponent;
        long count = 0;
        EACH_LANE opponent[w] = 0.0;
        for (long d = 0; d < world->sizes.duels; d++)
            if (world->wiring.duels[d].state == j) {
                const double *capability = world->now.states[world->wiring.duels[d].opponent].capability;
                count++;
                EACH_LANE opponent[w] += capability[w];
            }
        if (count > 1)
            EACH_LANE opponent[w] /= (double)count;
    }
}

void supply(World *world) {
    double dt = world->dt;
    for (long e = 0; e < world->sizes.ties; e++)
        if (world->wiring.ties[e].arms)
            offer_in_duels(world, e);
    deliver(world);
    meet_opponents(world);
    for (long j = 0; j < world->sizes.states; j++) {
        StateNow *me = &world->now.states[j];
        const StateTraits *traits = &world->given.states[j];
        EACH_LANE {
            double own = me->capability[w], wear = traits->wear[w] * own;
            double wanted = me->constant[w] + traits->reaction[w] * me->opponent[w] - traits->fatigue[w] * own + wear;
            double usual = fmax(me->procured_start[w], 1e-6);
            me->capability[w] = own + dt * (fmax(wanted, 0.0) * me->procured[w] / usual - wear);
        }
    }
}
