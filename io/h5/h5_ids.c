/* Helpers for HDF5 identifiers: closing them, telling types apart, and the properties of
 * new objects. */
#include "h5_inside.h"

void egad_h5_close_id(hid_t id)
{
    /* All identifiers of this folder are closed alike, whatever their kind. */
    if (id >= 0)
        H5Idec_ref(id);
}

/* HDF5 1.10.8 reads a number's bits at any position that a file states.  Require that
 * they fill the type, except for x86's long double, which has 80 bits. */
int egad_h5_is_number(hid_t type)
{
    const H5T_class_t class = H5Tget_class(type);
    const size_t size = H5Tget_size(type), bits = H5Tget_precision(type);
    const int has_rest = class == H5T_FLOAT && bits == 80 && (size == 12 || size == 16);
    size_t sign, exponent, exponent_bits, mantissa, mantissa_bits;

    if (bits == 0 || (bits != 8 * size && !has_rest) || H5Tget_offset(type) != 0)
        return 0;
    if (class == H5T_FLOAT)
        return H5Tget_fields(type, &sign, &exponent, &exponent_bits, &mantissa,
                             &mantissa_bits) >= 0 &&
               sign < bits && exponent_bits <= bits && exponent <= bits - exponent_bits &&
               mantissa_bits <= bits && mantissa <= bits - mantissa_bits;
    return class == H5T_INTEGER || class == H5T_ENUM;
}

hid_t egad_h5_link_properties(void)
{
    hid_t id = H5Pcreate(H5P_LINK_CREATE);
    if (id >= 0)
        H5Pset_create_intermediate_group(id, 1);
    return id;
}

hid_t egad_h5_array_properties(void)
{
    hid_t id = H5Pcreate(H5P_DATASET_CREATE);
    if (id >= 0)
        H5Pset_obj_track_times(id, 0);
    return id;
}
