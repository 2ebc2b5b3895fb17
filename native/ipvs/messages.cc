#include "messages.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "uapi.h"

namespace lvs {

namespace {

using namespace uapi;

// More than any message takes.
constexpr size_t kMessageBytes = 1024;

// Of sizes that the compiler knows.
void put_address(AttributeWriter& out, uint16_t type, const uint8_t* address, uint16_t family) {
  if (family == AF_INET6) return out.put_bytes(type, address, 16);
  out.put_bytes(type, address, 4);
}

template <size_t Size>
void put_name(AttributeWriter& out, uint16_t type, const char (&name)[Size]) {
  out.put_string(type, {name, strnlen(name, Size)});
}

void put_service_key(AttributeWriter& out, const ServiceRecord& service) {
  out.put_u16(kSvcAf, service.family);
  if (service.fwmark != 0) {
    out.put_u32(kSvcFwmark, service.fwmark);
  } else {
    out.put_u16(kSvcProtocol, service.protocol);
    put_address(out, kSvcAddr, service.address, service.family);
    out.put_u16(kSvcPort, htons(service.port));
  }
}

void put_service_options(AttributeWriter& out, const ServiceOptionsRecord& options, uint16_t family) {
  const uint32_t flags_and_mask[] = {options.flags, UINT32_MAX};
  put_name(out, kSvcSchedName, options.scheduler);
  if (options.engine[0] != '\0') put_name(out, kSvcPeName, options.engine);
  out.put_bytes(kSvcFlags, flags_and_mask, sizeof flags_and_mask);
  out.put_u32(kSvcTimeout, options.timeout);
  out.put_u32(kSvcNetmask, family == AF_INET ? htonl(options.netmask) : options.netmask);
}

void put_service(AttributeWriter& out, const RequestRecord& request) {
  std::byte* nest = out.open_nest(kAttrService);
  put_service_key(out, request.service);
  put_service_options(out, request.options, request.service.family);
  out.close_nest(nest);
}

// As the compiler knows the size of the address, it knows where all of this lies.
template <size_t AddressBytes>
void put_destination(AttributeWriter& out, const DestinationRecord& destination, uint16_t service_family,
                     bool options) {
  std::byte* nest = out.open_nest(kAttrDest);
  // Without it the kernel takes the service's (ip_vs_genl_set_cmd), and each attribute costs it as much as a
  // rule has to spare.
  if (destination.family != service_family) out.put_u16(kDestAddrFamily, destination.family);
  out.put_bytes(kDestAddr, destination.address, AddressBytes);
  out.put_u16(kDestPort, htons(destination.port));
  if (options) {
    out.put_u32(kDestFwdMethod, destination.forward);
    out.put_u32(kDestWeight, destination.weight);
    // What a tunnel has no need to say is 0, and the kernel takes absent ones for that.
    if (destination.tunnel_type != 0 || destination.tunnel_flags != 0) {
      out.put_u8(kDestTunType, destination.tunnel_type);
      out.put_u16(kDestTunPort, htons(destination.tunnel_port));
      out.put_u16(kDestTunFlags, destination.tunnel_flags);
    }
    out.put_u32(kDestUThresh, destination.upper_threshold);
    out.put_u32(kDestLThresh, destination.lower_threshold);
  }
  out.close_nest(nest);
}

void put_destination(AttributeWriter& out, const RequestRecord& request, bool options) {
  const DestinationRecord& destination = request.destination;
  const uint16_t service_family = request.service.family;
  if (destination.family == AF_INET6) {
    return put_destination<16>(out, destination, service_family, options);
  }
  put_destination<4>(out, destination, service_family, options);
}

void put_daemon(AttributeWriter& out, const DaemonRecord& daemon, bool options) {
  std::byte* nest = out.open_nest(kAttrDaemon);
  out.put_u32(kDaemonState, daemon.state);
  if (options) {
    put_name(out, kDaemonMcastIfn, daemon.interface);
    out.put_u32(kDaemonSyncId, daemon.sync_id);
    if (daemon.max_length != 0) out.put_u16(kDaemonSyncMaxlen, daemon.max_length);
    // The one port that IPVS takes in host order.
    if (daemon.port != 0) out.put_u16(kDaemonMcastPort, daemon.port);
    if (daemon.ttl != 0) out.put_u8(kDaemonMcastTtl, daemon.ttl);
    if (daemon.group_family == AF_INET) out.put_bytes(kDaemonMcastGroup, daemon.group, 4);
    if (daemon.group_family == AF_INET6) out.put_bytes(kDaemonMcastGroup6, daemon.group, 16);
  }
  out.close_nest(nest);
}

void put_timeouts(AttributeWriter& out, const TimeoutsRecord& timeouts) {
  if (timeouts.tcp != 0) out.put_u32(kAttrTimeoutTcp, timeouts.tcp);
  if (timeouts.tcp_fin != 0) out.put_u32(kAttrTimeoutTcpFin, timeouts.tcp_fin);
  if (timeouts.udp != 0) out.put_u32(kAttrTimeoutUdp, timeouts.udp);
}

}  // namespace

inline void MessageWriter::put_key(AttributeWriter& out, const ServiceRecord& service) {
  if (key_bytes_ != 0 && memcmp(&key_of_, &service, sizeof service) == 0) return out.repeat(key_, key_bytes_);
  std::byte* nest = out.open_nest(kAttrService);
  put_service_key(out, service);
  out.close_nest(nest);
  key_of_ = service;
  key_bytes_ = static_cast<size_t>(out.end() - nest);
  memcpy(key_.data(), nest, key_.size());
}

inline void MessageWriter::put_attributes(AttributeWriter& out, const RequestRecord& request,
                                          uint8_t command) {
  switch (command) {
    case kNewService:
    case kSetService:
      return put_service(out, request);
    case kDelService:
    case kGetService:
    case kGetDest:
    case kZero:
      if (request.service.family != 0) put_key(out, request.service);
      return;
    case kNewDest:
    case kSetDest:
    case kDelDest:
      put_key(out, request.service);
      return put_destination(out, request, command != kDelDest);
    case kNewDaemon:
    case kDelDaemon:
      return put_daemon(out, request.daemon, command == kNewDaemon);
    case kSetConfig:
      return put_timeouts(out, request.timeouts);
  }
}

inline void MessageWriter::write(const RequestRecord& request, uint8_t command, uint16_t family,
                                 uint32_t sequence, uint16_t netlink_flags) {
  if (bytes_.size() < length_ + kMessageBytes) bytes_.resize(bytes_.size() * 2 + kMessageBytes);
  std::byte* const message = bytes_.data() + length_;
  const genlmsghdr generic{command, kFamilyVersion, 0};
  memcpy(message + NLMSG_HDRLEN, &generic, sizeof generic);
  AttributeWriter out(message + NLMSG_HDRLEN + GENL_HDRLEN);
  put_attributes(out, request, command);
  const auto length = static_cast<uint32_t>(out.end() - message);
  const nlmsghdr header{length, family, static_cast<uint16_t>(NLM_F_REQUEST | netlink_flags), sequence, 0};
  memcpy(message, &header, sizeof header);
  length_ += length;
}

void MessageWriter::append(const RequestRecord& request, uint8_t command, uint16_t family, uint32_t sequence,
                           uint16_t netlink_flags) {
  write(request, command, family, sequence, netlink_flags);
}

void MessageWriter::append_commands(std::span<const RequestRecord> requests, std::span<const size_t> indices,
                                    uint16_t family, uint32_t first_sequence) {
  const size_t last = indices.size() - 1;
  for (size_t n = 0; n <= last; n++) {
    const RequestRecord& request = requests[indices[n]];
    // A stopped daemon may go unanswered, and only then has to be looked after.
    const bool acknowledge = n == last || request.operation == Operation::kStopDaemon;
    write(request, static_cast<uint8_t>(request.operation), family, static_cast<uint32_t>(first_sequence + n),
          acknowledge ? NLM_F_ACK : 0);
  }
}

}  // namespace lvs
