/* What a third party weighs, shared by choose.c, pack.c, draw.c and tell.c. */
#ifndef CHOOSE_H
#define CHOOSE_H

#include "phases.h"

/* Packed lanes come in packs of so many, the last filled up, that loops over those of `packed` are whole vectors. */
enum { PACK = LANES < 8 ? LANES : 8 };
#define EACH_PACKED _Pragma("GCC ivdep") for (long w = 0; w < packed->packs * PACK; w++)

/* Sums of utility terms per unit of what a posture brings (aid, mediation, presence or effort): formed once a third
 * party, for only those factors differ between postures. Who backs none is weighed as if it backed the holder, with no
 * aid to speak of. */
typedef struct {
    lane of_aid[3], of_mediation, of_presence, of_effort; /* of_aid by side: holder, none, challenger */
    lane precedent;
    lane concern, expected; /* weight of the distance of the outcome from the goal; odds that would bring the goal */
    lane strength[2];       /* of either side without the third party's aid */
} Motives;

/* What all third parties share, packed. */
typedef struct {
    lane decisiveness, rationality, habit;
    Posture menu[MOST_POSTURES];
} Shared;

/* What the choice reads and what else it takes, in the lanes that reconsider, packed. */
typedef struct {
    long count, packs; /* lanes, and packs of them */
    int who[LANES];    /* which lanes */
    lane of_aid[3], of_mediation, of_presence, of_effort, precedent, concern, expected, before;
    lane strength[2], log_strength[2], reinforcement[2];
    lane policy, luck;
    const double *decisiveness, *rationality, *habit; /* shared; not packed where the same in all lanes */
    const Posture *menu;
    lane idle; /* balance of the outcome under the postures that back nobody */
    lane best, total, posture;
} Weighing;

void watch_rivals(World *world, long e);
void watch_sanctioners(World *world, long e);
void watch_backers(World *world, long e);
void gather_lanes(const double *reconsiders, bool everybody, Weighing *packed);
void share(const World *world, Weighing *packed);
void gather_shared(const World *world, Shared *shared, Weighing *packed);
void gather(const World *world, long e, const Motives *motives, const double *luck, Weighing *packed);
void throw_for(const World *world, long e, long tick, const double *within, double *reconsiders, double *luck);
void rate(const World *world, long e, Weighing *packed, lane *utility, lane *probability);
void draw(long postures, Weighing *packed, lane *probability);
void settle_on(World *world, long e, long tick, const Weighing *packed, const double *reconsiders);
void bring(const World *world, const double *held, PartyNow *out);
void look_ahead(const World *world, long e, Motives *motives);
void tell(World *world, long e, const Motives *motives);

#endif
