/* A third party draws a posture and takes it up, as in sim/dynamics/draw.py. */
#include "choose.h"

void throw_for(const World *world, long e, long tick, const double *within, double *reconsiders, double *luck) {
    uint64_t when = counter(tick, REVISE), who = world->wiring.parties[e].key;
    EACH_LANE {
        double u;
        uniforms(world, w, when, who, &u, &luck[w]);
        reconsiders[w] = (u < within[w]) | (tick == 0) ? 1.0 : 0.0;
    }
}

void rate(const World *world, long e, Weighing *packed, lane *utility, lane *probability) {
    long postures = world->sizes.postures;
    EACH_PACKED packed->total[w] = 0.0;
    for (long k = 0; k < postures; k++) {
        double *p = probability[k], code = (double)k;
        const double *rationality = packed->rationality;
        if (world->wiring.available[e * postures + k])
            EACH_PACKED {
                double free = fast_exp(rationality[w] * (utility[k][w] - packed->best[w]));
                double bound = packed->policy[w] == code ? 1.0 : 0.0;
                p[w] = packed->policy[w] < 0.0 ? free : bound;
                packed->total[w] += p[w];
            }
        else
            EACH_PACKED {
                p[w] = packed->policy[w] == code ? 1.0 : 0.0;
                packed->total[w] += p[w];
            }
    }
}

void draw(long postures, Weighing *packed, lane *probability) {
    lane passed, share;
    EACH_PACKED {
        share[w] = 1.0 / packed->total[w];
        packed->posture[w] = -1.0;
        passed[w] = 0.0;
    }
    for (long k = 0; k < postures; k++) {
        bool last = k == postures - 1;
        double code = (double)k;
        EACH_PACKED {
            double p = probability[k][w] * share[w];
            bool hit = (packed->posture[w] < 0.0) & (p > 0.0) & ((packed->luck[w] < passed[w] + p) | last);
            probability[k][w] = p;
            passed[w] += p;
            packed->posture[w] = hit ? code : packed->posture[w];
        }
    }
}

void settle_on(World *world, long e, long tick, const Weighing *packed, const double *reconsiders) {
    PartyNow *me = &world->now.parties[e];
    for (long w = 0; w < packed->count; w++) {
        int lane = packed->who[w];
        double before = me->posture[lane], drawn = packed->posture[w];
        double after = (drawn >= 0.0) & (reconsiders[lane] > 0.0) ? drawn : before;
        me->changes[lane] += (after != before) & (tick > 0) ? 1.0 : 0.0;
        me->posture[lane] = after;
    }
}

static bool held_everywhere(const double *held) {
    int others = 0;
    for (int w = 0; w < LANES; w++)
        others += held[w] != held[0];
    return others == 0;
}

/* What postures bring, one a lane; one held in all lanes is looked up once. */
void bring(const World *world, const double *held, PartyNow *out) {
    const Posture *postures = world->given.postures;
    const int64_t *sides = world->wiring.menu_side;
    if (held_everywhere(held)) {
        const Posture *posture = &postures[(long)held[0]];
        double side = (double)sides[(long)held[0]];
        EACH_LANE out->side[w] = side;
        memcpy(out->aid, posture->aid, sizeof(lane));
        memcpy(out->presence, posture->presence, sizeof(lane));
        memcpy(out->mediation, posture->mediation, sizeof(lane));
        memcpy(out->effort, posture->effort, sizeof(lane));
        memcpy(out->proxies, posture->proxies, sizeof(lane));
        return;
    }
    EACH_LANE {
        long k = (long)held[w];
        out->side[w] = (double)sides[k];
        out->aid[w] = postures[k].aid[w];
        out->presence[w] = postures[k].presence[w];
        out->mediation[w] = postures[k].mediation[w];
        out->effort[w] = postures[k].effort[w];
        out->proxies[w] = postures[k].proxies[w];
    }
}

static bool acts_anywhere(const PartyNow *me) {
    int lanes = 0;
    for (int w = 0; w < LANES; w++)
        lanes += (me->aid[w] > 0.0) | (me->presence[w] > 0.0) | (me->proxies[w] > 0.0);
    return lanes > 0;
}

void act(World *world) {
    for (long c = 0; c < world->sizes.contests; c++)
        memset(world->now.contests[c].proxies, 0, sizeof(lane));
    for (long e = 0; e < world->sizes.parties; e++) {
        PartyNow *me = &world->now.parties[e];
        double *proxies = world->now.contests[world->wiring.parties[e].contest].proxies;
        bring(world, me->posture, me);
        world->active[e] = acts_anywhere(me);
        EACH_LANE proxies[w] = fmin(proxies[w] + me->proxies[w], 1.0);
    }
    weigh(world);
}
