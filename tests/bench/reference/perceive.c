/* What states see, as in sim/dynamics/perceive.py. */
#include "phases.h"

static const double LOG_101 = 4.61512051684126;

/* A function, for gcc heeds `restrict` only of parameters: it may then read lanes ahead before it writes these. */
static void show(const double *restrict latent, double *restrict alignment) {
    EACH_LANE alignment[w] = fast_tanh(latent[w]);
}

void show_alignment(World *world) {
    long n = world->sizes.states;
    for (long i = 0; i < n; i++)
        for (long j = 0; j < n; j++)
            if (i != j)
                show(pair_of(world, i, j)->latent, alignment_of(world, i, j));
}

void show_leanings(World *world) {
    const double *weight = world->given.behaviour->camp_elite;
    for (long e = 0; e < world->sizes.parties; e++)
        if (world->wiring.contests[world->wiring.parties[e].contest].domestic)
            for (int x = 0; x < 2; x++) {
                StanceNow *stance = &world->now.stances[2 * e + x];
                const StanceTraits *said = &world->given.stances[2 * e + x];
                EACH_LANE {
                    double latent = said->leaning[w] + weight[w] * said->elite[w];
                    stance->latent[w] = latent;
                    stance->leaning[w] = fast_tanh(latent);
                }
            }
}

static void gather_capacity(World *world) {
    const LeverKind *kinds = world->given.levers;
    lane per_bandwidth = {0}, per_dependence = {0};
    for (long k = 0; k < world->sizes.levers; k++)
        EACH_LANE {
            per_bandwidth[w] += kinds[k].bandwidth[w];
            per_dependence[w] += kinds[k].dependence[w];
        }
    EACH_LANE {
        per_bandwidth[w] = 1.0 / per_bandwidth[w];
        per_dependence[w] = 1.0 / (LOG_101 * per_dependence[w]);
    }
    for (long d = 0; d < world->sizes.dyads; d++) {
        const DyadsWire *dyad = &world->wiring.dyads[d];
        PairNow *pair = pair_of(world, dyad->patron, dyad->client);
        lane bandwidth = {0}, dependence = {0};
        for (long m = dyad->first; m < dyad->last; m++) {
            long e = world->wiring.by_dyad[m];
            const LeverKind *kind = &kinds[world->wiring.ties[e].lever];
            const double *level = world->now.ties[e].level;
            EACH_LANE {
                bandwidth[w] += kind->bandwidth[w] * level[w];
                dependence[w] += kind->dependence[w] * fast_log(1.0 + 100.0 * level[w]);
            }
        }
        EACH_LANE {
            double depends = dependence[w] * per_dependence[w];
            pair->dependence[w] = depends;
            pair->capacity[w] = sqrt(bandwidth[w] * per_bandwidth[w] * depends);
        }
    }
}

/* Mean alignment of client j with the rivals of patron i. */
static void regard_for_rivals(const World *world, long i, long j, double *toward) {
    long n = world->sizes.states, count = 0;
    EACH_LANE toward[w] = 0.0;
    for (long r = 0; r < n; r++)
        if (world->wiring.opposes[i * n + r] && r != j) {
            const double *alignment = alignment_of(world, j, r);
            count++;
            EACH_LANE toward[w] += alignment[w];
        }
    if (count > 1)
        EACH_LANE toward[w] /= (double)count;
}

static void spread_influence(World *world) {
    long n = world->sizes.states;
    const double *rift = world->given.behaviour->rift;
    for (long j = 0; j < n; j++) {
        lane total = {0}, toward;
        const double *autonomy = world->given.states[j].autonomy;
        for (long i = 0; i < n; i++)
            if (world->wiring.tied[i * n + j]) {
                PairNow *pair = pair_of(world, i, j);
                const double *back = alignment_of(world, j, i);
                regard_for_rivals(world, i, j, toward);
                EACH_LANE {
                    double warmth = clip(back[w] - rift[w] * toward[w], -1.0, 1.0);
                    double received = pair->capacity[w] * (1.0 + warmth) * 0.5;
                    pair->influence[w] = received;
                    total[w] += received;
                }
            }
        EACH_LANE total[w] = 1.0 / (autonomy[w] + total[w]);
        for (long i = 0; i < n; i++)
            if (world->wiring.tied[i * n + j]) {
                double *influence = pair_of(world, i, j)->influence;
                EACH_LANE influence[w] *= total[w];
            }
    }
}

static void compare_pairs(World *world) {
    long n = world->sizes.states;
    for (long i = 0; i < n; i++)
        for (long j = i + 1; j < n; j++) {
            double *one = pair_of(world, i, j)->threat, *two = pair_of(world, j, i)->threat;
            const double *mine = world->now.states[i].capability, *others = world->now.states[j].capability;
            const double *there = alignment_of(world, i, j), *back = alignment_of(world, j, i);
            const double *nearness = world->given.proximity[i * n + j].nearness;
            EACH_LANE {
                double near = 0.5 * nearness[w] / (mine[w] + others[w]);
                one[w] = near * others[w] * (1.0 - there[w]);
                two[w] = near * mine[w] * (1.0 - back[w]);
            }
        }
}

static void look_at_states(World *world, long e) {
    const PartiesWire *party = &world->wiring.parties[e];
    const ContestsWire *contest = &world->wiring.contests[party->contest];
    const Behaviour *behaviour = world->given.behaviour;
    const double *power = world->now.states[party->state].capability, *access = world->given.parties[e].access;
    for (int x = 0; x < 2; x++) {
        long side = x == 0 ? contest->challenger : contest->holder;
        const double *toward = alignment_of(world, party->state, side), *own = world->now.states[side].capability;
        const PairNow *pair = pair_of(world, party->state, side);
        StanceNow *stance = &world->now.stances[2 * e + x];
        EACH_LANE {
            stance->leverage[w] = pair->influence[w];
            stance->liking[w] = toward[w];
            stance->reinforcement[w] =
                behaviour->reach[w] * fmin(power[w] * access[w], behaviour->aid_cap[w] * own[w]);
        }
    }
}

