#include "ipvs_messages.h"

#include <arpa/inet.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>

#include "ipvs_uapi.h"

namespace lvs {

namespace {

using namespace uapi;

constexpr size_t kMessageBytes = 1024;

int address_bytes(uint16_t family) { return family == AF_INET6 ? 16 : 4; }

// ------------------------------------------------------------------------------------------ writing

// libnl's nla_nest_start leaves out NLA_F_NESTED in old versions; the kernel takes both.
nlattr* open_nest(nl_msg* message, uint16_t type) { return nla_nest_start(message, NLA_F_NESTED | type); }

void put_service_key(nl_msg* message, const ServiceRecord& service) {
  nla_put_u16(message, kSvcAf, service.family);
  if (service.fwmark != 0) {
    nla_put_u32(message, kSvcFwmark, service.fwmark);
  } else {
    nla_put_u16(message, kSvcProtocol, service.protocol);
    nla_put(message, kSvcAddr, address_bytes(service.family), service.address);
    nla_put_u16(message, kSvcPort, htons(service.port));
  }
}

void put_service_options(nl_msg* message, const ServiceRecord& service) {
  const uint32_t flags_and_mask[] = {service.flags, UINT32_MAX};
  nla_put_string(message, kSvcSchedName, service.scheduler);
  if (service.engine[0] != '\0') nla_put_string(message, kSvcPeName, service.engine);
  nla_put(message, kSvcFlags, sizeof flags_and_mask, flags_and_mask);
  nla_put_u32(message, kSvcTimeout, service.timeout);
  nla_put_u32(message, kSvcNetmask, service.family == AF_INET ? htonl(service.netmask) : service.netmask);
}

void put_service(nl_msg* message, const ServiceRecord& service, bool options) {
  nlattr* nest = open_nest(message, kAttrService);
  put_service_key(message, service);
  if (options) put_service_options(message, service);
  nla_nest_end(message, nest);
}

void put_destination(nl_msg* message, const DestinationRecord& destination, bool options) {
  nlattr* nest = open_nest(message, kAttrDest);
  nla_put_u16(message, kDestAddrFamily, destination.family);
  nla_put(message, kDestAddr, address_bytes(destination.family), destination.address);
  nla_put_u16(message, kDestPort, htons(destination.port));
  if (options) {
    nla_put_u32(message, kDestFwdMethod, destination.forward);
    nla_put_u32(message, kDestWeight, destination.weight);
    nla_put_u8(message, kDestTunType, destination.tunnel_type);
    nla_put_u16(message, kDestTunPort, htons(destination.tunnel_port));
    nla_put_u16(message, kDestTunFlags, destination.tunnel_flags);
    nla_put_u32(message, kDestUThresh, destination.upper_threshold);
    nla_put_u32(message, kDestLThresh, destination.lower_threshold);
  }
  nla_nest_end(message, nest);
}

void put_daemon(nl_msg* message, const DaemonRecord& daemon, bool options) {
  nlattr* nest = open_nest(message, kAttrDaemon);
  nla_put_u32(message, kDaemonState, daemon.state);
  if (options) {
    nla_put_string(message, kDaemonMcastIfn, daemon.interface);
    nla_put_u32(message, kDaemonSyncId, daemon.sync_id);
    if (daemon.max_length != 0) nla_put_u16(message, kDaemonSyncMaxlen, daemon.max_length);
    // The one port that IPVS takes in host order.
    if (daemon.port != 0) nla_put_u16(message, kDaemonMcastPort, daemon.port);
    if (daemon.ttl != 0) nla_put_u8(message, kDaemonMcastTtl, daemon.ttl);
    if (daemon.group_family == AF_INET) nla_put(message, kDaemonMcastGroup, 4, daemon.group);
    if (daemon.group_family == AF_INET6) nla_put(message, kDaemonMcastGroup6, 16, daemon.group);
  }
  nla_nest_end(message, nest);
}

void put_timeouts(nl_msg* message, const TimeoutsRecord& timeouts) {
  if (timeouts.tcp != 0) nla_put_u32(message, kAttrTimeoutTcp, timeouts.tcp);
  if (timeouts.tcp_fin != 0) nla_put_u32(message, kAttrTimeoutTcpFin, timeouts.tcp_fin);
  if (timeouts.udp != 0) nla_put_u32(message, kAttrTimeoutUdp, timeouts.udp);
}

void put_attributes(nl_msg* message, const RequestRecord& request, uint8_t command) {
  switch (command) {
    case kNewService:
    case kSetService:
      return put_service(message, request.service, true);
    case kDelService:
    case kGetService:
    case kGetDest:
    case kZero:
      if (request.service.family != 0) put_service(message, request.service, false);
      return;
    case kNewDest:
    case kSetDest:
    case kDelDest:
      put_service(message, request.service, false);
      return put_destination(message, request.destination, command != kDelDest);
    case kNewDaemon:
    case kDelDaemon:
      return put_daemon(message, request.daemon, command == kNewDaemon);
    case kSetConfig:
      return put_timeouts(message, request.timeouts);
  }
}

// ------------------------------------------------------------------------------------------ reading

template <size_t Size>
using Attributes = nlattr* [Size];

uint32_t u32_or(const nlattr* attribute, uint32_t otherwise) {
  return attribute != nullptr ? nla_get_u32(attribute) : otherwise;
}

// The policies refuse what is shorter than its type; a length of a string's is checked where it is read.
nla_policy of_type(uint16_t type) {
  nla_policy policy{};
  policy.type = type;
  return policy;
}

nla_policy of_length(int minimum) {
  nla_policy policy{};
  policy.type = NLA_UNSPEC;
  policy.minlen = static_cast<uint16_t>(minimum);
  return policy;
}

struct ServicePolicy {
  nla_policy attributes[kSvcMax + 1]{};
  ServicePolicy() {
    attributes[kSvcAf] = of_type(NLA_U16);
    attributes[kSvcProtocol] = of_type(NLA_U16);
    attributes[kSvcAddr] = of_length(4);
    attributes[kSvcPort] = of_type(NLA_U16);
    attributes[kSvcFwmark] = of_type(NLA_U32);
    attributes[kSvcSchedName] = of_type(NLA_STRING);
    attributes[kSvcFlags] = of_length(4);
    attributes[kSvcTimeout] = of_type(NLA_U32);
    attributes[kSvcNetmask] = of_type(NLA_U32);
    attributes[kSvcStats] = of_type(NLA_NESTED);
    attributes[kSvcPeName] = of_type(NLA_STRING);
    attributes[kSvcStats64] = of_type(NLA_NESTED);
  }
};

struct DestinationPolicy {
  nla_policy attributes[kDestMax + 1]{};
  DestinationPolicy() {
    attributes[kDestAddr] = of_length(4);
    attributes[kDestPort] = of_type(NLA_U16);
    for (uint16_t type : {kDestFwdMethod, kDestWeight, kDestUThresh, kDestLThresh, kDestActiveConns,
                          kDestInactConns, kDestPersistConns}) {
      attributes[type] = of_type(NLA_U32);
    }
    attributes[kDestStats] = of_type(NLA_NESTED);
    attributes[kDestStats64] = of_type(NLA_NESTED);
    attributes[kDestAddrFamily] = of_type(NLA_U16);
    attributes[kDestTunType] = of_type(NLA_U8);
    attributes[kDestTunPort] = of_type(NLA_U16);
    attributes[kDestTunFlags] = of_type(NLA_U16);
  }
};

struct DaemonPolicy {
  nla_policy attributes[kDaemonMax + 1]{};
  DaemonPolicy() {
    attributes[kDaemonState] = of_type(NLA_U32);
    attributes[kDaemonMcastIfn] = of_type(NLA_STRING);
    attributes[kDaemonSyncId] = of_type(NLA_U32);
    attributes[kDaemonSyncMaxlen] = of_type(NLA_U16);
    attributes[kDaemonMcastGroup] = of_length(4);
    attributes[kDaemonMcastGroup6] = of_length(16);
    attributes[kDaemonMcastPort] = of_type(NLA_U16);
    attributes[kDaemonMcastTtl] = of_type(NLA_U8);
  }
};

// Copies a name of at most `Size - 1` characters; false where it is longer.
template <size_t Size>
bool copy_name(const nlattr* attribute, char (&name)[Size]) {
  const char* text = static_cast<const char*>(nla_data(attribute));
  const size_t length = strnlen(text, static_cast<size_t>(nla_len(attribute)));
  if (length >= Size) return false;
  memcpy(name, text, length);
  return true;
}

bool copy_address(const nlattr* attribute, uint16_t family, uint8_t (&address)[16]) {
  const int length = address_bytes(family);
  if (nla_len(attribute) < length) return false;
  memcpy(address, nla_data(attribute), static_cast<size_t>(length));
  return true;
}

bool is_address_family(uint16_t family) { return family == AF_INET || family == AF_INET6; }

// The nest's integers are 32 or 64 bits wide, by nest and by attribute; each says its own width.
bool read_counter(const nlattr* attribute, uint64_t* value) {
  if (attribute == nullptr) return false;
  switch (nla_len(attribute)) {
    case sizeof(uint32_t):
      *value = nla_get_u32(attribute);
      return true;
    case sizeof(uint64_t):
      *value = nla_get_u64(attribute);
      return true;
    default:
      return false;
  }
}

bool read_rate(const nlattr* attribute, double* value) {
  uint64_t counter = 0;
  if (!read_counter(attribute, &counter)) return false;
  *value = static_cast<double>(counter);
  return true;
}

// Kernels before 4.1 have no 64-bit nest.
bool read_stats(nlattr* stats64, nlattr* stats32, StatsRecord* stats) {
  nlattr* nest = stats64 != nullptr ? stats64 : stats32;
  Attributes<kStatsMax + 1> found;
  if (nest == nullptr || nla_parse_nested(found, kStatsMax, nest, nullptr) < 0) return false;
  return read_counter(found[kStatsConns], &stats->connections) &&
         read_counter(found[kStatsInPkts], &stats->packets_in) &&
         read_counter(found[kStatsOutPkts], &stats->packets_out) &&
         read_counter(found[kStatsInBytes], &stats->bytes_in) &&
         read_counter(found[kStatsOutBytes], &stats->bytes_out) &&
         read_rate(found[kStatsCps], &stats->connections_rate) &&
         read_rate(found[kStatsInPps], &stats->packets_in_rate) &&
         read_rate(found[kStatsOutPps], &stats->packets_out_rate) &&
         read_rate(found[kStatsInBps], &stats->bytes_in_rate) &&
         read_rate(found[kStatsOutBps], &stats->bytes_out_rate);
}

// Whether a nest consists of whole attributes. libnl passes over what is left behind the last one, so that an
// attribute cut off there would look like one that the kernel does not know.
bool is_whole(const nlattr* nest) {
  const auto* at = static_cast<const char*>(nla_data(nest));
  int remaining = nla_len(nest);
  while (remaining >= NLA_HDRLEN) {
    const int length = reinterpret_cast<const nlattr*>(at)->nla_len;
    if (length < NLA_HDRLEN || length > remaining) return false;
    at += NLA_ALIGN(length);
    remaining -= NLA_ALIGN(length);
  }
  return remaining <= 0;
}

// The attributes of the nest that an answer consists of.
template <size_t Size>
bool parse_nest(const nlmsghdr* header, uint16_t type, Attributes<Size>& found, const nla_policy* policy) {
  auto* message = const_cast<nlmsghdr*>(header);
  nlattr* top[kAttrMax + 1];
  return genlmsg_valid_hdr(message, 0) && genlmsg_parse(message, 0, top, kAttrMax, nullptr) >= 0 &&
         top[type] != nullptr && is_whole(top[type]) &&
         nla_parse_nested(found, static_cast<int>(Size - 1), top[type], policy) >= 0;
}

}  // namespace

MessageWriter::MessageWriter() : scratch_(nlmsg_alloc_size(kMessageBytes)) {}

bool MessageWriter::append(const RequestRecord& request, uint8_t command, uint16_t family, uint32_t sequence,
                           uint16_t netlink_flags) {
  nl_msg* message = scratch_.get();
  if (message == nullptr) return false;
  nlmsg_hdr(message)->nlmsg_len = NLMSG_HDRLEN;  // empties the scratch message of the last request
  if (genlmsg_put(message, NL_AUTO_PORT, sequence, family, 0, NLM_F_REQUEST | netlink_flags, command,
                  kFamilyVersion) == nullptr) {
    return false;
  }
  put_attributes(message, request, command);
  const nlmsghdr* header = nlmsg_hdr(message);
  const auto* begin = reinterpret_cast<const std::byte*>(header);
  bytes_.insert(bytes_.end(), begin, begin + NLMSG_ALIGN(header->nlmsg_len));
  return true;
}

bool read_service(const nlmsghdr* header, ServiceReply* reply) {
  static ServicePolicy policy;
  Attributes<kSvcMax + 1> found;
  if (!parse_nest(header, kAttrService, found, policy.attributes)) return false;
  if (!found[kSvcAf] || !found[kSvcSchedName] || !found[kSvcFlags] || !found[kSvcTimeout] ||
      !found[kSvcNetmask]) {
    return false;
  }
  ServiceRecord& service = reply->service;
  service = {};
  service.family = nla_get_u16(found[kSvcAf]);
  if (!is_address_family(service.family)) return false;
  service.fwmark = u32_or(found[kSvcFwmark], 0);
  if (service.fwmark == 0) {
    if (!found[kSvcProtocol] || !found[kSvcAddr] || !found[kSvcPort]) return false;
    service.protocol = nla_get_u16(found[kSvcProtocol]);
    service.port = ntohs(nla_get_u16(found[kSvcPort]));
    if (!copy_address(found[kSvcAddr], service.family, service.address)) return false;
  }
  service.flags = nla_get_u32(found[kSvcFlags]) & ~kFlagHashed;
  service.timeout = nla_get_u32(found[kSvcTimeout]);
  service.netmask = nla_get_u32(found[kSvcNetmask]);
  if (service.family == AF_INET) service.netmask = ntohl(service.netmask);
  if (!copy_name(found[kSvcSchedName], service.scheduler)) return false;
  if (found[kSvcPeName] && !copy_name(found[kSvcPeName], service.engine)) return false;
  return read_stats(found[kSvcStats64], found[kSvcStats], &reply->stats);
}

bool read_destination(const nlmsghdr* header, uint16_t service_family, DestinationReply* reply) {
  static DestinationPolicy policy;
  Attributes<kDestMax + 1> found;
  if (!parse_nest(header, kAttrDest, found, policy.attributes)) return false;
  for (uint16_t required : {kDestAddr, kDestPort, kDestFwdMethod, kDestWeight, kDestUThresh, kDestLThresh,
                            kDestActiveConns, kDestInactConns, kDestPersistConns}) {
    if (found[required] == nullptr) return false;
  }
  DestinationRecord& destination = reply->destination;
  destination = {};
  destination.family = found[kDestAddrFamily] ? nla_get_u16(found[kDestAddrFamily]) : service_family;
  if (!is_address_family(destination.family)) return false;
  if (!copy_address(found[kDestAddr], destination.family, destination.address)) return false;
  destination.port = ntohs(nla_get_u16(found[kDestPort]));
  destination.forward = nla_get_u32(found[kDestFwdMethod]) & kFwdMask;
  destination.weight = nla_get_u32(found[kDestWeight]);
  destination.upper_threshold = nla_get_u32(found[kDestUThresh]);
  destination.lower_threshold = nla_get_u32(found[kDestLThresh]);
  destination.active_connections = nla_get_u32(found[kDestActiveConns]);
  destination.inactive_connections = nla_get_u32(found[kDestInactConns]);
  destination.persistent_connections = nla_get_u32(found[kDestPersistConns]);
  if (found[kDestAddrFamily]) destination.reported |= kReportsFamily;
  if (found[kDestTunType]) destination.reported |= kReportsTunnelType;
  if (found[kDestTunFlags]) destination.reported |= kReportsTunnelFlags;
  if (found[kDestTunType]) destination.tunnel_type = nla_get_u8(found[kDestTunType]);
  if (found[kDestTunPort]) destination.tunnel_port = ntohs(nla_get_u16(found[kDestTunPort]));
  if (found[kDestTunFlags]) destination.tunnel_flags = nla_get_u16(found[kDestTunFlags]);
  return read_stats(found[kDestStats64], found[kDestStats], &reply->stats);
}

bool read_daemon(const nlmsghdr* header, DaemonRecord* daemon) {
  static DaemonPolicy policy;
  Attributes<kDaemonMax + 1> found;
  if (!parse_nest(header, kAttrDaemon, found, policy.attributes)) return false;
  if (!found[kDaemonState] || !found[kDaemonMcastIfn] || !found[kDaemonSyncId]) return false;
  *daemon = {};
  daemon->state = nla_get_u32(found[kDaemonState]);
  daemon->sync_id = nla_get_u32(found[kDaemonSyncId]);
  if (!copy_name(found[kDaemonMcastIfn], daemon->interface)) return false;
  if (found[kDaemonSyncMaxlen]) daemon->max_length = nla_get_u16(found[kDaemonSyncMaxlen]);
  if (found[kDaemonMcastPort]) daemon->port = nla_get_u16(found[kDaemonMcastPort]);
  if (found[kDaemonMcastTtl]) daemon->ttl = nla_get_u8(found[kDaemonMcastTtl]);
  for (auto [type, family] : {std::pair{kDaemonMcastGroup, AF_INET}, {kDaemonMcastGroup6, AF_INET6}}) {
    if (!found[type]) continue;
    daemon->group_family = static_cast<uint16_t>(family);
    if (!copy_address(found[type], daemon->group_family, daemon->group)) return false;
  }
  return true;
}

bool read_timeouts(const nlmsghdr* header, TimeoutsRecord* timeouts) {
  nlattr* found[kAttrMax + 1];
  auto* message = const_cast<nlmsghdr*>(header);
  if (!genlmsg_valid_hdr(message, 0) || genlmsg_parse(message, 0, found, kAttrMax, nullptr) < 0) return false;
  for (uint16_t type : {kAttrTimeoutTcp, kAttrTimeoutTcpFin, kAttrTimeoutUdp}) {
    if (!found[type] || nla_len(found[type]) < static_cast<int>(sizeof(uint32_t))) return false;
  }
  *timeouts = {nla_get_u32(found[kAttrTimeoutTcp]), nla_get_u32(found[kAttrTimeoutTcpFin]),
               nla_get_u32(found[kAttrTimeoutUdp])};
  return true;
}

bool read_info(const nlmsghdr* header, InfoRecord* info) {
  nlattr* found[kInfoMax + 1];
  auto* message = const_cast<nlmsghdr*>(header);
  if (!genlmsg_valid_hdr(message, 0) || genlmsg_parse(message, 0, found, kInfoMax, nullptr) < 0) return false;
  for (uint16_t type : {kInfoVersion, kInfoConnTabSize}) {
    if (!found[type] || nla_len(found[type]) < static_cast<int>(sizeof(uint32_t))) return false;
  }
  *info = {nla_get_u32(found[kInfoVersion]), nla_get_u32(found[kInfoConnTabSize])};
  return true;
}

}  // namespace lvs
