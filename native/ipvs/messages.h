// Requests -> IPVS messages: what each operation asks of the kernel.
#pragma once

#include <linux/netlink.h>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "../netlink/attributes.h"
#include "records.h"

namespace lvs {

// Writes requests one behind the other, as one sendmsg takes them.
class MessageWriter {
 public:
  // `netlink_flags` beside NLM_F_REQUEST: NLM_F_ACK, or NLM_F_DUMP.
  void append(const RequestRecord& request, uint8_t command, uint16_t family, uint32_t sequence,
              uint16_t netlink_flags);
  // Operations that are numbered as the kernel's commands, one after the other from this sequence on.
  // Refusals are reported unasked, so the last one's acknowledgement speaks for all.
  void append_commands(std::span<const RequestRecord> requests, std::span<const size_t> indices,
                       uint16_t family, uint32_t first_sequence);
  void clear() { length_ = 0; }
  std::span<const std::byte> bytes() const { return {bytes_.data(), length_}; }

 private:
  void write(const RequestRecord& request, uint8_t command, uint16_t family, uint32_t sequence,
             uint16_t netlink_flags);
  void put_attributes(AttributeWriter& out, const RequestRecord& request, uint8_t command);
  void put_key(AttributeWriter& out, const ServiceRecord& service);

  std::vector<std::byte> bytes_;
  size_t length_ = 0;
  // The service that was named last, and its nest: rules in a row are mostly of the same.
  ServiceRecord key_of_{};
  std::array<std::byte, 48> key_;  // family, protocol, address and port of IPv6
  size_t key_bytes_ = 0;           // 0: none yet
};

}  // namespace lvs
