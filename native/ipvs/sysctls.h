// The settings of IPVS: the files in /proc/sys/net/ipv4/vs, which each network namespace has of its own.
#pragma once

#include <string>
#include <vector>

#include "../netlink/netns.h"

namespace lvs {

// A file's name, and its content without the newline.
struct Sysctl {
  std::string name;
  std::string text;
};

// Reads all that the namespace has. Returns 0 or a negative errno; -ENOENT: no IPVS in the kernel.
int read_sysctls(const NetNamespace& netns, std::vector<Sysctl>* sysctls);

// Returns 0 or a negative errno; -EINVAL: the kernel does not take this value.
int write_sysctl(const NetNamespace& netns, const Sysctl& sysctl);

}  // namespace lvs
