// What the running kernel understands. It ignores attributes that it does not know without a word, so what
// they asked for is read back the first time that it is asked for.
#pragma once

#include <cstdint>

#include "link.h"
#include "records.h"
#include "reply.h"

namespace lvs {

class Features {
 public:
  // Whether it has to be found out first whether the kernel understands the request.
  bool unsure(const RequestRecord& request) const { return (needs(request) & ~known_) != 0; }

  // Whether the kernel is known not to understand it.
  bool lacks(const RequestRecord& request) const {
    return known_ != present_ && (needs(request) & known_ & ~present_) != 0;
  }

  // Takes note of what an answer shows.
  void learn(const DestinationRecord& destination);
  void learn(const DaemonRecord& daemon);

  // Carries out a request of which `unsure` is true: refuses what the kernel does not understand, and leaves
  // the table as it was.
  void try_out(Link& link, const RequestRecord& request, size_t index, Reply& reply);

 private:
  static constexpr uint8_t kTunnelGue = 1;
  static constexpr uint8_t kTunnelGre = 2;

  enum Feature : uint8_t {
    kTunnelTypes = 1 << 0,    // GUE: Linux 5.2
    kTunnelFlags = 1 << 1,    // checksums, and GRE: 5.3
    kMixedFamilies = 1 << 2,  // 3.18
    kDaemonOptions = 1 << 3,  // 4.3
  };

  static uint8_t needs(const RequestRecord& request) {
    switch (request.operation) {
      case Operation::kAddDestination:
      case Operation::kSetDestination:
        return needs(request.destination, request.service.family);
      case Operation::kStartDaemon:
        return needs(request.daemon);
      default:
        return 0;
    }
  }
  static uint8_t needs(const DestinationRecord& destination, uint16_t service_family) {
    uint8_t needed = destination.family == service_family ? 0 : kMixedFamilies;
    if (destination.tunnel_type == 0 && destination.tunnel_flags == 0) return needed;  // as nearly always
    if (destination.tunnel_type == kTunnelGue) needed |= kTunnelTypes;
    if (destination.tunnel_type == kTunnelGre || destination.tunnel_flags != 0) needed |= kTunnelFlags;
    return needed;
  }
  static uint8_t needs(const DaemonRecord& daemon) {
    const bool any =
        daemon.max_length != 0 || daemon.port != 0 || daemon.ttl != 0 || daemon.group_family != 0;
    return any ? kDaemonOptions : 0;
  }
  void learn(uint8_t known, uint8_t present);
  void try_destination(Link& link, const RequestRecord& request, size_t index, Reply& reply);
  void try_daemon(Link& link, const RequestRecord& request, size_t index, Reply& reply);

  uint8_t known_ = 0;
  uint8_t present_ = 0;
};

}  // namespace lvs
