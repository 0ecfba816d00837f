/* Private to mlp.c and mlp_run.c. */
#ifndef EGAD_OP_MLP_INSIDE_H
#define EGAD_OP_MLP_INSIDE_H

#include "mlp.h"

struct egad_mlp {
    egad_device *device;
    int group;           /* 1: the steps are for mlp_group.cl; 0: for mlp.cl */
    size_t vector, rows; /* macros VECTOR and ROWS of mlp.cl */
    size_t width, most;  /* floats of scratch per row: reserved now, maximum so far */
    size_t steps, room_steps, numbers, room_numbers;
    cl_int *step;
    float *number;
    float slope, limit;
    egad_tensor numbers_on, scratch; /* on the device */
};

#endif
