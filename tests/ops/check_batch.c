/* Inputs of a training step: row orders, noise, the clock. */
#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

enum { SEED = 42 };

/* Rows of numbered values, from row `first` on. */
static egad_tensor numbered(size_t first, size_t rows, size_t columns)
{
    float *values = lab_floats(rows * columns);
    for (size_t i = 0; i < rows * columns; i++)
        values[i] = (float)(first * columns + i);
    return lab_tensor(rows, columns, 0, values);
}

static void set_clock(egad_random random, uint32_t step)
{
    const union {
        uint32_t u;
        float f;
    } value = { .u = step };
    const egad_tensor clock = { .mem = random.clock, .n = 1, .c = 1, .stride = 1 };
    CHECK_OK(egad_tensor_write(lab, clock, &value.f));
}

/* The rows of `data` in the batch of `step`; checks all their columns. */
static void gathered(uint32_t *rows, egad_plan *plan, egad_tensor x, egad_random random,
                     uint32_t step)
{
    set_clock(random, step);
    lab_run(plan);
    const float *got = lab_read(x);
    for (size_t i = 0; i < x.n; i++) {
        rows[i] = (uint32_t)got[i * x.c] / (uint32_t)x.c;
        for (size_t j = 0; j < x.c; j++)
            ck_assert_uint_eq((uint32_t)got[i * x.c + j], rows[i] * x.c + j);
    }
}

enum { PIECES = 4 };

/* The rows in at most PIECES pieces of different sizes; returns the number of pieces. */
static size_t make_pieces(egad_tensor data[PIECES], size_t rows, size_t columns)
{
    size_t n = 0;
    for (size_t first = 0; first < rows; n++) {
        const size_t left = rows - first,
                     count = n + 1 < PIECES ? left / 2 + n % 2 : left;
        data[n] = numbered(first, count ? count : 1, columns);
        first += data[n].n;
    }
    return n;
}

/* Every epoch is a permutation and equals ref_cpu's; no two epochs are equal. */
static void check_epochs(size_t rows, size_t N, size_t columns, uint64_t seed,
                         unsigned stream)
{
    const size_t batches = rows / N;
    egad_tensor data[PIECES];
    const size_t pieces = make_pieces(data, rows, columns);
    const egad_tensor x = lab_tensor(N, columns, 1, NULL);
    const egad_random random = lab_random(seed, 0);
    uint32_t *order[2] = { calloc(rows, sizeof **order), calloc(rows, sizeof **order) };
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_batch_gather(plan, "gather", x, data, pieces, random, stream));
    for (uint32_t epoch = 0; epoch < 2; epoch++) {
        unsigned char *seen = calloc(rows, 1);
        for (size_t b = 0; b < batches; b++)
            gathered(order[epoch] + b * N, plan, x, random,
                     (uint32_t)(epoch * batches + b));
        for (size_t i = 0; i < batches * N; i++) {
            ck_assert_uint_lt(order[epoch][i], rows);
            ck_assert_int_eq(seen[order[epoch][i]]++, 0);
            ck_assert_uint_eq(order[epoch][i], ref_order((uint32_t)i, (uint32_t)rows,
                                                         seed, epoch, stream));
        }
        free(seen);
    }
    if (rows >= 16)
        ck_assert_int_ne(memcmp(order[0], order[1], batches * N * sizeof **order), 0);
    free(order[0]);
    free(order[1]);
}

START_TEST(orders)
{
    static const struct {
        size_t rows, N, columns;
    } sizes[] = { { 1, 1, 1 },   { 2, 1, 3 },    { 3, 3, 1 },     { 4, 2, 7 },
                  { 5, 2, 65 },  { 15, 4, 2 },   { 16, 16, 63 },  { 17, 1, 64 },
                  { 63, 10, 3 }, { 64, 11, 2 },  { 65, 65, 1 },   { 255, 100, 2 },
                  { 256, 9, 5 }, { 257, 50, 1 }, { 1025, 512, 4 } };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        lab_pretend(i % 2 == 0);
        check_epochs(sizes[i].rows, sizes[i].N, sizes[i].columns, SEED, STREAM_ORDER);
    }
}
END_TEST

