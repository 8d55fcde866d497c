/* What is observed each tick, as in sim/measures.py; the best split is found by enumeration alone. */
#include "phases.h"

enum { FINAL, MEAN, MINIMUM, MAXIMUM };
enum { EVERY = 4, CHECKED_EVERY = 52 };

/* The strongest influence on a client and the second strongest. */
static void lead_over(const World *world, long client, double *first, double *second) {
    long n = world->sizes.states;
    EACH_LANE first[w] = second[w] = 0.0;
    for (long i = 0; i < n; i++)
        if (world->wiring.tied[i * n + client]) {
            const double *held = pair_of(world, i, client)->influence;
            EACH_LANE {
                second[w] = fmax(second[w], fmin(first[w], held[w]));
                first[w] = fmax(first[w], held[w]);
            }
        }
}

static void observe_primacy(World *world) {
    PatronNow *patrons = world->now.patrons;
    for (long p = 0; p < world->sizes.patrons; p++)
        memset(patrons[p].primacy, 0, sizeof(lane));
    for (long c = 0; c < world->sizes.clients; c++) {
        long client = world->wiring.clients[c];
        lane first, second;
        lead_over(world, client, first, second);
        for (long p = 0; p < world->sizes.patrons; p++) {
            if (world->wiring.patrons[p] == client)
                continue;
            const double *mine = pair_of(world, world->wiring.patrons[p], client)->influence;
            double *primacy = patrons[p].primacy;
            EACH_LANE {
                double both = mine[w] + (mine[w] < first[w] ? first[w] : second[w]);
                primacy[w] += both > 0.0 ? mine[w] / both : 0.0;
            }
        }
    }
    for (long p = 0; p < world->sizes.patrons; p++) {
        long count = world->sizes.clients;
        for (long c = 0; c < world->sizes.clients; c++)
            count -= world->wiring.clients[c] == world->wiring.patrons[p];
        double share = 1.0 / (double)(count > 1 ? count : 1);
        EACH_LANE patrons[p].primacy[w] *= share;
    }
}

static void gather_mutual(World *world) {
    long n = world->sizes.states;
    for (long i = 0; i < n; i++)
        for (long j = 0; j < n; j++)
            if (i != j) {
                const double *there = alignment_of(world, i, j), *back = alignment_of(world, j, i);
                double *mutual = world->now.mutual[i * n + j];
                EACH_LANE mutual[w] = 0.5 * (there[w] + back[w]);
            }
}

static void observe_imbalance(World *world) {
    long n = world->sizes.states, count = 0;
    const lane *mutual = world->now.mutual;
    double *imbalance = world->now.region->imbalance;
    int64_t unbalanced[LANES] = {0};
    for (long i = 0; i < n; i++)
        for (long j = i + 1; j < n; j++)
            for (long k = j + 1; k < n; k++) {
                const double *one = mutual[i * n + j], *two = mutual[j * n + k], *three = mutual[i * n + k];
                count++;
                EACH_LANE unbalanced[w] += one[w] * two[w] * three[w] < 0.0;
            }
    EACH_LANE imbalance[w] = (double)unbalanced[w] / (double)(count > 1 ? count : 1);
}

