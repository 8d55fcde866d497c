/* Dated changes from outside, as in sim/dynamics/events.py. */
#include "phases.h"

enum { SET, ADD, MULTIPLY };
enum { NO_STATE, SAME_SCALE, LATENT, PHASE };
static const double EDGE = 0.999;

static double changed(double value, long operation, double by) {
    return operation == SET ? by : operation == ADD ? value + by : value * by;
}

static double changed_latent(double latent, long operation, double by) {
    return fast_atanh(clip(changed(fast_tanh(latent), operation, by), -EDGE, EDGE));
}

static void begin_event(World *world, long d) {
    const EventsWire *event = &world->wiring.events[d];
    const double *value = world->given.events[d].value;
    double *target = world->state[event->target], *extra = event->extra < 0 ? NULL : world->state[event->extra];
    EACH_LANE {
        if (event->companion == LATENT) {
            target[w] = changed_latent(target[w], event->operation, value[w]);
            extra[w] = changed_latent(extra[w], event->operation, value[w]);
        } else if (event->companion == PHASE) {
            target[w] = value[w];
            extra[w] = 0.0;
        } else {
            target[w] = clip(changed(target[w], event->operation, value[w]), event->lower, event->upper);
        }
    }
}

static void end_event(World *world, long d, const double *before) {
    const EventsWire *event = &world->wiring.events[d];
    const double *after = world->inputs[event->row];
    double *target = world->state[event->target];
    EACH_LANE {
        if (event->companion == LATENT) {
            double shift = fast_atanh(clip(after[w], -EDGE, EDGE)) - fast_atanh(clip(before[w], -EDGE, EDGE));
            target[w] += shift;
            world->state[event->extra][w] += shift;
        } else if (event->companion != PHASE) {
            target[w] = clip(target[w] + after[w] - before[w], event->lower, event->upper);
        }
    }
}

static void reset_input(World *world, long row, long tick) {
    double *input = world->inputs[row];
    EACH_LANE input[w] = world->base[row][w];
    for (long d = 0; d < world->sizes.events; d++) {
        const EventsWire *event = &world->wiring.events[d];
        const double *value = world->given.events[d].value;
        if (event->row == row && event->start <= tick && tick < event->stop)
            EACH_LANE input[w] = clip(changed(input[w], event->operation, value[w]), event->lower, event->upper);
    }
}

bool happen(World *world, long tick) {
    bool any = false;
    for (long d = 0; d < world->sizes.events; d++) {
        const EventsWire *event = &world->wiring.events[d];
        if (event->start != tick && event->stop != tick)
            continue;
        any = true;
        lane before;
        memcpy(before, world->inputs[event->row], sizeof before);
        reset_input(world, event->row, tick);
        if (event->companion == NO_STATE)
            continue;
        if (event->start == tick)
            begin_event(world, d);
        else
            end_event(world, d, before);
    }
    return any;
}
