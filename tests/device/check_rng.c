/* Philox on the host (host/device/rng.c) and in kernels (cl/rng.h) against published
 * known answers (kat_vectors of Random123) and each other; uniform numbers. */
#include "device/rng.h"

#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

static const struct {
    uint32_t counter[4], key[2], bits[4];
} known[] = {
    { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
      { 0xffffffff, 0xffffffff },
      { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
      { 0xa4093822, 0x299f31d0 },
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
};
enum { KNOWN = sizeof known / sizeof *known };

START_TEST(host_known_answers)
{
    for (size_t i = 0; i < KNOWN; i++) {
        const uint64_t seed = known[i].key[0] | (uint64_t)known[i].key[1] << 32;
        uint32_t bits[4];
        egad_rng_bits(seed, known[i].counter, bits);
        for (int k = 0; k < 4; k++)
            ck_assert_uint_eq(bits[k], known[i].bits[k]);
    }
}
END_TEST

/* A test kernel, appended to gemm.cl: bits of one counter as scalars and in the first and
 * last lanes of vectors, and their uniform numbers. */
static const char kernel[] =
    "#if VECTOR == 16\n"
    "#define LAST sf\n"
    "#else\n"
    "#define LAST s7\n"
    "#endif\n"
    "__kernel void bits(__global uint *out, __global float *uniform,\n"
    "                   __global const uint *in)\n"
    "{\n"
    "    {\n"
    "        uint c0 = in[0], c1 = in[1], c2 = in[2], c3 = in[3];\n"
    "        PHILOX(in[4], in[5])\n"
    "        out[0] = c0; out[1] = c1; out[2] = c2; out[3] = c3;\n"
    "    }\n"
    "    UINTV c0 = (UINTV)(in[0]), c1 = (UINTV)(in[1]);\n"
    "    UINTV c2 = (UINTV)(in[2]), c3 = (UINTV)(in[3]);\n"
    "    PHILOXV(in[4], in[5])\n"
    "    out[4] = c0.s0; out[5] = c1.s0; out[6] = c2.LAST; out[7] = c3.LAST;\n"
    "    for (int i = 0; i < 4; i++)\n"
    "        uniform[i] = UNIFORM(out[i]);\n"
    "}\n";

/* Run it: bits as scalars and lanes; uniform numbers. */
static void on_device(const uint32_t counter[4], uint64_t seed, int vector,
                      uint32_t bits[2][4], float uniform[4])
{
    char options[64];
    static char *source;
    if (!source) {
        source = malloc(strlen(egad_cl_gemm) + sizeof kernel);
        ck_assert_ptr_nonnull(source);
        strcpy(source, egad_cl_gemm);
        strcat(source, kernel);
    }
    union {
        uint32_t u[8];
        float f[8];
    } words = { .u = { counter[0], counter[1], counter[2], counter[3], (uint32_t)seed,
                       (uint32_t)(seed >> 32) } };
    const egad_tensor in = lab_tensor(1, 6, 0, words.f);
    const egad_tensor out = lab_tensor(1, 8, 0, NULL), u = lab_tensor(1, 4, 0, NULL);
    snprintf(options, sizeof options, "-DVECTOR=%d -DTRANSPOSED_A=0 -DEPILOGUE=0",
             vector);
    const egad_launch launch = { .label = "bits",
                                 .source = source,
                                 .kernel = "bits",
                                 .options = options,
                                 .groups = { 1, 1 },
                                 .local = 1 };
    egad_plan *plan = lab_plan();
    CHECK_OK(ADD(plan, &launch, { .kind = ARG_MEM, .value.mem = out.mem },
                 { .kind = ARG_MEM, .value.mem = u.mem },
                 { .kind = ARG_MEM, .value.mem = in.mem }));
    lab_run(plan);
    memcpy(bits, lab_read(out), sizeof words);
    memcpy(uniform, lab_read(u), 4 * sizeof *uniform);
}

START_TEST(device_known_answers)
{
    for (size_t i = 0; i < KNOWN; i++) {
        const uint64_t seed = known[i].key[0] | (uint64_t)known[i].key[1] << 32;
        uint32_t bits[2][4];
        float uniform[4];
        on_device(known[i].counter, seed, _i ? 16 : 8, bits, uniform);
        for (int width = 0; width < 2; width++)
            for (int k = 0; k < 4; k++)
                ck_assert_uint_eq(bits[width][k], known[i].bits[k]);
    }
}
END_TEST

START_TEST(device_is_host)
{
    for (uint32_t i = 0; i < 40; i++) {
        const uint32_t counter[4] = { i, i * 7919, ~i, i << 20 };
        const uint64_t seed = i * UINT64_C(0x123456789abcdef);
        uint32_t bits[2][4], here[4];
        float uniform[4];
        egad_rng_bits(seed, counter, here);
        on_device(counter, seed, _i ? 16 : 8, bits, uniform);
        for (int k = 0; k < 4; k++) {
            for (int width = 0; width < 2; width++)
                ck_assert_uint_eq(bits[width][k], here[k]);
            const float u = (float)(((double)(here[k] >> 9) + 0.5) / 8388608.0);
            ck_assert_msg(uniform[k] == u, "%.9g and not %.9g", (double)uniform[k],
                          (double)u);
        }
    }
}
END_TEST

START_TEST(uniform_moments)
{
    enum { N = 100000 };
    const float limit = 0.25f;
    float *x = lab_floats(N);
    double sum = 0.0, squares = 0.0, products = 0.0;
    egad_rng_uniform(7, 3, limit, N, x);
    for (int i = 0; i < N; i++) {
        ck_assert(x[i] > -limit && x[i] < limit);
        sum += (double)x[i];
        squares += (double)x[i] * (double)x[i];
        products += i ? (double)x[i] * (double)x[i - 1] : 0.0;
    }
    const double variance = (double)limit * (double)limit / 3.0;
    /* Five standard deviations of each mean. */
    ck_assert_double_le(fabs(sum / N), 5.0 * sqrt(variance / N));
    ck_assert_double_le(fabs(squares / N - variance), 5.0 * variance * sqrt(0.8 / N));
    ck_assert_double_le(fabs(products / N), 5.0 * variance / sqrt(N));
}
END_TEST

START_TEST(uniform_streams)
{
    enum { N = 1001 };
    float *x = lab_floats(N), *y = lab_floats(N), *z = lab_floats(N);
    egad_rng_uniform(7, 3, 1.0f, N, x);
    egad_rng_uniform(7, 3, 1.0f, 10, y); /* the start does not depend on the length */
    lab_same("beginning", x, y, 10);
    egad_rng_uniform(7, 4, 1.0f, N, y);
    egad_rng_uniform(7 + (UINT64_C(1) << 32), 3, 1.0f, N, z);
    int same_tensor = 0, same_seed = 0;
    for (int i = 0; i < N; i++) {
        same_tensor += x[i] == y[i];
        same_seed += x[i] == z[i];
    }
    ck_assert_int_le(same_tensor, 1);
    ck_assert_int_le(same_seed, 1);
}
END_TEST

/* Noise on the device (check_batch.c), row by row. */
START_TEST(noise_is_reference)
{
    static const struct {
        uint64_t seed;
        uint32_t row, step, stream;
    } cases[] = { { 0, 0, 0, 0 },
                  { 7, 3, 5, 2 },
                  { UINT64_C(1) << 40 | 7, 3, 5, 2 },
                  { UINT64_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX } };
    enum { N = 203 };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        float got[N + 1];
        double want[N];
        got[N] = LAB_MARK;
        egad_rng_noise(cases[k].seed, cases[k].row, cases[k].step, cases[k].stream, N,
                       got);
        for (uint32_t j = 0; j < N; j++)
            want[j] = (double)(float)ref_noise(cases[k].row, j, cases[k].seed,
                                               cases[k].step, cases[k].stream);
        for (size_t j = 0; j < N; j++)
            ck_assert_double_eq((double)got[j], want[j]);
        ck_assert(got[N] == LAB_MARK);
    }
}
END_TEST

/* Over rows and columns: mean 0, deviation 1, normal tails, and no correlation with the
 * next column, the next row or another stream. */
START_TEST(noise_moments)
{
    enum { ROWS = 3000, N = 35, ALL = ROWS * N };
    float *x = lab_floats(ALL), *other = lab_floats(ALL);
    double sum = 0.0, squares = 0.0, beyond = 0.0, beside = 0.0, below = 0.0, apart = 0.0;
    for (uint32_t i = 0; i < ROWS; i++) {
        egad_rng_noise(7, i, 0, 5, N, x + i * N);
        egad_rng_noise(7, i, 0, 4, N, other + i * N);
    }
    for (size_t i = 0; i < ALL; i++) {
        const double v = (double)x[i];
        sum += v;
        squares += v * v;
        beyond += fabs(v) > 2.0;
        beside += i % N ? v * (double)x[i - 1] : 0.0;
        below += i >= N ? v * (double)x[i - N] : 0.0;
        apart += v * (double)other[i];
    }
    /* Five standard deviations of each mean. */
    const double five = 5.0 / sqrt(ALL), tails = 0.04550026;
    ck_assert_double_le(fabs(sum / ALL), five);
    ck_assert_double_le(fabs(squares / ALL - 1.0), five * sqrt(2.0));
    ck_assert_double_le(fabs(beyond / ALL - tails), five * sqrt(tails * (1.0 - tails)));
    ck_assert_double_le(fabs(beside / ALL), five);
    ck_assert_double_le(fabs(below / ALL), five);
    ck_assert_double_le(fabs(apart / ALL), five);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rng");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, host_known_answers);
    tcase_add_loop_test(tests, device_known_answers, 0, 2);
    tcase_add_loop_test(tests, device_is_host, 0, 2);
    tcase_add_test(tests, uniform_moments);
    tcase_add_test(tests, uniform_streams);
    tcase_add_test(tests, noise_is_reference);
    tcase_add_test(tests, noise_moments);
    return lab_main(suite);
}