/* Best split by trying all 2^(N−1), one state changing camp at a time. */
static void enumerate_splits(World *world, lane *kept, double *best) {
    long n = world->sizes.states;
    const lane *mutual = world->now.mutual;
    lane camp[MOST_STATES], energy = {0}, number = {0};
    for (long i = 0; i < n; i++) {
        EACH_LANE camp[i][w] = 1.0;
        for (long j = i + 1; j < n; j++)
            EACH_LANE energy[w] -= mutual[i * n + j][w];
    }
    memcpy(best, energy, sizeof(lane));
    for (long code = 1; code < 1L << (n - 1); code++) {
        long i = __builtin_ctzl((unsigned long)code), j = 0;
        const lane *ties = mutual + i * n;
        lane gain = {0};
        for (; j + 5 <= n; j += 5) {
            const lane *t = ties + j, *s = camp + j;
            EACH_LANE gain[w] += t[0][w] * s[0][w] + t[1][w] * s[1][w] + t[2][w] * s[2][w] + t[3][w] * s[3][w] +
                                 t[4][w] * s[4][w];
        }
        for (; j < n; j++)
            EACH_LANE gain[w] += ties[j][w] * camp[j][w];
        EACH_LANE {
            double now = energy[w] + 2.0 * camp[i][w] * gain[w];
            number[w] = now < best[w] ? (double)code : number[w];
            best[w] = fmin(best[w], now);
            energy[w] = now;
            camp[i][w] = -camp[i][w];
        }
    }
    for (long i = 0; i < n; i++)
        EACH_LANE {
            int64_t code = (int64_t)number[w], gray = code ^ code >> 1;
            kept[i][w] = gray >> i & 1 ? -1.0 : 1.0;
        }
}

static void observe_camps(World *world) {
    long n = world->sizes.states;
    RegionNow *region = world->now.region;
    lane kept[MOST_STATES], best, total = {0}, hostile = {0};
    enumerate_splits(world, kept, best);
    for (long i = 0; i < n; i++)
        for (long j = i + 1; j < n; j++) {
            const double *tie = world->now.mutual[i * n + j];
            EACH_LANE {
                total[w] += fabs(tie[w]);
                hostile[w] += (tie[w] < 0.0) & (kept[i][w] != kept[j][w]) ? -tie[w] : 0.0;
            }
        }
    EACH_LANE {
        region->frustration[w] = total[w] > 0.0 ? 0.5 * (best[w] / total[w] + 1.0) : 0.0;
        region->polarity[w] = total[w] > 0.0 ? hostile[w] / total[w] : 0.0;
    }
}

void observe(World *world, long tick, long graph_from) {
    observe_primacy(world);
    if (tick % EVERY == 0 && tick >= graph_from) {
        gather_mutual(world);
        observe_imbalance(world);
        observe_camps(world);
    }
}

void summarise(World *world, long tick, Tally *tally) {
    double share = 1.0 / ((double)tick + 1.0);
    for (long y = 0; y < tally->columns; y++) {
        const double *value = world->state[tally->rows[y]];
        double *so_far = tally->summary[y];
        long statistic = tally->statistics[y];
        if (statistic == FINAL ? tick == tally->last : tick == 0)
            memcpy(so_far, value, sizeof(lane));
        else if (statistic == FINAL)
            continue;
        else if (statistic == MEAN)
            EACH_LANE so_far[w] += (value[w] - so_far[w]) * share;
        else if (statistic == MINIMUM)
            EACH_LANE so_far[w] = fmin(so_far[w], value[w]);
        else
            EACH_LANE so_far[w] = fmax(so_far[w], value[w]);
    }
    lane *kept = tally->series + tick / tally->every * tally->outcomes;
    if (tick % tally->every == 0 && tick / tally->every < tally->kept)
        for (long s = 0; s < tally->outcomes; s++)
            memcpy(kept[s], world->state[tally->series_rows[s]], sizeof(lane));
}

/* By the bits, because -ffast-math takes every number for finite: with one more a full exponent runs into the sign. */
void check_finite(World *world, long tick, Tally *tally) {
    const uint64_t infinite = 0x7FF0000000000000u, one_more = 0x0010000000000000u;
    uint64_t bad[LANES] = {0};
    if (tick % CHECKED_EVERY != 0 && tick != tally->last)
        return;
    for (long row = 0; row < world->sizes.rows; row++) {
        const double *value = world->state[row];
        EACH_LANE bad[w] |= (to_bits(value[w]) & infinite) + one_more;
    }
    EACH_LANE tally->failed[w] = bad[w] >> 63 && tally->failed[w] < 0.0 ? (double)tick : tally->failed[w];
}
