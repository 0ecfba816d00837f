/* What net.c and net_pack.c share; no other file includes this one. */
#ifndef EGAD_NET_INSIDE_H
#define EGAD_NET_INSIDE_H

#include "net.h"

/* Reserve the packed forms of all kernels. */
egad_status egad_net_reserve_panels(egad_net *net, egad_device *device);
/* Reserve the joined kernels, and say whether there are any. */
egad_status egad_net_reserve_joined(egad_net *net, egad_device *device);

#endif
