// The messages that a datagram consists of.
#pragma once

#include <linux/netlink.h>

#include <algorithm>
#include <cstddef>
#include <span>

namespace lvs {

// False where the datagram does not consist of whole messages: then nobody knows what else it said.
template <typename Visit>
bool for_each_message(std::span<const std::byte> datagram, const Visit& visit) {
  if (datagram.empty()) return false;
  while (datagram.size() >= NLMSG_HDRLEN) {
    const auto* header = reinterpret_cast<const nlmsghdr*>(datagram.data());
    if (header->nlmsg_len < NLMSG_HDRLEN || header->nlmsg_len > datagram.size()) return false;
    visit(header);
    datagram = datagram.subspan(std::min(datagram.size(), size_t{NLMSG_ALIGN(header->nlmsg_len)}));
  }
  return datagram.empty();
}

}  // namespace lvs
