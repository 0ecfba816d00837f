/* Mean power spectra against the DFT by definition, in double; rings against integer
 * arithmetic. */
#include "lab.h"

#include <math.h>

/* ---- The definition ------------------------------------------------------------ */

/* power (H, W) of images x (rows, H, W, C). */
static double *dft(const float *x, size_t rows, const size_t shape[3])
{
    const size_t H = shape[0], W = shape[1], C = shape[2], n = H * W;
    double *power = lab_doubles(n), *turn_re = lab_doubles(n), *turn_im = lab_doubles(n);
    for (size_t k = 0; k < n; k++) {
        turn_re[k] = cos(2.0 * acos(-1.0) * (double)k / (double)n);
        turn_im[k] = -sin(2.0 * acos(-1.0) * (double)k / (double)n);
    }
    for (size_t q = 0; q < rows * C; q++) {
        const float *image = x + q / C * n * C + q % C;
        double mean = 0.0;
        for (size_t p = 0; p < n; p++)
            mean += (double)image[p * C] / (double)n;
        for (size_t k = 0; k < n; k++) {
            double re = 0.0, im = 0.0;
            for (size_t p = 0; p < n; p++) {
                const size_t turns = (k / W * (p / W) * W + k % W * (p % W) * H) % n;
                re += ((double)image[p * C] - mean) * turn_re[turns];
                im += ((double)image[p * C] - mean) * turn_im[turns];
            }
            power[k] += (re * re + im * im) / (double)(n * rows * C);
        }
    }
    return power;
}

static double variance(const float *x, size_t rows, const size_t shape[3])
{
    const size_t C = shape[2], n = shape[0] * shape[1];
    double all = 0.0;
    for (size_t q = 0; q < rows * C; q++) {
        const float *image = x + q / C * n * C + q % C;
        double sum = 0.0, squares = 0.0;
        for (size_t p = 0; p < n; p++)
            sum += (double)image[p * C];
        for (size_t p = 0; p < n; p++)
            squares += pow((double)image[p * C] - sum / (double)n, 2.0);
        all += squares / (double)(n * rows * C);
    }
    return all;
}

static float *narrow(const double *from, size_t n)
{
    float *to = lab_floats(n);
    for (size_t i = 0; i < n; i++)
        to[i] = (float)from[i];
    return to;
}

static double total(const double *power, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += power[i];
    return sum;
}

/* Grey images with a slope and a mean larger than the other components. */
static float *make(size_t rows, const size_t shape[3], unsigned key)
{
    const size_t n = rows * shape[0] * shape[1] * shape[2];
    float *x = lab_uniform(n, key, 40.0f);
    for (size_t i = 0; i < n; i++)
        x[i] += 150.0f + 0.5f * (float)(i / shape[2] % shape[1]);
    return x;
}

/* ---- Spectra ------------------------------------------------------------------- */

static const struct {
    size_t shape[3], rows;
} sizes[] = { { { 28, 28, 1 }, 5 }, { { 28, 28, 1 }, 4 }, { { 12, 20, 3 }, 5 },
              { { 12, 20, 3 }, 2 }, { { 4, 4, 1 }, 1 },   { { 4, 4, 1 }, 7 },
              { { 7, 9, 2 }, 3 },   { { 11, 26, 1 }, 3 }, { { 1, 8, 1 }, 3 },
              { { 15, 1, 2 }, 3 } };
enum { SIZES = sizeof sizes / sizeof *sizes };

START_TEST(is_the_dft)
{
    const size_t *shape = sizes[_i].shape, rows = sizes[_i].rows;
    const size_t n = shape[0] * shape[1];
    const float *x = make(rows, shape, 10);
    double *power = lab_doubles(n), *again = lab_doubles(n);
    CHECK_OK(egad_spectrum_measure(lab, x, rows, shape, power));
    lab_near(TOLERANCE_SPECTRUM, "power", narrow(power, n), dft(x, rows, shape), n);
    /* The remainder of the mean, and Parseval's theorem. */
    ck_assert_double_le(power[0], 1e-12 * total(power, n));
    const double share = total(power, n) / (double)n;
    lab_near(TOLERANCE_SPECTRUM, "sum", (float[]){ (float)share },
             (double[]){ variance(x, rows, shape) }, 1);
    CHECK_OK(egad_spectrum_measure(lab, x, rows, shape, again));
    ck_assert_int_eq(memcmp(power, again, n * sizeof *power), 0);
}
END_TEST

