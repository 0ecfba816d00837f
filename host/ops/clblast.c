/* Matrix products by CLBlast.  The only file that includes clblast_c.h. */
#include "clblast.h"

#include <clblast_c.h>

#include <stdio.h>
#include <string.h>

/* ---- Parameters --------------------------------------------------------------- */

/* XgemmDirect reads the operands in place; Xgemm copies them into whole tiles first. */
enum { ALL = 1 << 20, NONE = 1, DIRECT = 10 };

static const char *const direct[DIRECT] = { "KWID",   "MDIMAD", "MDIMCD", "NDIMBD",
                                            "NDIMCD", "PADA",   "PADB",   "VWMD",
                                            "VWND",   "WGD" };
static const struct {
    size_t below; /* products smaller than this use XgemmDirect */
    size_t direct[DIRECT];
} sets[] = {
    { ALL, { 2, 8, 8, 8, 8, 0, 0, 4, 8, 64 } }, /* 64 x 64: bench/results/runtimes.md */
    { ALL, { 2, 8, 8, 8, 8, 1, 1, 2, 2, 32 } }, /* 32 x 32 */
    { NONE, { 0 } },
};
const char *const egad_clblast_sets[] = { "direct64", "direct32", "indirect", "" };

egad_status egad_clblast_set(egad_device *device, const char *name)
{
    egad_status status = EGAD_OK;
    const char *below = "XGEMM_MIN_INDIRECT_SIZE", *names[DIRECT];
    CLBlastStatusCode code = CLBlastSuccess;
    size_t i = 0;
    while (egad_clblast_sets[i][0] && strcmp(egad_clblast_sets[i], name) != 0)
        i++;
    if (!egad_clblast_sets[i][0])
        FAIL(ARGUMENT, "CLBlast has no parameter set '%s'", name);
    memcpy(names, direct, sizeof names);
    if (sets[i].direct[0])
        code =
            CLBlastOverrideParameters(device->id, "XgemmDirect", CLBlastPrecisionSingle,
                                      DIRECT, names, sets[i].direct);
    if (code == CLBlastSuccess)
        code = CLBlastOverrideParameters(
            device->id, "GemmRoutine", CLBlastPrecisionSingle, 1, &below, &sets[i].below);
    if (code != CLBlastSuccess)
        FAIL(OPENCL, "CLBlast rejects the parameter set '%s' with code %d", name,
             (int)code);
    snprintf(device->blas, sizeof device->blas, "%s", name);
done:
    return status;
}

/* ---- Products ------------------------------------------------------------------ */

static egad_status run(cl_command_queue queue, const void *context)
{
    egad_status status = EGAD_OK;
    const egad_product *p = context;
    const size_t K = egad_product_depth(p);
    const CLBlastStatusCode code = CLBlastSgemm(
        CLBlastLayoutRowMajor, p->transposed_a ? CLBlastTransposeYes : CLBlastTransposeNo,
        p->transposed_b ? CLBlastTransposeYes : CLBlastTransposeNo, p->c.n, p->c.c, K,
        1.0f, p->a.mem, p->a.offset, p->a.stride, p->b.mem, p->b.offset, p->b.stride,
        0.0f, p->c.mem, p->c.offset, p->c.stride, &queue, NULL);
    if (code != CLBlastSuccess)
        FAIL(OPENCL, "CLBlast failed on a product of %zu x %zu x %zu with code %d",
             p->c.n, p->c.c, K, (int)code);
done:
    return status;
}

egad_status egad_clblast_append(egad_plan *plan, const egad_product *p)
{
    return egad_plan_call(plan, p->label, "CLBlastSgemm", run, p, sizeof *p,
                          egad_product_flops(p), egad_product_bytes(p));
}
