/* Device memory: allocation, views, and copies from and to the host. */
#include "tensor.h"

#include <assert.h>
#include <string.h>

enum { PIECE = 2 << 20, PIECES = EGAD_DEVICE_PIECES }; /* bytes of a piece */

/* Allocate (n, c) with `slack` additional rows. */
static egad_status allocate(egad_tensor *out, egad_device *device, size_t n, size_t c,
                            size_t slack)
{
    egad_status status = EGAD_OK;
    const float zero = 0.0f;
    const size_t bytes = ((n + slack) * c + EGAD_TENSOR_SLACK) * sizeof(float);
    cl_mem mem = NULL;
    cl_int code;

    if (c > 0 && n + slack > INT32_MAX / c) /* kernels index with ints */
        FAIL(ARGUMENT,
             "a batch of %zu rows has layers of %zu numbers per row, more than 2^31 in "
             "all; take a smaller batch",
             n, c);
    mem = clCreateBuffer(device->context, CL_MEM_READ_WRITE, bytes, NULL, &code);
    if (code == CL_SUCCESS)
        code = clEnqueueFillBuffer(device->queue, mem, &zero, sizeof zero, 0, bytes, 0,
                                   NULL, NULL);
    if (code != CL_SUCCESS)
        FAIL(
            OPENCL,
            "cannot allocate %.1f MB on '%s' (%s; it has %.0f MB, at most %.0f at once): "
            "take fewer rows or a smaller batch, or another device (EGAD_DEVICE)",
            (double)bytes / 1e6, device->info.name, egad_device_error(code),
            (double)device->info.memory / 1e6, (double)device->info.largest / 1e6);
    *out = (egad_tensor){ .mem = mem, .n = n, .c = c, .stride = c };
    mem = NULL;
done:
    if (mem)
        clReleaseMemObject(mem);
    return status;
}

egad_status egad_tensor_new(egad_tensor *out, egad_device *device, size_t n, size_t c)
{
    return allocate(out, device, n, c, EGAD_TENSOR_SLACK_ROWS);
}

egad_status egad_tensor_flat(egad_tensor *out, egad_device *device, size_t n)
{
    return allocate(out, device, 1, n, 0);
}

size_t egad_tensor_most(const egad_device *device, size_t c)
{
    const uint64_t once = device->info.largest / sizeof(float);
    const size_t floats = once < INT32_MAX ? (size_t)once : INT32_MAX;
    const size_t slack = EGAD_TENSOR_SLACK + EGAD_TENSOR_SLACK_ROWS * c;
    return floats > slack + c ? (floats - slack) / c : 1;
}

egad_status egad_tensor_wrap(egad_tensor *out, egad_device *device, const float *from,
                             size_t n, size_t c)
{
    egad_status status = EGAD_OK;
    cl_int code;
    /* OpenCL wants a pointer to non-const; the flags make the memory read-only. */
    union {
        const float *constant;
        void *plain;
    } host = { .constant = from };
    cl_mem mem = clCreateBuffer(device->context, CL_MEM_READ_ONLY | CL_MEM_USE_HOST_PTR,
                                n * c * sizeof(float), host.plain, &code);
    CL_CHECK(code, "clCreateBuffer", " on host memory");
    *out = (egad_tensor){ .mem = mem, .n = n, .c = c, .stride = c };
done:
    return status;
}

void egad_tensor_free(egad_tensor *t)
{
    if (t->mem)
        clReleaseMemObject(t->mem);
    *t = (egad_tensor){ 0 };
}

egad_tensor egad_tensor_rows(egad_tensor t, size_t first, size_t n)
{
    assert(first + n <= t.n);
    t.offset += first * t.stride;
    t.n = n;
    return t;
}

egad_tensor egad_tensor_columns(egad_tensor t, size_t first, size_t c)
{
    assert(first + c <= t.c);
    t.offset += first;
    t.c = c;
    return t;
}