START_TEST(orders_differ)
{
    enum { ROWS = 500 };
    const egad_tensor data = numbered(0, ROWS, 1), x = lab_tensor(ROWS, 1, 0, NULL);
    const egad_random randoms[] = { lab_random(1, 0), lab_random(2, 0),
                                    lab_random(1 + (UINT64_C(1) << 32), 0),
                                    lab_random(1, 0) };
    uint32_t order[4][ROWS];
    for (int k = 0; k < 4; k++) {
        egad_plan *plan = lab_plan();
        CHECK_OK(egad_batch_gather(plan, "gather", x, &data, 1, randoms[k],
                                   STREAM_ORDER + (k == 3 ? STREAM_STEP : 0)));
        gathered(order[k], plan, x, randoms[k], 0);
    }
    for (int a = 0; a < 4; a++)
        for (int b = 0; b < a; b++) {
            int same = 0;
            for (int i = 0; i < ROWS; i++)
                same += order[a][i] == order[b][i];
            ck_assert_msg(same < 10, "orders %d and %d share %d of %d places", b, a, same,
                          ROWS);
        }
}
END_TEST

/* A row's position is uniform over epochs: mean positions of a few rows. */
START_TEST(order_is_even)
{
    enum { ROWS = 100, EPOCHS = 400 };
    const double sigma = ROWS / sqrt(12.0 * EPOCHS);
    double sum[ROWS] = { 0 };
    for (uint32_t epoch = 0; epoch < EPOCHS; epoch++)
        for (uint32_t i = 0; i < ROWS; i++)
            sum[ref_order(i, ROWS, SEED, epoch, STREAM_ORDER)] += i;
    for (int row = 0; row < ROWS; row++)
        ck_assert_msg(fabs(sum[row] / EPOCHS - 49.5) < 5.0 * sigma, "row %d: %g", row,
                      sum[row] / EPOCHS);
}
END_TEST

START_TEST(noise_is_reference)
{
    static const size_t sizes[][2] = { { 1, 1 },  { 1, 3 },   { 1, 4 },   { 3, 5 },
                                       { 7, 31 }, { 50, 32 }, { 16, 16 }, { 9, 200 } };
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        const size_t N = sizes[k][0], C = sizes[k][1];
        lab_pretend(k % 2 == 0);
        for (uint32_t step = 0; step < 2; step++) {
            const egad_tensor z = lab_tensor(N, C, 1, NULL);
            const egad_random random = lab_random(UINT64_C(0x9876543210), 77 + step);
            double *want = lab_doubles(N * C);
            egad_plan *plan = lab_plan();
            CHECK_OK(egad_batch_noise(plan, "noise", z, random, STREAM_NOISE));
            lab_run(plan);
            for (size_t i = 0; i < N * C; i++)
                want[i] = ref_noise((uint32_t)(i / C), (uint32_t)(i % C), random.seed,
                                    77 + step, STREAM_NOISE);
            lab_near(TOLERANCE_NOISE, "noise", lab_read(z), want, N * C);
        }
    }
}
END_TEST

START_TEST(noise_moments)
{
    enum { N = 500, C = 32, TIMES = 20 };
    const double draws = (double)N * C * TIMES;
    const egad_tensor z = lab_tensor(N, C, 0, NULL);
    const egad_random random = lab_random(SEED, 0);
    double power[5] = { 0 }, neighbours = 0.0, steps = 0.0, largest = 0.0;
    float *before = NULL;
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_batch_noise(plan, "noise", z, random, STREAM_NOISE));
    for (uint32_t t = 0; t < TIMES; t++) {
        set_clock(random, t);
        lab_run(plan);
        float *now = lab_read(z);
        for (int i = 0; i < N * C; i++) {
            const double v = (double)now[i];
            for (int p = 1; p <= 4; p++)
                power[p] += pow(v, p);
            neighbours += i ? v * (double)now[i - 1] : 0.0;
            steps += before ? v * (double)before[i] : 0.0;
            largest = fmax(largest, fabs(v));
        }
        before = now;
    }
    /* Five standard deviations of each mean; the variance of x^p is m_2p - m_p^2. */
    const double five = 5.0 / sqrt(draws);
    ck_assert_double_le(fabs(power[1] / draws), five);
    ck_assert_double_le(fabs(power[2] / draws - 1.0), five * sqrt(2.0));
    ck_assert_double_le(fabs(power[3] / draws), five * sqrt(15.0));
    ck_assert_double_le(fabs(power[4] / draws - 3.0), five * sqrt(96.0));
    ck_assert_double_le(fabs(neighbours / draws), five);
    ck_assert_double_le(fabs(steps / draws), five);
    ck_assert(largest > 4.0 && largest < 6.0); /* 320,000 draws; limit sqrt(48 log 2) */
}
END_TEST

