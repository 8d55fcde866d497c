/* Contests move, camps take office, backers fall out, as in sim/dynamics/move.py. */
#include "phases.h"

static void fight(World *world, long c, long tick) {
    const ContestsWire *wire = &world->wiring.contests[c];
    const Behaviour *by = world->given.behaviour;
    const double *pace = world->given.contests[c].pace;
    ContestNow *contest = &world->now.contests[c];
    double dt = world->dt, scale = sqrt(dt);
    uint64_t when = counter(tick, CONTROL);
    EACH_LANE {
        double z, unused;
        normals(world, w, when, wire->key, &z, &unused);
        double shock = by->control_noise[w] * scale * z;
        double after = clip(contest->control[w] + dt * pace[w] * (contest->odds[w] - 0.5) + shock, 0.0, 1.0);
        contest->control[w] = contest->fighting[w] > 0.0 ? after : contest->control[w];
    }
    if (wire->domestic)
        return;
    double *challenger = world->now.states[wire->challenger].capability;
    double *holder = world->now.states[wire->holder].capability;
    EACH_LANE {
        double p = contest->odds[w], loss = by->loss[w] * contest->fighting[w];
        challenger[w] *= 1.0 - dt * loss * (1.0 - p);
        holder[w] *= 1.0 - dt * loss * p;
    }
}

static void settle(World *world, long c, long tick) {
    const Behaviour *by = world->given.behaviour;
    ContestNow *contest = &world->now.contests[c];
    double week = (double)tick * world->dt;
    EACH_LANE {
        double margin = by->victory_margin[w], control = contest->control[w];
        bool won = control >= 1.0 - margin, kept = (control <= margin) & (contest->age[w] >= by->victory_weeks[w]);
        bool ends = (contest->fighting[w] > 0.0) & (won | kept);
        contest->phase[w] = ends ? SETTLED : contest->phase[w];
        contest->age[w] = ends ? 0.0 : contest->age[w];
        contest->fighting[w] = ends ? 0.0 : contest->fighting[w];
        contest->fresh[w] = ends ? 1.0 : contest->fresh[w];
        contest->settlement[w] = ends ? week : contest->settlement[w];
    }
}

static void govern(World *world, long c, long tick) {
    const ContestsWire *wire = &world->wiring.contests[c];
    const double *pull = world->given.behaviour->camp_pull;
    ContestNow *contest = &world->now.contests[c];
    double dt = world->dt, week = (double)tick * dt;
    EACH_LANE {
        double majority = contest->control[w] > 0.5 ? 1.0 : 0.0;
        double after = contest->fresh[w] > 0.0 ? majority : contest->governs[w];
        bool taken = (after > contest->governs[w]) & (contest->takeover[w] < 0.0);
        contest->takeover[w] = taken ? week : contest->takeover[w];
        contest->governs[w] = after;
    }
    for (long e = wire->first; e < wire->last; e++) {
        PairNow *pair = pair_of(world, wire->challenger, world->wiring.parties[e].state);
        const StanceNow *challenger = &world->now.stances[2 * e], *holder = challenger + 1;
        EACH_LANE {
            double leaning = contest->governs[w] > 0.0 ? challenger->latent[w] : holder->latent[w];
            double shift = dt * pull[w] * (leaning - pair->anchor[w]);
            pair->anchor[w] += shift;
            pair->latent[w] += shift;
        }
    }
}

static void note_entry(World *world, long c, long tick) {
    const ContestsWire *wire = &world->wiring.contests[c];
    ContestNow *contest = &world->now.contests[c];
    double week = (double)tick * world->dt;
    lane present = {0};
    memset(contest->entry, 0, sizeof(lane));
    for (long e = wire->first; e < wire->last; e++)
        if (world->wiring.parties[e].outsider) {
            const PartyNow *party = &world->now.parties[e];
            EACH_LANE {
                contest->entry[w] += party->mediation[w];
                present[w] += party->mediation[w] + party->presence[w];
            }
        }
    EACH_LANE {
        bool new = (present[w] > 0.0) & (contest->first_entry[w] < 0.0);
        contest->first_entry[w] = new ? week : contest->first_entry[w];
    }
}

static void cut_ties(World *world, long one, long two, const double *clashed) {
    const double *cut = world->given.behaviour->clash_tie_cut;
    for (long e = 0; e < world->sizes.ties; e++) {
        const TiesWire *tie = &world->wiring.ties[e];
        if ((tie->patron == one && tie->client == two) || (tie->patron == two && tie->client == one)) {
            double *level = world->now.ties[e].level;
            EACH_LANE level[w] *= 1.0 - cut[w] * clashed[w];
        }
    }
}

static void fall_out(World *world, long b, long tick) {
    const RivalriesWire *wire = &world->wiring.rivalries[b];
    const PartyNow *one = &world->now.parties[wire->one], *two = &world->now.parties[wire->two];
    const Behaviour *by = world->given.behaviour;
    int opposed = 0;
    for (int w = 0; w < LANES; w++)
        opposed += one->side[w] * two->side[w] < 0.0;
    if (opposed == 0)
        return;
    long i = world->wiring.parties[wire->one].state, j = world->wiring.parties[wire->two].state;
    PairNow *there = pair_of(world, i, j), *back = pair_of(world, j, i);
    ContestNow *contest = &world->now.contests[wire->contest];
    uint64_t when = counter(tick, RIVALRY);
    double dt = world->dt, week = (double)tick * dt, clashes = 0.0;
    lane clashed;
    EACH_LANE {
        double u, v;
        uniforms(world, w, when, wire->key, &u, &v);
        double both = one->side[w] * two->side[w] < 0.0 ? one->aid[w] * two->aid[w] : 0.0;
        double presence = 0.5 * (one->presence[w] + two->presence[w]);
        double loose = both * (1.0 - 0.5 * (there->dependence[w] + back->dependence[w]));
        double dispute = u < chance(by->dispute_rate[w] * loose, dt) ? 1.0 : 0.0;
        double clash = v < chance(by->clash_rate[w] * loose * presence, dt) ? 1.0 : 0.0;
        double cut = by->dispute_cut[w] * dispute + by->clash_cut[w] * clash;
        there->latent[w] -= cut;
        back->latent[w] -= cut;
        contest->disputes[w] += dispute;
        contest->clashes[w] += clash;
        double first_dispute = contest->first_dispute[w], first_clash = contest->first_clash[w];
        contest->first_dispute[w] = (dispute > 0.0) & (first_dispute < 0.0) ? week : first_dispute;
        contest->first_clash[w] = (clash > 0.0) & (first_clash < 0.0) ? week : first_clash;
        clashed[w] = clash;
        clashes += clash;
    }
    if (clashes > 0.0)
        cut_ties(world, i, j, clashed);
}

void move(World *world, long tick) {
    for (long c = 0; c < world->sizes.contests; c++) {
        fight(world, c, tick);
        settle(world, c, tick);
        if (world->wiring.contests[c].domestic)
            govern(world, c, tick);
        note_entry(world, c, tick);
    }
    for (long b = 0; b < world->sizes.rivalries; b++)
        fall_out(world, b, tick);
}
