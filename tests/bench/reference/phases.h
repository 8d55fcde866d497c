/* The phases of a tick, in the order in which `advance` calls them. */
#ifndef PHASES_H
#define PHASES_H

#include "lanes.h"

bool happen(World *world, long tick);
void show_alignment(World *world);
void show_leanings(World *world);
void perceive(World *world);
void supply(World *world);
void choose(World *world, long tick, const Tally *tally);
void act(World *world);
void decide(World *world, long tick);
void move(World *world, long tick);
void live(World *world, long tick);
void pull_levers(World *world);
void align(World *world, long tick);
void observe(World *world, long tick, long graph_from);
void summarise(World *world, long tick, Tally *tally);
void check_finite(World *world, long tick, Tally *tally);

void weigh(World *world);
void compare_lanes(World *world);
void mark_forces(World *world);

#endif
