/* The sum of the WG values of a group in a fixed order, returned to every item.  part: WG
 * floats, which may be used again. */
static inline float group_total(const float value, __local float *part)
{
    const int item = (int)get_local_id(0);
    barrier(CLK_LOCAL_MEM_FENCE);
    part[item] = value;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int reach = WG / 2; reach > 0; reach /= 2) {
        if (item < reach)
            part[item] += part[item + reach];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    return part[0];
}