/* More images than fit on the device at once: copies of a few, an odd number. */
START_TEST(many_rows)
{
    enum { FEW = 5, COPIES = 1081, PIXELS = 28 * 28 };
    const size_t shape[3] = { 28, 28, 1 };
    const float *few = make(FEW, shape, 11);
    float *x = lab_floats((size_t)FEW * COPIES * PIXELS);
    double want[PIXELS], got[PIXELS];
    for (size_t i = 0; i < COPIES; i++)
        memcpy(x + i * FEW * PIXELS, few, FEW * PIXELS * sizeof *x);
    CHECK_OK(egad_spectrum_measure(lab, few, FEW, shape, want));
    CHECK_OK(egad_spectrum_measure(lab, x, (size_t)FEW * COPIES, shape, got));
    lab_near(TOLERANCE_SPECTRUM, "power", narrow(got, PIXELS), want, PIXELS);
}
END_TEST

/* The finest pattern: all power at the highest frequency of both directions. */
START_TEST(checkerboard)
{
    enum { H = 12, W = 20, ALL = H * W };
    float x[ALL];
    double power[ALL];
    for (size_t i = 0; i < ALL; i++)
        x[i] = (i / W + i % W) % 2 ? 7.0f : 1.0f;
    CHECK_OK(egad_spectrum_measure(lab, x, 1, (const size_t[3]){ H, W, 1 }, power));
    const size_t at = H / 2 * W + W / 2;
    ck_assert_double_eq_tol(power[at], 9.0 * ALL, 1e-6 * 9.0 * ALL);
    ck_assert_double_le(total(power, ALL) - power[at], 1e-10 * power[at]);
}
END_TEST

/* A NaN pixel shows in the spectrum. */
START_TEST(nan_is_seen)
{
    const size_t shape[3] = { 4, 4, 1 };
    float *x = make(4, shape, 12);
    double power[16];
    x[35] = NAN;
    CHECK_OK(egad_spectrum_measure(lab, x, 4, shape, power));
    for (size_t k = 0; k < 16; k++)
        ck_assert(isnan(power[k]));
}
END_TEST

/* A second device is opened and closed: clFFT has one global state. */
START_TEST(devices)
{
    const size_t shape[3] = { 4, 4, 1 };
    const float *x = make(3, shape, 13);
    egad_device *other;
    double here[16], there[16], again[16];
    CHECK_OK(egad_spectrum_measure(lab, x, 3, shape, here));
    CHECK_OK(egad_device_new(&other, NULL));
    CHECK_OK(egad_spectrum_measure(other, x, 3, shape, there));
    egad_device_free(other);
    CHECK_OK(egad_spectrum_measure(lab, x, 3, shape, again));
    ck_assert_int_eq(memcmp(here, there, sizeof here), 0);
    ck_assert_int_eq(memcmp(here, again, sizeof here), 0);
}
END_TEST

static size_t largest_factor(size_t n)
{
    size_t largest = 1;
    for (size_t p = 2; p <= n; p++)
        for (; n % p == 0; n /= p)
            largest = p;
    return largest;
}

START_TEST(sides)
{
    size_t last = 0;
    ck_assert_uint_eq(egad_spectrum_side(0), 0);
    for (size_t side = 1; side < 3000; side++) {
        if (largest_factor(side) <= 13)
            last = side;
        ck_assert_uint_eq(egad_spectrum_side(side), last);
    }
    ck_assert_uint_eq(egad_spectrum_side(28), 28);
    ck_assert_uint_eq(egad_spectrum_side(68), 66);
}
END_TEST

START_TEST(refusals)
{
    static const size_t none[][3] = {
        { 1, 1, 9 }, { 0, 4, 1 }, { 4, 0, 1 }, { 4, 4, 0 }, { 0, 0, 0 }
    };
    float x[68 * 68] = { 0 };
    double power[68 * 68] = { 5.0 };
    for (size_t k = 0; k < sizeof none / sizeof *none; k++)
        CHECK_FAILS(egad_spectrum_measure(lab, x, 1, none[k], power), SHAPE,
                    "a spectrum needs images");
    CHECK_FAILS(egad_spectrum_measure(lab, x, 1, (const size_t[3]){ 68, 28, 1 }, power),
                SHAPE,
                "images of 68 x 28: a side must not have a prime factor above 13; crop "
                "them to 66 x 28");
    CHECK_FAILS(egad_spectrum_measure(lab, x, 1, (const size_t[3]){ 4, 17, 1 }, power),
                SHAPE, "crop them to 4 x 16");
    CHECK_FAILS(egad_spectrum_measure(lab, x, 0, (const size_t[3]){ 4, 4, 1 }, power),
                DATA, "at least one image");
    ck_assert(power[0] == 5.0 && power[1] == 0.0);
}
END_TEST

