// Changing a part of a configuration. The kernel only replaces the whole, so this reads it, changes what is
// asked, and writes it back: within one request of a handle, but not within one of the kernel's.
#pragma once

#include <vector>

#include "features.h"
#include "link.h"
#include "reply.h"

namespace lvs {

// What there is, with the request's changes made; 0, a Failure, or an errno.
int merge(const RequestRecord& request, ServiceOptionsRecord* options);
int merge(const RequestRecord& request, DestinationRecord* destination);

// The destination of this name in a list; null where there is none.
const DestinationRecord* find_destination(const std::vector<DestinationReply>& destinations,
                                          const DestinationRecord& key);

void patch_service(Link& link, const RequestRecord& request, size_t index, Reply& reply);
void patch_destination(Link& link, Features& features, const RequestRecord& request, size_t index,
                       Reply& reply);

}  // namespace lvs
