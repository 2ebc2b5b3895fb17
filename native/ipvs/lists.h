// What the kernel lists by dumps, part by part.
//
// IPVS resumes a dump by position and flags no change meanwhile: where an entry that was listed already is
// removed before the next part, another one is skipped; where one is added in front, another is repeated. So
// a list that takes more than one part is read until two readings, whose parts end in different places,
// agree; where the table never rests, everything that any of eight readings saw is reported, each entry once.
#pragma once

#include <vector>

#include "link.h"
#include "records.h"

namespace lvs {

// Each returns 0, an errno, or a Failure. What kind of record is asked for says whether counters are. The
// socket options tell the destinations of an IPv4 service in one call, and only where they cannot tell all of
// one are they dumped.
int read_services(Link& link, std::vector<ServiceReply>* services);
int read_services(Link& link, std::vector<ServiceStateReply>* services);
// A service that does not exist has none, and that is no error.
int read_destinations(Link& link, const ServiceRecord& service, std::vector<DestinationReply>* destinations);
int read_destinations(Link& link, const ServiceRecord& service, std::vector<DestinationRecord>* destinations);
// By netlink alone, where the destinations say what the kernel reports of them (DestinationReport).
int read_destinations_by_netlink(Link& link, const ServiceRecord& service,
                                 std::vector<DestinationReply>* destinations);
int read_daemons(Link& link, std::vector<DaemonRecord>* daemons);

}  // namespace lvs