/* ---- Rings --------------------------------------------------------------------- */

/* i/(2n) <= f of the definition, both sides squared and multiplied by (2 n H W)^2. */
static int within(size_t k, size_t H, size_t W, size_t i, size_t n)
{
    const uint64_t u = k / W, v = k % W, down = u < H - u ? u : H - u,
                   right = v < W - v ? v : W - v;
    const uint64_t f = 4 * n * n * (down * down * W * W + right * right * H * H);
    const uint64_t all = (uint64_t)H * W * H * W;
    return i * i * all <= f &&
           (f < (i + 1) * (i + 1) * all || (i + 1 == n && f == (i + 1) * (i + 1) * all));
}

START_TEST(rings)
{
    static const size_t shapes[][2] = { { 28, 28 }, { 12, 20 }, { 7, 9 }, { 4, 4 },
                                        { 1, 8 },   { 15, 1 },  { 2, 2 }, { 30, 40 } };
    static const size_t numbers[] = { 1, 2, 5, 14, 63, 64, 65, 200 };
    size_t empty = 0, full = 0;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t m = 0; m < sizeof numbers / sizeof *numbers; m++) {
            const size_t H = shapes[s][0], W = shapes[s][1], n = numbers[m];
            double *power = lab_widen(lab_uniform(H * W, 14, 1.0f), H * W);
            double *ring = lab_doubles(n + 1);
            power[0] = NAN; /* in no ring */
            ring[n] = 5.0;
            egad_spectrum_rings(power, H, W, ring, n);
            for (size_t i = 0; i < n; i++) {
                double sum = 0.0, count = 0.0;
                for (size_t k = 1; k < H * W; k++)
                    if (within(k, H, W, i, n)) {
                        sum += power[k];
                        count++;
                    }
                if (count > 0.0)
                    ck_assert_double_eq_tol(ring[i], sum / count, 1e-14);
                else
                    ck_assert(isnan(ring[i]));
                full += count > 0.0;
                empty += count == 0.0;
            }
            ck_assert(ring[n] == 5.0);
        }
    ck_assert(empty > 100 && full > 100);
}
END_TEST

/* A wave of 6 and 3 periods: .24 cycles per pixel, the fourth of seven rings. */
START_TEST(wave)
{
    enum { H = 28, W = 28, ALL = H * W, N = 7 };
    const double turn = 2.0 * acos(-1.0);
    float x[ALL];
    double power[ALL], ring[N], count = 0.0;
    for (size_t i = 0; i < ALL; i++)
        x[i] = 100.0f + 3.0f * (float)cos(turn * (6.0 * (double)(i / W) / H +
                                                  3.0 * (double)(i % W) / W));
    CHECK_OK(egad_spectrum_measure(lab, x, 1, (const size_t[3]){ H, W, 1 }, power));
    for (int way = 0; way < 2;
         way++) /* half of it at the frequency, half at its negative */
        ck_assert_double_eq_tol(power[way ? 22 * W + 25 : 6 * W + 3], 2.25 * ALL,
                                1e-5 * 2.25 * ALL);
    egad_spectrum_rings(power, H, W, ring, N);
    for (size_t k = 1; k < ALL; k++)
        count += within(k, H, W, 3, N);
    for (size_t i = 0; i < N; i++)
        ck_assert_double_eq_tol(ring[i], i == 3 ? 4.5 * ALL / count : 0.0,
                                1e-5 * 4.5 * ALL / count);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spectrum");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_loop_test(tests, is_the_dft, 0, SIZES);
    tcase_add_test(tests, many_rows);
    tcase_add_test(tests, checkerboard);
    tcase_add_test(tests, nan_is_seen);
    tcase_add_test(tests, devices);
    tcase_add_test(tests, sides);
    tcase_add_test(tests, refusals);
    tcase_add_test(tests, rings);
    tcase_add_test(tests, wave);
    return lab_main(suite);
}
