// A stand-in for /proc/net/ip_vs_conn. Needs the linker's --wrap=open, by which opening that file ends up
// here.
#pragma once

#include <string_view>

namespace lvs::testing {

// What the file holds from now on, for those who open it.
void set_connection_text(std::string_view text);

}  // namespace lvs::testing
