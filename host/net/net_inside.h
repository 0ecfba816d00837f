/* Shared by net.c and net_pack.c only. */
#ifndef EGAD_NET_INSIDE_H
#define EGAD_NET_INSIDE_H

#include "net.h"

/* Allocate the packed forms of all kernels and set their offsets. */
egad_status egad_net_reserve_panels(egad_net *net, egad_device *device);
/* Decide whether the first two layers are composed, and allocate the composed kernels. */
egad_status egad_net_reserve_joined(egad_net *net, egad_device *device);

#endif
