/* What a third party weighs, shared by choose.c and draw.c. */
#ifndef CHOOSE_H
#define CHOOSE_H

#include "phases.h"

/* Utility terms per unit of what a posture brings (aid, mediation, presence or effort): formed once a third party,
 * for only those factors differ between postures. Terms that depend on the side backed come in twos: challenger,
 * holder; those who back none are weighed as if they backed the holder, with no aid to speak of. */
typedef struct {
    lane fidelity, order, primacy, obligation[2], wedge[2], friction[2], diaspora, spillover, visibility, access;
    lane reaction, entry, effort, precedent;
    lane of_aid[3], of_mediation, of_presence; /* their sums; of_aid by side: holder, none, challenger */
    lane balance[MOST_POSTURES], best;
} Motives;

void watch_votes(World *world, long e);
void watch_backers(World *world, long e);
void rate(World *world, long e, const double *best);
void draw(World *world, long e, long tick, const double *within);
void tell(World *world, long e, const Motives *motives, const double *before, bool follows);

#endif
