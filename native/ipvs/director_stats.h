// The director-wide counters. The kernel offers them in /proc/net/ip_vs_stats alone.
#pragma once

#include <string_view>

#include "../netlink/netns.h"
#include "records.h"

namespace lvs {

// 0, or a negative errno: -EBADMSG where the file does not read as expected.
int read_director_stats(const NetNamespace& netns, StatsRecord* stats);

// The text of the file: five hexadecimal totals, then five hexadecimal rates.
bool parse_director_stats(std::string_view text, StatsRecord* stats);

}  // namespace lvs
