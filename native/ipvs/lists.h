// What the kernel lists by dumps, part by part.
//
// IPVS resumes a dump by position and flags no change meanwhile: where an entry that was listed already is
// removed before the next part, another one is skipped; where one is added in front, another is repeated. So
// a list that takes more than one part is read until two readings, whose parts end in different places,
// agree; where the table never rests, everything that any of eight readings saw is reported, each entry once.
#pragma once

#include <optional>
#include <vector>

#include "link.h"
#include "records.h"

namespace lvs {

// How long a list of destinations may be, where those of the last table were brief: the socket options, which
// would tell, sum up every service's counters, and that costs more than a list that comes in more parts now
// and then.
std::optional<uint32_t> brief_lists(const Link& link);

// Each returns 0, an errno, or a Failure. What kind of record is asked for says whether counters are; without
// them the socket options tell the destinations of an IPv4 service in one call, where none is a tunnel.
// `destinations`, where it is asked for: how many each service has; none where nothing tells.
int read_services(Link& link, std::vector<ServiceReply>* services,
                  std::vector<uint32_t>* destinations = nullptr);
int read_services(Link& link, std::vector<ServiceStateReply>* services,
                  std::vector<uint32_t>* destinations = nullptr);
// A service that does not exist has none, and that is no error. `expected`: about how many there are.
int read_destinations(Link& link, const ServiceRecord& service, std::vector<DestinationReply>* destinations,
                      std::optional<uint32_t> expected = {});
int read_destinations(Link& link, const ServiceRecord& service, std::vector<DestinationRecord>* destinations,
                      std::optional<uint32_t> expected = {});
int read_daemons(Link& link, std::vector<DaemonRecord>* daemons);

}  // namespace lvs
