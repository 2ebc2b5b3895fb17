// Commands that answer with at most one message each: sent many at a time.
#pragma once

#include <span>

#include "link.h"
#include "records.h"
#include "reply.h"

namespace lvs {

// How many leave together. The answers to so many fit even the default receive buffer (an answer costs up
// to 1.3 KiB of 208 KiB), and more per send gains nothing.
constexpr size_t kMaxCommands = 128;

// Carries out those requests, at most kMaxCommands, whose indices are given, in order, and sets the status of
// each.
void run_commands(Link& link, std::span<const RequestRecord> requests, std::span<const size_t> indices,
                  Reply& reply);

// Carries out one by itself. Where it is refused the reply's status 0 says why.
Reply run_command(Link& link, const RequestRecord& request);

}  // namespace lvs
