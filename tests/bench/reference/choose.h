/* What a third party weighs, shared by choose.c, pack.c, draw.c and tell.c. */
#ifndef CHOOSE_H
#define CHOOSE_H

#include "phases.h"

/* Packed lanes come in packs of so many, the last filled up, that loops over those of `packed` are whole vectors. */
enum { PACK = LANES < 8 ? LANES : 8 };
#define EACH_PACKED _Pragma("GCC ivdep") for (long w = 0; w < packed->packs * PACK; w++)

/* Utility terms per unit of what a posture brings (aid, mediation, presence or effort): formed once a third party,
 * for only those factors differ between postures. Terms that depend on the side backed come in twos: challenger,
 * holder; those who back none are weighed as if they backed the holder, with no aid to speak of. */
typedef struct {
    lane fidelity, order, primacy, obligation[2], wedge[2], friction[2], diaspora, spillover, visibility, access;
    lane reaction, entry, effort, habit, precedent;
    lane of_aid[3], of_mediation, of_presence; /* their sums; of_aid by side: holder, none, challenger */
    lane concern, expected; /* weight of the distance of the outcome from the goal; odds that would bring the goal */
    lane strength[2];       /* of either side without the third party's aid */
    lane held;              /* posture held before the choice; −1 at tick 0 */
} Motives;

/* The same as far as the choice reads it, and what else it takes, in the lanes that reconsider, packed. */
typedef struct {
    long count, packs; /* lanes, and packs of them */
    int who[LANES];    /* which lanes */
    lane of_aid[3], of_mediation, of_presence, effort, habit, precedent, concern, expected, held;
    lane strength[2], log_strength[2], reinforcement[2];
    lane decisiveness, rationality, policy, luck;
    lane idle; /* balance of the outcome under the postures that back nobody */
    lane best, total, posture;
} Weighing;

void watch_rivals(World *world, long e);
void watch_sanctioners(World *world, long e);
void watch_backers(World *world, long e);
void gather_lanes(const double *reconsiders, bool everybody, Weighing *packed);
bool menu_alike(const Posture *postures, long count);
void gather_menu(const World *world, const Weighing *packed, Posture *menu);
void gather(const World *world, long e, const Motives *motives, const double *luck, Weighing *packed);
void throw_for(const World *world, long e, long tick, const double *within, double *reconsiders, double *luck);
void rate(const World *world, long e, Weighing *packed, lane *utility, lane *probability);
void draw(long postures, Weighing *packed, lane *probability);
void settle_on(World *world, long e, long tick, const Weighing *packed, const double *reconsiders);
bool held_anywhere(const double *held, double code);
void tell(World *world, long e, const Motives *motives);

#endif