static void look_at_camps(World *world, long e) {
    const PartiesWire *party = &world->wiring.parties[e];
    long host = world->wiring.contests[party->contest].challenger;
    const double *toward = alignment_of(world, party->state, host);
    const PairNow *pair = pair_of(world, party->state, host);
    for (int x = 0; x < 2; x++) {
        StanceNow *stance = &world->now.stances[2 * e + x];
        const double *favour = world->given.stances[2 * e + x].favour;
        EACH_LANE {
            double leaning = stance->leaning[w];
            stance->leverage[w] = pair->influence[w] * (1.0 + leaning) * 0.5;
            stance->liking[w] = favour[w] >= -1.0 ? favour[w] : toward[w] * leaning;
            stance->reinforcement[w] = pair->influence[w];
        }
    }
}

static void attend(World *world, long e) {
    long me = world->wiring.parties[e].state;
    const double *scale = world->given.behaviour->leverage_scale, *stability = world->now.states[me].stability;
    const StateTraits *traits = &world->given.states[me];
    const StanceNow *challenger = &world->now.stances[2 * e], *holder = challenger + 1;
    PartyNow *party = &world->now.parties[e];
    lane elsewhere = {0};
    for (long other = 0; other < world->sizes.parties; other++)
        if (other != e && world->wiring.parties[other].state == me) {
            const double *effort = world->now.parties[other].effort;
            EACH_LANE elsewhere[w] += effort[w];
        }
    EACH_LANE {
        party->sway[w] = fmin(fmin(challenger->leverage[w], holder->leverage[w]) / scale[w], 1.0);
        double free = clip(stability[w] * traits->attention[w] - traits->distraction[w], 0.0, 1.0);
        party->attention[w] = free / (1.0 + elsewhere[w]);
    }
}

static void stir(World *world) {
    const Behaviour *behaviour = world->given.behaviour;
    for (long c = 0; c < world->sizes.contests; c++) {
        ContestNow *contest = &world->now.contests[c];
        EACH_LANE {
            double fresh = behaviour->turmoil_fresh[w] * fast_exp(-contest->age[w] / behaviour->turmoil_fade[w]);
            double in_truce = behaviour->turmoil_truce[w] + fresh, quiet = behaviour->turmoil_quiet[w];
            double calm = contest->phase[w] == TRUCE ? in_truce : quiet;
            contest->fighting[w] = contest->phase[w] == FIGHTING ? 1.0 : 0.0;
            contest->turmoil[w] = contest->phase[w] == FIGHTING ? 1.0 : calm;
        }
    }
}

static void own_strength(World *world, long c) {
    const ContestsWire *wire = &world->wiring.contests[c];
    SideNow *challenger = &world->now.sides[2 * c], *holder = challenger + 1;
    if (wire->domestic) {
        const double *stability = world->now.states[wire->challenger].stability;
        const double *governs = world->now.contests[c].governs, *coercion = world->given.behaviour->coercion;
        const double *share = world->given.sides[2 * c].share, *other = world->given.sides[2 * c + 1].share;
        EACH_LANE {
            double state = coercion[w] * stability[w];
            challenger->strength[w] = share[w] + state * governs[w];
            holder->strength[w] = other[w] + state * (1.0 - governs[w]);
        }
    } else {
        memcpy(challenger->strength, world->now.states[wire->challenger].capability, sizeof(lane));
        memcpy(holder->strength, world->now.states[wire->holder].capability, sizeof(lane));
    }
}

void weigh(World *world) {
    const double *decisiveness = world->given.behaviour->decisiveness;
    for (long c = 0; c < world->sizes.contests; c++) {
        const ContestsWire *wire = &world->wiring.contests[c];
        ContestNow *contest = &world->now.contests[c];
        own_strength(world, c);
        for (int x = 0; x < 2; x++) {
            SideNow *side = &world->now.sides[2 * c + x];
            double sign = 1.0 - 2.0 * x;
            memset(side->backing, 0, sizeof(lane));
            memset(side->facing, 0, sizeof(lane));
            for (long e = wire->first; e < wire->last; e++) {
                if (!world->active[e])
                    continue;
                const PartyNow *party = &world->now.parties[e];
                const double *reinforcement = world->now.stances[2 * e + x].reinforcement;
                EACH_LANE {
                    double with = fmax(party->side[w] * sign, 0.0), aid = party->aid[w] * with; /* signs: 1, 0, −1 */
                    side->backing[w] += aid;
                    side->strength[w] += aid * reinforcement[w];
                    side->facing[w] += party->presence[w] * (1.0 - with);
                }
            }
        }
        const double *challenger = world->now.sides[2 * c].strength, *holder = world->now.sides[2 * c + 1].strength;
        EACH_LANE {
            double one = challenger[w], two = holder[w];
            contest->odds[w] = 1.0 / (1.0 + fast_exp(decisiveness[w] * fast_log(two / one)));
            contest->strength_balance[w] = (one - two) / (one + two);
        }
    }
}

void perceive(World *world) {
    gather_capacity(world);
    spread_influence(world);
    compare_pairs(world);
    for (long e = 0; e < world->sizes.parties; e++) {
        if (world->wiring.contests[world->wiring.parties[e].contest].domestic)
            look_at_camps(world, e);
        else
            look_at_states(world, e);
        attend(world, e);
    }
    stir(world);
    weigh(world);
}
