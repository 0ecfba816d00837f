/* Shared by machine.c and machine_rows.c only. */
#ifndef EGAD_MACHINE_INSIDE_H
#define EGAD_MACHINE_INSIDE_H

#include "distances/radial.h"
#include "machine.h"

/* Rows and points are centred about the mean of the points: squares of lengths are then
 * small, and so is their rounding. */
struct egad_machine {
    egad_device *device;
    size_t n, P;
    size_t batch;   /* rows of a launch, at most */
    double *centre; /* (P) */
    float *row;     /* (batch, P), centred rows, and */
    float *square;  /* (batch), squares of their lengths: INFINITY beyond floats, NaN for
                     * rows that are not finite; both are then sent as zeros */
    egad_tensor x;  /* (batch, P), the same on the device */
    egad_tensor point,
        packed;         /* (points, P), with zeros after the n; packed for products */
    egad_tensor back;   /* (batch, P) */
    egad_tensor parts;  /* (batch, parts) */
    float *part;        /* (batch, parts) */
    egad_radial radial; /* of a whole batch */
};

/* Append the products of rows x (n, P), centred and on the device, at most a batch, with
 * the points.  squares: (1, n), of their lengths.  `of` is then set for their kernels. */
egad_status egad_machine_products(const egad_machine *machine, egad_plan *plan,
                                  egad_radial *of, egad_tensor x, egad_tensor squares);

#endif
