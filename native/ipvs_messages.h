// Records <-> IPVS messages: what each operation asks of the kernel, and how its answers read.
#pragma once

#include <netlink/msg.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "records.h"

namespace lvs {

// Writes requests one behind the other, as one sendmsg takes them.
class MessageWriter {
 public:
  MessageWriter();

  // False where memory ran out. `netlink_flags` beside NLM_F_REQUEST: NLM_F_ACK, or NLM_F_DUMP.
  bool append(const RequestRecord& request, uint8_t command, uint16_t family, uint32_t sequence,
              uint16_t netlink_flags);
  void clear() { bytes_.clear(); }
  const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  struct FreeMessage {
    void operator()(nl_msg* message) const { nlmsg_free(message); }
  };
  std::unique_ptr<nl_msg, FreeMessage> scratch_;
  std::vector<std::byte> bytes_;
};

// Each reads one answer; false where it lacks what every kernel sends, or holds what cannot be.
bool read_service(const nlmsghdr* header, ServiceReply* reply);
// A destination whose answer does not say its family (before Linux 3.18) has its service's.
bool read_destination(const nlmsghdr* header, uint16_t service_family, DestinationReply* reply);
bool read_daemon(const nlmsghdr* header, DaemonRecord* daemon);
bool read_timeouts(const nlmsghdr* header, TimeoutsRecord* timeouts);
bool read_info(const nlmsghdr* header, InfoRecord* info);

}  // namespace lvs
