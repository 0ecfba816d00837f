/* Chains of steps, their launch, and comparison of their terms with the reference. */
#include "chain.h"

#include "ref_cpu.h"

#include <math.h>

/* The terms that chain_compare fills besides CHAIN_SUM; others stay unwritten. */
enum { SQUARES = 1, ERROR = 3 };

egad_mlp *chain;
egad_plan *chain_plan;
egad_tensor chain_terms, chain_state;

void chain_begin(void)
{
    lab_begin();
    chain = NULL;
}

void chain_end(void)
{
    egad_mlp_free(chain);
    chain = NULL;
    chain_state = (egad_tensor){ 0 };
    lab_end();
}

void chain_start(int kind)
{
    chain_end();
    lab_one_launch(kind < CHAIN_CPU ? LAB_CPU : kind - CHAIN_CPU + 1);
    lab->vector = kind == 0 ? 8 : 16;
    CHECK_OK(egad_mlp_new(&chain, lab));
}

egad_slot chain_reserve(size_t columns)
{
    return egad_mlp_reserve(chain, columns);
}

egad_slot chain_take(size_t columns)
{
    const egad_slot x = chain_reserve(columns);
    CHECK_OK(egad_mlp_input(chain, x, NULL, columns, INFINITY));
    return x;
}

const float *chain_launch(const float *x, size_t N, size_t columns)
{
    chain_terms = lab_tensor(N + CHAIN_BESIDE, TERMS, 0, NULL);
    chain_plan = lab_plan();
    CHECK_OK(egad_mlp_append(chain, chain_plan, "chain", chain_terms,
                             lab_tensor(N, columns, 0, x), chain_state));
    ck_assert_uint_eq(egad_plan_size(chain_plan), 1);
    lab_run(chain_plan);
    const float *got = lab_read(chain_terms);
    for (size_t i = N * TERMS; i < (N + CHAIN_BESIDE) * TERMS; i++)
        if (got[i] != LAB_MARK)
            ck_abort_msg("term %zu of row %zu of %zu was written", i % TERMS, i / TERMS,
                         N);
    return got;
}

float *chain_column(const float *got, size_t N, int which)
{
    float *out = lab_floats(N);
    for (size_t i = 0; i < N; i++)
        out[i] = got[i * TERMS + (size_t)which];
    return out;
}

void chain_untouched(const float *got, size_t N, int which)
{
    for (size_t i = 0; i < N; i++)
        if (got[i * TERMS + (size_t)which] != LAB_MARK)
            ck_abort_msg("term %d of row %zu was written", which, i);
}

float *chain_beside(const float *left, size_t a, const double *right, size_t b, size_t N)
{
    float *out = lab_floats(N * (a + b));
    for (size_t i = 0; i < N * (a + b); i++) {
        const size_t row = i / (a + b), j = i % (a + b);
        out[i] = j < a ? left[row * a + j] : (float)right[row * b + j - a];
    }
    return out;
}

void chain_compare(egad_slot y, egad_slot want, size_t C)
{
    CHECK_OK(egad_mlp_distance(chain, y, chain_nowhere, C, CHAIN_SUM, SQUARES));
    CHECK_OK(egad_mlp_distance(chain, y, want, C, -1, ERROR));
}

void chain_check(const char *what, tolerance limit, const float *got, const double *want,
                 size_t N, size_t C)
{
    double *sum = lab_doubles(N), *squares = lab_doubles(N), largest = 0.0;
    float *error = chain_column(got, N, ERROR);
    for (size_t i = 0; i < N * C; i++) {
        sum[i / C] += fabs(want[i]);
        squares[i / C] += want[i] * want[i];
        largest = fmax(largest, fabs(want[i]));
    }
    for (size_t i = 0; i < N; i++)
        error[i] = sqrtf(error[i]);
    lab_near_size(limit, what, error, lab_doubles(N), N, largest);
    lab_near(limit, what, chain_column(got, N, CHAIN_SUM), sum, N);
    lab_near(limit, what, chain_column(got, N, SQUARES), squares, N);
    chain_untouched(got, N, 2);
    for (int k = ERROR + 1; k < TERMS; k++)
        chain_untouched(got, N, k);
}

float *chain_weights(size_t I, size_t O, unsigned key, int triangular)
{
    float *w = lab_uniform(I * O, key, 1.0f);
    for (size_t i = 0; triangular && i < I; i++)
        for (size_t j = 0; j < i && j < O; j++)
            w[i * O + j] = 0.0f;
    return w;
}

double *chain_dense(const double *x, const float *w, const float *bias, size_t N,
                    size_t I, size_t O, int act)
{
    double *y = lab_doubles(N * O);
    ref_product(y, x, lab_widen(w, I * O), N, O, I, 0, 0);
    ref_forward(y, bias ? lab_widen(bias, O) : lab_doubles(O), N, O, act,
                (double)CHAIN_SLOPE, 0.0, NULL);
    return y;
}
