/* Batch normalisation in training.  Scoring folds it into the weights: net.c. */
#include "cl/shared.h"
#include "ops.h"

#include <assert.h>
#include <stdio.h>

enum { WG = 64 };               /* if neighbouring items take neighbouring channels */
enum { PART = 16384 };          /* floats per part, about */
enum { LEAST = 8, MOST = 256 }; /* rows per part */
/* A GPU runs more items than there are channels: it takes shorter parts for sums, and the
 * shortest elsewhere. */
enum { MOST_SUMMED = 64, MOST_EACH = 4 };
static const float rate = 0.01f;

/* The division of rows into parts, and its launches. */
typedef struct {
    size_t R, chunk, parts;    /* rows per group, rows per part; parts per group */
    size_t columns, local;     /* channels per item, items per group */
    char wide[48], narrow[48]; /* build options for several channels per item, and for
                                * one */
} cut;

static cut make_cut(const egad_plan *plan, const egad_batchnorm *b, size_t most)
{
    const egad_device *device = egad_plan_device(plan);
    cut c = { .R = b->h.n / b->groups * (b->h.c / b->C), .chunk = PART / b->C };
    c.chunk = c.chunk < LEAST ? LEAST : c.chunk > MOST ? MOST : c.chunk;
    if (!device->cpu && c.chunk > most)
        c.chunk = most;
    c.parts = (c.R + c.chunk - 1) / c.chunk;
    const size_t vector = device->cpu ? egad_device_vector(device) : 1;
    const size_t wide = device->cpu ? egad_device_wide(device, b->C) : 1;
    c.columns = wide * vector;
    c.local = device->cpu ? 1 : WG;
    snprintf(c.wide, sizeof c.wide, "-DVECTOR=%zu -DWIDE=%zu -DWG=%zu", vector, wide,
             c.local);
    snprintf(c.narrow, sizeof c.narrow, "-DVECTOR=1 -DWIDE=1 -DWG=%d", WG);
    return c;
}

/* One item for some channels of a part, or for one channel.  touched: number of arrays of
 * h's size read or written. */
static egad_launch over_parts(const char *label, const char *kernel, const cut *c,
                              const egad_batchnorm *b, int touched)
{
    const size_t wide = c->columns * c->local;
    return (egad_launch){ .label = label,
                          .source = egad_cl_batchnorm,
                          .kernel = kernel,
                          .options = c->wide,
                          .groups = { (b->C + wide - 1) / wide, b->groups * c->parts },
                          .local = c->local,
                          .bytes = touched * egad_tensor_bytes(b->h) };
}

static egad_launch over_channels(const char *label, const char *kernel, const cut *c,
                                 const egad_batchnorm *b)
{
    return (egad_launch){ .label = label,
                          .source = egad_cl_batchnorm,
                          .kernel = kernel,
                          .options = c->narrow,
                          .groups = { (b->C + WG - 1) / WG, 1 },
                          .local = WG };
}

static void check(const egad_batchnorm *b)
{
    assert(b->h.n % b->groups == 0 && b->h.c % b->C == 0);
    assert(b->h.stride == b->h.c && b->a.dropout <= 0.0f);
    (void)b;
}

egad_status egad_batchnorm_forward(egad_plan *plan, const char *label,
                                   const egad_batchnorm *b, int move)
{
    egad_status status = EGAD_OK;
    const cut c = make_cut(plan, b, MOST_SUMMED), e = make_cut(plan, b, MOST_EACH);
    egad_tensor parts;
    check(b);
    TRY(egad_plan_scratch(plan, b->groups * c.parts * 2 * b->C, &parts));
    const egad_launch moments = over_parts(label, "batchnorm_moments", &c, b, 1),
                      settle = over_channels(label, "batchnorm_settle", &c, b),
                      apply = over_parts(label, "batchnorm_apply", &e, b, 2);
    TRY(ADD(plan, &moments, TENSOR(parts), TENSOR(b->h), TENSOR(b->moving), INT(c.R),
            INT(b->C), INT(c.chunk), INT(c.parts)));
    TRY(ADD(plan, &settle, TENSOR(b->stats), TENSOR(b->moving), TENSOR(parts),
            TENSOR(b->moving), INT(b->groups), INT(c.R), INT(b->C), INT(c.parts),
            FLOAT(BATCHNORM_EPSILON), FLOAT(move ? rate : 0.0f)));
    if (b->y.mem)
        TRY(ADD(plan, &apply, MATRIX(b->y), TENSOR(b->h), TENSOR(b->stats),
                TENSOR(b->gamma), TENSOR(b->beta), INT(c.R), INT(b->C),
                INT(b->h.c / b->C), INT(e.chunk), INT(e.parts), INT(b->a.act),
                FLOAT(b->a.slope)));
done:
    return status;
}

egad_status egad_batchnorm_backward(egad_plan *plan, const char *label,
                                    const egad_batchnorm *b, egad_tensor d, int weights)
{
    egad_status status = EGAD_OK;
    const cut c = make_cut(plan, b, MOST_SUMMED), e = make_cut(plan, b, MOST_EACH);
    egad_tensor parts, shares;
    check(b);
    assert(d.stride == d.c);
    const size_t sums = b->groups * 2 * b->C;
    TRY(egad_plan_scratch(plan, sums * (c.parts + 1), &parts));
    shares = egad_tensor_view(parts, sums * c.parts, 1, sums);
    const egad_launch share = over_parts(label, "batchnorm_shares", &c, b, 2),
                      gradients = over_channels(label, "batchnorm_gradients", &c, b),
                      backward = over_parts(label, "batchnorm_backward", &e, b, 3);
    TRY(ADD(plan, &share, TENSOR(parts), TENSOR(d), TENSOR(b->h), TENSOR(b->stats),
            INT(c.R), INT(b->C), INT(c.chunk), INT(c.parts)));
    TRY(ADD(plan, &gradients, TENSOR(shares), TENSOR(b->dgamma), TENSOR(b->dbeta),
            TENSOR(parts), INT(b->groups), INT(b->C), INT(c.parts), INT(weights)));
    TRY(ADD(plan, &backward, TENSOR(d), TENSOR(b->h), TENSOR(b->stats), TENSOR(shares),
            TENSOR(b->gamma), INT(e.R), INT(b->C), INT(e.chunk), INT(e.parts)));
done:
    return status;
}