egad_tensor egad_tensor_view(egad_tensor flat, size_t offset, size_t n, size_t c)
{
    assert(flat.n == 1 && offset + n * c <= flat.c);
    return (egad_tensor){
        .mem = flat.mem, .offset = flat.offset + offset, .n = n, .c = c, .stride = c
    };
}

double egad_tensor_bytes(egad_tensor t)
{
    return (double)(t.n * t.c * sizeof(float));
}

/* Allocate the device's staging memory on first use; 0 if there is none. */
static int staged(egad_device *device)
{
    cl_int code;
    if (device->stage.tried)
        return device->stage.at != NULL;
    device->stage.tried = 1;
    device->stage.mem =
        clCreateBuffer(device->context, CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR,
                       (size_t)PIECES * PIECE, NULL, &code);
    if (code == CL_SUCCESS)
        device->stage.at =
            clEnqueueMapBuffer(device->queue, device->stage.mem, CL_TRUE, CL_MAP_WRITE, 0,
                               (size_t)PIECES * PIECE, 0, NULL, NULL, &code);
    return code == CL_SUCCESS;
}

/* Copy through the staging memory piece by piece: the host fills one piece while the
 * device reads others.  `from` has been read when this returns; the last pieces may still
 * be in flight. */
static egad_status write_staged(egad_device *device, egad_tensor t, const char *from)
{
    egad_status status = EGAD_OK;
    const size_t bytes = t.n * t.c * sizeof(float), start = t.offset * sizeof(float);
    for (size_t at = 0; at < bytes; at += PIECE) {
        const int next = device->stage.next;
        const size_t n = bytes - at < PIECE ? bytes - at : PIECE;
        cl_event *busy = &device->stage.busy[next];
        char *piece = device->stage.at + (size_t)next * PIECE;
        if (*busy) {
            CL(clWaitForEvents(1, busy));
            clReleaseEvent(*busy);
            *busy = NULL;
        }
        memcpy(piece, from + at, n);
        CL(clEnqueueWriteBuffer(device->queue, t.mem, CL_FALSE, start + at, n, piece, 0,
                                NULL, busy));
        CL(clFlush(device->queue));
        device->stage.next = (next + 1) % PIECES;
    }
done:
    return status;
}

egad_status egad_tensor_write(egad_device *device, egad_tensor t, const float *from)
{
    egad_status status = EGAD_OK;
    const size_t f = sizeof(float);
    const size_t there[3] = { (t.offset % t.stride) * f, t.offset / t.stride, 0 };
    const size_t here[3] = { 0, 0, 0 }, size[3] = { t.c * f, t.n, 1 };
    if (t.c == t.stride && !device->cpu && t.n * t.c * f >= PIECE / 2 && staged(device))
        return write_staged(device, t, (const char *)from);
    if (t.c == t.stride)
        CL(clEnqueueWriteBuffer(device->queue, t.mem, CL_TRUE, t.offset * f,
                                t.n * t.c * f, from, 0, NULL, NULL));
    else
        CL(clEnqueueWriteBufferRect(device->queue, t.mem, CL_TRUE, there, here, size,
                                    t.stride * f, 0, t.c * f, 0, from, 0, NULL, NULL));
done:
    return status;
}

egad_status egad_tensor_read(egad_device *device, egad_tensor t, float *to)
{
    egad_status status = EGAD_OK;
    const size_t f = sizeof(float);
    const size_t there[3] = { (t.offset % t.stride) * f, t.offset / t.stride, 0 };
    const size_t here[3] = { 0, 0, 0 }, size[3] = { t.c * f, t.n, 1 };
    if (t.c == t.stride)
        CL(clEnqueueReadBuffer(device->queue, t.mem, CL_TRUE, t.offset * f, t.n * t.c * f,
                               to, 0, NULL, NULL));
    else
        CL(clEnqueueReadBufferRect(device->queue, t.mem, CL_TRUE, there, here, size,
                                   t.stride * f, 0, t.c * f, 0, to, 0, NULL, NULL));
done:
    return status;
}
