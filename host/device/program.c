/* Compiles embedded sources, caches the programs, and creates kernels. */
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Record the first line of the build log that mentions an error. */
static egad_status build_failed(egad_device *device, cl_program program, const char *name)
{
    egad_status status = EGAD_OK;
    size_t size = 0;
    char *log = NULL;
    clGetProgramBuildInfo(program, device->id, CL_PROGRAM_BUILD_LOG, 0, NULL, &size);
    NEW(log, size + 1);
    clGetProgramBuildInfo(program, device->id, CL_PROGRAM_BUILD_LOG, size, log, NULL);
    const char *at = strstr(log, "error");
    while (at && at > log && at[-1] != '\n')
        at--;
    if (!at)
        FAIL(BUILD,
             "kernel '%s' does not build on '%s': %.*s; if the driver is "
             "PoCL, " EGAD_DEVICE_FOLDER,
             name, device->info.name, (int)strcspn(log, "\n"), log);
    FAIL(BUILD, "kernel '%s' does not build on '%s': %.*s", name, device->info.name,
         (int)strcspn(at, "\n"), at);
done:
    free(log);
    return status;
}

egad_status egad_program_kernel(cl_kernel *out, egad_device *device, const char *source,
                                const char *options, const char *name)
{
    egad_status status = EGAD_OK;
    egad_program *p = device->programs;
    egad_program *made = NULL;
    cl_int code;
    *out = NULL;

    while (p && (p->source != source || strcmp(p->options, options) != 0))
        p = p->next;
    if (!p) {
        char all[1024];
        NEW(made, 1);
        made->source = source;
        made->options = strdup(options);
        if (!made->options)
            FAIL(MEMORY, "out of memory for the options of kernel '%s'", name);
        made->program =
            clCreateProgramWithSource(device->context, 1, &source, NULL, &code);
        CL_CHECK(code, "clCreateProgramWithSource", "");
        /* -w: warnings are about what a driver makes of vectors wider than its registers,
         * and PoCL prints their number on standard error. */
        snprintf(all, sizeof all, "-cl-std=CL1.2 -w %s", options);
        if (clBuildProgram(made->program, 1, &device->id, all, NULL, NULL) != CL_SUCCESS)
            TRY(build_failed(device, made->program, name));
        made->next = device->programs;
        device->programs = p = made;
        made = NULL;
    }
    *out = clCreateKernel(p->program, name, &code);
    if (code == CL_INVALID_KERNEL_NAME) /* the source that was built has it */
        FAIL(OPENCL,
             "kernel '%s' is missing from its compiled program: the driver's cache of "
             "compiled programs is damaged; remove it (of PoCL: the folder that "
             "POCL_CACHE_DIR names, else ~/.cache/pocl)",
             name);
    CL_CHECK(code, "clCreateKernel ", name);
done:
    if (made) {
        if (made->program)
            clReleaseProgram(made->program);
        free(made->options);
        free(made);
    }
    return status;
}
