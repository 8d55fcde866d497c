/* A third party draws a posture and takes it up, as in sim/dynamics/choose.py. */
#include "choose.h"

static bool any_holds(const double *held, double code) {
    int takers = 0;
    for (int w = 0; w < LANES; w++)
        takers += held[w] == code;
    return takers > 0;
}

void rate(World *world, long e, const double *best) {
    long postures = world->sizes.postures;
    lane *utility = world->now.utility + e * postures, *probability = world->now.probability + e * postures;
    const double *rationality = world->given.behaviour->rationality;
    const PartyTraits *traits = &world->given.parties[e];
    lane total, held_to;
    EACH_LANE {
        double policy = traits->posture_policy[w];
        total[w] = 0.0;
        held_to[w] = traits->salience[w] > 0.0 ? policy : 0.0;
    }
    for (long k = 0; k < postures; k++) {
        double *p = probability[k];
        double code = (double)k;
        if (world->wiring.available[e * postures + k])
            EACH_LANE {
                double free = fast_exp(rationality[w] * (utility[k][w] - best[w]));
                p[w] = held_to[w] < 0.0 ? free : held_to[w] == code ? 1.0 : 0.0;
                total[w] += p[w];
            }
        else
            EACH_LANE {
                p[w] = held_to[w] == code ? 1.0 : 0.0;
                total[w] += p[w];
            }
    }
    EACH_LANE total[w] = 1.0 / total[w];
    for (long k = 0; k < postures; k++)
        EACH_LANE probability[k][w] *= total[w];
}

void draw(World *world, long e, long tick, const double *within) {
    long postures = world->sizes.postures;
    lane *probability = world->now.probability + e * postures;
    PartyNow *me = &world->now.parties[e];
    uint64_t when = counter(tick, REVISE), who = world->wiring.parties[e].key;
    lane reconsiders, level, chosen, passed;
    EACH_LANE {
        double u;
        uniforms(world, w, when, who, &u, &level[w]);
        reconsiders[w] = u < within[w] || tick == 0 ? 1.0 : 0.0;
        chosen[w] = -1.0;
        passed[w] = 0.0;
    }
    for (long k = 0; k < postures; k++) {
        bool last = k == postures - 1;
        double code = (double)k;
        EACH_LANE {
            passed[w] += probability[k][w];
            bool hit = (chosen[w] < 0.0) & (probability[k][w] > 0.0) & ((level[w] < passed[w]) | last);
            chosen[w] = hit ? code : chosen[w];
        }
    }
    EACH_LANE {
        double after = (chosen[w] >= 0.0) & (reconsiders[w] > 0.0) ? chosen[w] : me->posture[w];
        me->changes[w] += (after != me->posture[w]) & (tick > 0) ? 1.0 : 0.0;
        me->posture[w] = after;
    }
}

/* The named terms of the posture held: what it brings, times the terms per unit. */
void tell(World *world, long e, const Motives *motives, const double *before, bool follows) {
    const double *held = world->now.parties[e].posture, *habit = world->given.weights->habit;
    Terms *out = &world->now.chosen[e];
    lane hit, side = {0}, aid = {0}, presence = {0}, mediation = {0}, effort = {0}, balance = {0};
    for (long k = 0; k < world->sizes.postures; k++) {
        const Posture *posture = &world->given.postures[k];
        double code = (double)k, sign = (double)world->wiring.menu_side[k];
        if (!any_holds(held, code))
            continue;
        EACH_LANE hit[w] = held[w] == code ? 1.0 : 0.0; /* apart, else gcc makes branches of it */
        EACH_LANE {
            side[w] += hit[w] * sign;
            aid[w] += hit[w] * posture->aid[w];
            presence[w] += hit[w] * posture->presence[w];
            mediation[w] += hit[w] * posture->mediation[w];
            effort[w] += hit[w] * posture->effort[w];
            balance[w] += hit[w] * motives->balance[k][w];
        }
    }
    EACH_LANE {
        double to_challenger = fmax(side[w], 0.0) * aid[w], to_other = aid[w] - to_challenger;
        out->fidelity[w] = motives->fidelity[w] * aid[w] * side[w];
        out->balance[w] = balance[w];
        out->order[w] = motives->order[w] * mediation[w];
        out->primacy[w] = motives->primacy[w] * mediation[w];
        out->obligation[w] = motives->obligation[0][w] * to_challenger + motives->obligation[1][w] * to_other;
        out->wedge[w] = motives->wedge[0][w] * to_challenger + motives->wedge[1][w] * to_other;
        out->friction[w] = motives->friction[0][w] * to_challenger + motives->friction[1][w] * to_other;
        out->diaspora[w] = motives->diaspora[w] * aid[w];
        out->spillover[w] = motives->spillover[w] * mediation[w];
        out->visibility[w] = motives->visibility[w] * (aid[w] + presence[w]);
        out->access[w] = motives->access[w] * presence[w];
        out->reaction[w] = motives->reaction[w] * presence[w];
        out->entry[w] = motives->entry[w] * (mediation[w] + presence[w]);
        out->effort[w] = motives->effort[w] * effort[w];
    }
    double weight = follows ? 1.0 : 0.0;
    EACH_LANE out->habit[w] = weight * habit[w] * (held[w] == before[w] ? 1.0 : 0.0);
    EACH_LANE out->precedent[w] = motives->precedent[w] * (held[w] == 0.0 ? 1.0 : 0.0);
}

void act(World *world) {
    for (long c = 0; c < world->sizes.contests; c++)
        memset(world->now.contests[c].proxies, 0, sizeof(lane));
    for (long e = 0; e < world->sizes.parties; e++) {
        PartyNow *me = &world->now.parties[e];
        double *proxies = world->now.contests[world->wiring.parties[e].contest].proxies;
        for (long k = 0; k < world->sizes.postures; k++) {
            const Posture *posture = &world->given.postures[k];
            double code = (double)k, side = (double)world->wiring.menu_side[k];
            if (!any_holds(me->posture, code))
                continue;
            EACH_LANE {
                bool held = me->posture[w] == code;
                me->side[w] = held ? side : me->side[w];
                me->aid[w] = held ? posture->aid[w] : me->aid[w];
                me->presence[w] = held ? posture->presence[w] : me->presence[w];
                me->mediation[w] = held ? posture->mediation[w] : me->mediation[w];
                me->effort[w] = held ? posture->effort[w] : me->effort[w];
                me->proxies[w] = held ? posture->proxies[w] : me->proxies[w];
            }
        }
        EACH_LANE proxies[w] = fmin(proxies[w] + me->proxies[w], 1.0);
    }
    weigh(world);
}