/* Initial z of a latent search: the first draw within [-2, 2]. */
static double ref_start(uint32_t row, uint32_t column, size_t C, uint64_t seed,
                        uint32_t search)
{
    const uint32_t fours = (uint32_t)(C + 3) / 4;
    for (uint32_t draw = 0;; draw++) {
        const double z =
            ref_noise(row, column + 4 * fours * draw, seed, search, STREAM_START);
        if (fabs(z) <= 2.0)
            return z;
    }
}

START_TEST(start_is_reference)
{
    static const size_t sizes[][2] = { { 1, 1 }, { 3, 5 }, { 50, 32 }, { 9, 200 } };
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        const size_t N = sizes[k][0], C = sizes[k][1];
        const egad_tensor z = lab_tensor(N, C, 1, NULL);
        const egad_random random = lab_random(UINT64_C(0x9876543210), (uint32_t)k);
        float *bits = lab_floats(N);
        double *want = lab_doubles(N * C);
        lab_pretend(k % 2 == 0);
        for (size_t i = 0; i < N; i++) {
            const uint32_t row = (uint32_t)(1000003 * i + 5);
            memcpy(bits + i, &row, sizeof row);
            for (size_t j = 0; j < C; j++)
                want[i * C + j] =
                    ref_start(row, (uint32_t)j, C, random.seed, (uint32_t)k);
        }
        egad_plan *plan = lab_plan();
        CHECK_OK(egad_batch_start(plan, "start", z, lab_tensor(1, N, 0, bits), random));
        lab_run(plan);
        lab_near(TOLERANCE_NOISE, "start", lab_read(z), want, N * C);
    }
}
END_TEST

/* Normal, truncated at 2: variance 1 - 4 phi(2) / (2 Phi(2) - 1). */
START_TEST(start_moments)
{
    enum { N = 2000, C = 32 };
    const double five = 5.0 / sqrt((double)N * C);
    const egad_tensor z = lab_tensor(N, C, 0, NULL);
    float *rows = lab_floats(N);
    double power[3] = { 0 }, largest = 0.0;
    egad_plan *plan = lab_plan();
    for (uint32_t i = 0; i < N; i++)
        memcpy(rows + i, &i, sizeof i);
    CHECK_OK(egad_batch_start(plan, "start", z, lab_tensor(1, N, 0, rows),
                              lab_random(SEED, 0)));
    lab_run(plan);
    const float *got = lab_read(z);
    for (int i = 0; i < N * C; i++) {
        power[1] += (double)got[i];
        power[2] += pow((double)got[i], 2.0);
        largest = fmax(largest, fabs((double)got[i]));
    }
    ck_assert_double_le(fabs(power[1] / (N * C)), five);
    ck_assert_double_le(fabs(power[2] / (N * C) - 0.7737), five);
    ck_assert(largest > 1.99 && largest <= 2.0);
}
END_TEST

START_TEST(tick)
{
    const egad_random random = lab_random(SEED, 0xfffffffd);
    const egad_tensor clock = { .mem = random.clock, .n = 1, .c = 1, .stride = 1 };
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_batch_tick(plan, random));
    CHECK_OK(egad_batch_tick(plan, random));
    lab_run(plan);
    uint32_t now;
    memcpy(&now, lab_read(clock), sizeof now);
    ck_assert_uint_eq(now, 0xffffffff);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("batch");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, orders);
    tcase_add_test(tests, orders_differ);
    tcase_add_test(tests, order_is_even);
    tcase_add_test(tests, noise_is_reference);
    tcase_add_test(tests, noise_moments);
    tcase_add_test(tests, start_is_reference);
    tcase_add_test(tests, start_moments);
    tcase_add_test(tests, tick);
    return lab_main(suite);
}
