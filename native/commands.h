// Commands that answer with at most one message each: sent many at a time.
#pragma once

#include <span>

#include "link.h"
#include "records.h"
#include "reply.h"

namespace lvs {

// Carries out those requests whose indices are given, in order, and sets the status of each.
void run_commands(Link& link, std::span<const RequestRecord> requests, std::span<const size_t> indices,
                  Reply& reply);

// Carries out one by itself. Where it is refused the reply's status 0 says why.
Reply run_command(Link& link, const RequestRecord& request);

}  // namespace lvs
