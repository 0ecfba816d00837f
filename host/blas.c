/* Matrix products by CLBlast: the only file that includes clblast_c.h. */
#include "blas.h"

#include <clblast_c.h>

typedef struct {
    egad_tensor c, a, b;
    int transposed_a, transposed_b;
} product;

static egad_status run(cl_command_queue queue, const void *context)
{
    egad_status status = EGAD_OK;
    const product *p = context;
    const size_t K = p->transposed_a ? p->a.n : p->a.c;
    const CLBlastStatusCode code = CLBlastSgemm(
        CLBlastLayoutRowMajor, p->transposed_a ? CLBlastTransposeYes : CLBlastTransposeNo,
        p->transposed_b ? CLBlastTransposeYes : CLBlastTransposeNo, p->c.n, p->c.c, K,
        1.0f, p->a.mem, p->a.offset, p->a.stride, p->b.mem, p->b.offset, p->b.stride,
        0.0f, p->c.mem, p->c.offset, p->c.stride, &queue, NULL);
    if (code != CLBlastSuccess)
        FAIL(OPENCL, "CLBlast: product %zu x %zu x %zu fails with code %d", p->c.n,
             p->c.c, K, (int)code);
done:
    return status;
}

egad_status egad_blas_append(egad_plan *plan, const egad_product *p)
{
    const product context = { .c = p->c,
                              .a = p->a,
                              .b = p->b,
                              .transposed_a = p->transposed_a,
                              .transposed_b = p->transposed_b };
    const double flops = 2.0 * (double)p->c.n * (double)p->c.c *
                         (double)(p->transposed_a ? p->a.n : p->a.c);
    return egad_plan_call(plan, p->label, "CLBlastSgemm", run, &context, sizeof context,
                          flops, egad_gemm_bytes(p));
}
