/* A third party says why it holds its posture, as in sim/dynamics/tell.py. */
#include "choose.h"

/* What the postures held bring, one a lane. */
typedef struct {
    lane side, aid, presence, mediation, effort;
} Deed;

static void bring(const World *world, const double *held, Deed *deed) {
    lane hit;
    memset(deed, 0, sizeof *deed);
    for (long k = 0; k < world->sizes.postures; k++) {
        const Posture *posture = &world->given.postures[k];
        double code = (double)k, side = (double)world->wiring.menu_side[k];
        if (!held_anywhere(held, code))
            continue;
        EACH_LANE hit[w] = held[w] == code ? 1.0 : 0.0; /* apart, else gcc makes branches of it */
        EACH_LANE {
            deed->side[w] += hit[w] * side;
            deed->aid[w] += hit[w] * posture->aid[w];
            deed->presence[w] += hit[w] * posture->presence[w];
            deed->mediation[w] += hit[w] * posture->mediation[w];
            deed->effort[w] += hit[w] * posture->effort[w];
        }
    }
}

static void foresee(const World *world, long e, const Motives *motives, const Deed *deed, double *balance) {
    const double *decisiveness = world->given.behaviour->decisiveness;
    const double *one = world->now.stances[2 * e].reinforcement, *two = world->now.stances[2 * e + 1].reinforcement;
    EACH_LANE {
        double challenger = motives->strength[0][w] + fmax(deed->side[w], 0.0) * deed->aid[w] * one[w];
        double holder = motives->strength[1][w] + fmax(-deed->side[w], 0.0) * deed->aid[w] * two[w];
        double odds = logistic(decisiveness[w] * fast_log(challenger / holder));
        balance[w] = -motives->concern[w] * fabs(odds - motives->expected[w]);
    }
}

/* The named terms: what the posture held brings, times the terms per unit. */
void tell(World *world, long e, const Motives *motives) {
    const double *held = world->now.parties[e].posture;
    Terms *out = &world->now.chosen[e];
    Deed deed;
    bring(world, held, &deed);
    foresee(world, e, motives, &deed, out->balance);
    EACH_LANE {
        double aid = deed.aid[w], presence = deed.presence[w], mediation = deed.mediation[w];
        double to_challenger = fmax(deed.side[w], 0.0) * aid, to_other = aid - to_challenger;
        out->fidelity[w] = motives->fidelity[w] * aid * deed.side[w];
        out->order[w] = motives->order[w] * mediation;
        out->primacy[w] = motives->primacy[w] * mediation;
        out->obligation[w] = motives->obligation[0][w] * to_challenger + motives->obligation[1][w] * to_other;
        out->wedge[w] = motives->wedge[0][w] * to_challenger + motives->wedge[1][w] * to_other;
        out->friction[w] = motives->friction[0][w] * to_challenger + motives->friction[1][w] * to_other;
        out->diaspora[w] = motives->diaspora[w] * aid;
        out->spillover[w] = motives->spillover[w] * mediation;
        out->visibility[w] = motives->visibility[w] * (aid + presence);
        out->access[w] = motives->access[w] * presence;
        out->reaction[w] = motives->reaction[w] * presence;
        out->entry[w] = motives->entry[w] * (mediation + presence);
        out->effort[w] = motives->effort[w] * deed.effort[w];
    }
    EACH_LANE out->habit[w] = held[w] == motives->held[w] ? motives->habit[w] : 0.0;
    EACH_LANE out->precedent[w] = held[w] == 0.0 ? motives->precedent[w] : 0.0;
}
