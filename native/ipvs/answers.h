// IPVS messages -> records: how the kernel's answers read.
#pragma once

#include <linux/netlink.h>

#include "records.h"

namespace lvs {

// Each reads one answer, or of it what the record holds, into an empty record; false where it lacks what
// every kernel sends, or holds what cannot be.
bool read_service(const nlmsghdr* header, ServiceReply* reply);
bool read_service(const nlmsghdr* header, ServiceStateReply* reply);
// A destination whose answer does not say its family (before Linux 3.18) has its service's.
bool read_destination(const nlmsghdr* header, uint16_t service_family, DestinationReply* reply);
bool read_destination(const nlmsghdr* header, uint16_t service_family, DestinationRecord* destination);
bool read_daemon(const nlmsghdr* header, DaemonRecord* daemon);
bool read_timeouts(const nlmsghdr* header, TimeoutsRecord* timeouts);
bool read_info(const nlmsghdr* header, InfoRecord* info);

}  // namespace lvs
