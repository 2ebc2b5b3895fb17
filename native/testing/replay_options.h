// Answers socket options from a script. Needs the linker's --wrap=getsockopt, by which asking for one ends up
// here.
#pragma once

#include <deque>

#include "script.h"

namespace lvs::testing {

// As long as it lives, the answers are what IPVS's options tell, one after the other; whoever asks for more
// is told that no module has them.
class ReplayOptions {
 public:
  explicit ReplayOptions(const std::vector<Script::Received>& answers);
  ~ReplayOptions();
  ReplayOptions(const ReplayOptions&) = delete;
};

}  // namespace lvs::testing
