// Requests -> IPVS messages: what each operation asks of the kernel.
#pragma once

#include <linux/netlink.h>

#include <cstddef>
#include <span>
#include <vector>

#include "records.h"

namespace lvs {

// Writes requests one behind the other, as one sendmsg takes them.
class MessageWriter {
 public:
  // `netlink_flags` beside NLM_F_REQUEST: NLM_F_ACK, or NLM_F_DUMP.
  void append(const RequestRecord& request, uint8_t command, uint16_t family, uint32_t sequence,
              uint16_t netlink_flags);
  void clear() { length_ = 0; }
  std::span<const std::byte> bytes() const { return {bytes_.data(), length_}; }

 private:
  std::vector<std::byte> bytes_;
  size_t length_ = 0;
};

}  // namespace lvs
