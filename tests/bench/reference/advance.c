/* The order of phases, as in sim/dynamics/advance.py. */
#include <x86intrin.h>

#include "phases.h"

#define PHASES 13
#define PHASE(call) (call, stamps ? (void)(*row++ = __rdtsc()) : (void)0)

static void see_events(World *world, long tick) {
    if (happen(world, tick)) {
        show_alignment(world);
        show_leanings(world);
        compare_lanes(world);
        mark_forces(world);
    }
}

/* Ticks [first, last); with stamps also the processor's time counter before each phase and after the last. */
void advance(World *world, long first, long last, Tally *tally, uint64_t (*stamps)[PHASES + 1]) {
    for (long tick = first; tick < last; tick++) {
        uint64_t *row = stamps ? stamps[tick] : NULL;
        PHASE((void)0);
        PHASE(see_events(world, tick));
        PHASE(perceive(world));
        PHASE(supply(world));
        PHASE(choose(world, tick, tally));
        PHASE(act(world));
        PHASE(decide(world, tick));
        PHASE(move(world, tick));
        PHASE(live(world, tick));
        PHASE(pull_levers(world));
        PHASE(align(world, tick));
        PHASE(observe(world, tick, tally->graph_from));
        PHASE(summarise(world, tick, tally));
        PHASE(check_finite(world, tick, tally));
    }
}
