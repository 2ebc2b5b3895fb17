// Changing a part of a configuration. The kernel only replaces the whole, so this reads it, changes what is
// asked, and writes it back: within one request of a handle, but not within one of the kernel's.
#pragma once

#include "features.h"
#include "link.h"
#include "reply.h"

namespace lvs {

void patch_service(Link& link, const RequestRecord& request, size_t index, Reply& reply);
void patch_destination(Link& link, Features& features, const RequestRecord& request, Deadline deadline,
                       size_t index, Reply& reply);

}  // namespace lvs
