// The kernel's older way in: socket options (IP_VS_SO_*). A list comes whole in one system call, and root of
// a user namespace may use them where netlink is shut; but they know IPv4 only, no kinds of tunnels, no
// persistence engines, and 32 bits of the numbers of connections and packets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../netlink/netns.h"
#include "records.h"
#include "reply.h"

namespace lvs {

// What a request asks for that the socket options have no place for; the detail of kFailureNotSaid.
enum class NotSaid : uint32_t {
  kNothing = 0,
  kServiceIpv6 = 1,
  kDestinationIpv6 = 2,
  kTunnel = 3,
  kEngine = 4,
  kDaemonOptions = 5,
  kZeroOfAny = 6,
};

// Where nothing else is said, a function returns 0, an errno, or a Failure.
class SocketOptions {
 public:
  SocketOptions() = default;
  ~SocketOptions();
  SocketOptions(const SocketOptions&) = delete;

  // Opens a socket in the namespace, where it stays for ever; one that is open is kept.
  int open(const NetNamespace& netns);

  static NotSaid not_said(const RequestRecord& request);

  // Carries out a change.
  int change(const RequestRecord& request);

  int info(InfoRecord* info);
  int timeouts(TimeoutsRecord* timeouts);
  int daemons(std::vector<DaemonRecord>* daemons);
  // All IPv4 services. Each says how many destinations it has, of either family.
  int services(std::vector<ServiceReply>* services);
  // The IPv4 service of this name, likewise.
  int service(const ServiceRecord& key, ServiceReply* service);

  // All IPv4 destinations of an IPv4 service, with counters or without. `expected` is how many there may be.
  int destinations(const ServiceRecord& key, size_t expected, std::vector<DestinationReply>* destinations);
  int destinations(const ServiceRecord& key, size_t expected, std::vector<DestinationRecord>* destinations);

 private:
  template <typename Row, typename Make>
  int list_destinations(const ServiceRecord& key, size_t expected, const Make& make,
                        std::vector<Row>* destinations);
  int get(int option, void* value, size_t size);
  int set(int option, const void* value, size_t size);

  int fd_ = -1;
  std::vector<std::byte> buffer_;
};

}  // namespace lvs
