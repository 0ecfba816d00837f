/* Fourier transforms by clFFT.  The only file that includes clFFT.h.
 *
 * clFFT has one global state with its compiled kernels: it is set up with the first
 * device that uses it and torn down with the last. */
#include "fft.h"

#include <clFFT.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#define FFT(call)                                                                        \
    do {                                                                                 \
        const int code = (int)(call);                                                    \
        if (code != CLFFT_SUCCESS)                                                       \
            FAIL(OPENCL, "clFFT: code %d (%s) in %.60s", code,                           \
                 egad_device_error((cl_int)code), #call);                                \
    } while (0)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int devices; /* open devices that have used clFFT */

static void leave(void)
{
    pthread_mutex_lock(&lock);
    if (--devices == 0)
        clfftTeardown();
    pthread_mutex_unlock(&lock);
}

static egad_status enter(egad_device *device)
{
    egad_status status = EGAD_OK;
    /* instead of clfftInitSetupData, an inline function that C code cannot link to */
    const clfftSetupData setup = { .major = clfftVersionMajor,
                                   .minor = clfftVersionMinor,
                                   .patch = clfftVersionPatch };
    if (device->leave)
        return EGAD_OK;
    pthread_mutex_lock(&lock);
    if (devices == 0)
        FFT(clfftSetup(&setup));
    devices++;
    device->leave = leave;
done:
    pthread_mutex_unlock(&lock);
    return status;
}

/* 1 if no prime factor of the side exceeds `largest`. */
static int smooth(size_t side, size_t largest)
{
    if (side == 0)
        return 0;
    for (size_t factor = 2; factor <= largest; factor++)
        while (side % factor == 0)
            side /= factor;
    return side == 1;
}

size_t egad_fft_side(size_t least)
{
    size_t side = (least + 1) / 2 * 2;
    while (!smooth(side, 5))
        side += 2;
    return side;
}

int egad_fft_takes(size_t side)
{
    return smooth(side, 13);
}

/* An odd number of 64-byte lines: planes a power of two apart would map to the same few
 * cache sets. */
size_t egad_fft_distance(size_t H, size_t W)
{
    return ((H * W + 7) / 8 | 1) * 8;
}

double egad_fft_flops(size_t H, size_t W)
{
    const double n = (double)(H * W);
    return 5.0 * n * log2(n);
}

static void destroy(void *object)
{
    clfftPlanHandle *handle = object;
    clfftDestroyPlan(handle);
    free(handle);
}

egad_status egad_fft_prepare(egad_fft *out, egad_plan *plan, size_t H, size_t W, size_t n)
{
    egad_status status = EGAD_OK;
    egad_device *device = egad_plan_device(plan);
    const size_t sides[2] = { W, H }, distance = egad_fft_distance(H, W);
    size_t strides[2] = { 1, W }, bytes = 0;
    clfftPlanHandle *handle = NULL, made;

    TRY(enter(device));
    NEW(handle, 1);
    FFT(clfftCreateDefaultPlan(handle, device->context, CLFFT_2D, sides));
    made = *handle;
    status = egad_plan_own(plan, handle, destroy);
    handle = NULL;
    TRY(status);
    FFT(clfftSetPlanPrecision(made, CLFFT_SINGLE));
    FFT(clfftSetLayout(made, CLFFT_COMPLEX_INTERLEAVED, CLFFT_COMPLEX_INTERLEAVED));
    FFT(clfftSetResultLocation(made, CLFFT_INPLACE));
    FFT(clfftSetPlanInStride(made, CLFFT_2D, strides));
    FFT(clfftSetPlanOutStride(made, CLFFT_2D, strides));
    FFT(clfftSetPlanDistance(made, distance, distance));
    FFT(clfftSetPlanBatchSize(made, n));
    FFT(clfftBakePlan(made, 1, &device->queue, NULL, NULL));
    FFT(clfftGetTmpBufSize(made, &bytes));
    *out = (egad_fft){ .handle = made,
                       .work = (bytes + sizeof(float) - 1) / sizeof(float),
                       .flops = (double)n * egad_fft_flops(H, W),
                       .bytes = 4.0 * (double)(n * H * W * sizeof(float)) };
done:
    free(handle);
    return status;
}

typedef struct {
    clfftPlanHandle handle;
    clfftDirection direction;
    cl_mem planes, work;
} transform;

static egad_status run(cl_command_queue queue, const void *context)
{
    egad_status status = EGAD_OK;
    const transform *t = context;
    cl_mem planes = t->planes;
    FFT(clfftEnqueueTransform(t->handle, t->direction, 1, &queue, 0, NULL, NULL, &planes,
                              NULL, t->work));
done:
    return status;
}

egad_status egad_fft_append(egad_plan *plan, const char *label, egad_fft fft,
                            cl_mem planes, cl_mem work, int inverse)
{
    const transform context = { .handle = fft.handle,
                                .direction = inverse ? CLFFT_BACKWARD : CLFFT_FORWARD,
                                .planes = planes,
                                .work = fft.work ? work : NULL };
    return egad_plan_call(plan, label, inverse ? "clFFT, inverse" : "clFFT", run,
                          &context, sizeof context, fft.flops, fft.bytes);
}
