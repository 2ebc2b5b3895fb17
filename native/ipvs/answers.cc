#include "answers.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "../netlink/attributes.h"
#include "uapi.h"

namespace lvs {

namespace {

using namespace uapi;

bool is_address_family(uint16_t family) { return family == AF_INET || family == AF_INET6; }

// Where it is there.
template <uint16_t Last>
bool read_port(const Attributes<Last>& in, uint16_t type, uint16_t* port) {
  if (!in.has(type)) return true;
  if (!in[type].read(port)) return false;
  *port = ntohs(*port);
  return true;
}

// Copies a name of at most `Size - 1` characters; false where it is longer, or has no end.
template <size_t Size>
bool read_name(const Attribute& attribute, char (&name)[Size]) {
  const std::string_view text = attribute.text();
  if (text.size() >= Size || text.size() == attribute.size) return false;
  memcpy(name, text.data(), text.size());
  return true;
}

bool read_address(const Attribute& attribute, uint16_t family, uint8_t (&address)[16]) {
  const size_t length = family == AF_INET6 ? 16 : 4;
  if (attribute.size < length) return false;
  memcpy(address, attribute.data, length);
  return true;
}

// The nest's integers are 32 or 64 bits wide, by nest and by attribute; each says its own width.
bool read_counter(const Attribute& attribute, uint64_t* value) {
  if (attribute.size == sizeof *value) return attribute.read(value);
  uint32_t narrow = 0;
  if (attribute.size != sizeof narrow || !attribute.read(&narrow)) return false;
  *value = narrow;
  return true;
}

bool read_rate(const Attribute& attribute, double* value) {
  uint64_t counter = 0;
  if (!read_counter(attribute, &counter)) return false;
  *value = static_cast<double>(counter);
  return true;
}

bool read_stats(const Attribute& nest, StatsRecord* stats) {
  Attributes<kStatsMax> in;
  return in.find(nest.bytes()) &&
         in.has_all(kStatsConns, kStatsInPkts, kStatsOutPkts, kStatsInBytes, kStatsOutBytes, kStatsCps,
                    kStatsInPps, kStatsOutPps, kStatsInBps, kStatsOutBps) &&
         read_counter(in[kStatsConns], &stats->connections) &&
         read_counter(in[kStatsInPkts], &stats->packets_in) &&
         read_counter(in[kStatsOutPkts], &stats->packets_out) &&
         read_counter(in[kStatsInBytes], &stats->bytes_in) &&
         read_counter(in[kStatsOutBytes], &stats->bytes_out) &&
         read_rate(in[kStatsCps], &stats->connections_rate) &&
         read_rate(in[kStatsInPps], &stats->packets_in_rate) &&
         read_rate(in[kStatsOutPps], &stats->packets_out_rate) &&
         read_rate(in[kStatsInBps], &stats->bytes_in_rate) &&
         read_rate(in[kStatsOutBps], &stats->bytes_out_rate);
}

// The wide counters, which kernels have since Linux 4.1, or those of 32 bits.
template <uint16_t Last>
bool read_stats(const Attributes<Last>& in, uint16_t wide, uint16_t narrow, StatsRecord* stats) {
  if (in.has(wide)) return read_stats(in[wide], stats);
  return in.has(narrow) && read_stats(in[narrow], stats);
}

// The attributes of an answer; none where it is too short for any.
std::span<const std::byte> attributes_of(const nlmsghdr* header) {
  const auto* bytes = reinterpret_cast<const std::byte*>(header);
  constexpr size_t kHeaders = NLMSG_HDRLEN + GENL_HDRLEN;
  if (header->nlmsg_len < kHeaders) return {};
  return {bytes + kHeaders, header->nlmsg_len - kHeaders};
}

// Finds the attributes of the nest that an answer consists of. False where there is none, too.
template <uint16_t Last>
bool find_nest(const nlmsghdr* header, uint16_t type, Attributes<Last>* in) {
  Attributes<kAttrMax> nests;
  return nests.find(attributes_of(header)) && nests.has(type) && in->find(nests[type].bytes());
}

bool read_state(const Attributes<kSvcMax>& in, ServiceRecord* key, ServiceOptionsRecord* state) {
  ServiceRecord& service = *key;
  ServiceOptionsRecord& options = *state;
  if (!in.has_all(kSvcAf, kSvcSchedName, kSvcFlags, kSvcTimeout, kSvcNetmask)) return false;
  if (!in[kSvcAf].read(&service.family) || !is_address_family(service.family)) return false;
  if (!in.read(kSvcFwmark, &service.fwmark)) return false;
  if (service.fwmark == 0 &&
      !(in.has_all(kSvcProtocol, kSvcAddr, kSvcPort) && in[kSvcProtocol].read(&service.protocol) &&
        read_port(in, kSvcPort, &service.port) &&
        read_address(in[kSvcAddr], service.family, service.address))) {
    return false;
  }
  if (!read_name(in[kSvcSchedName], options.scheduler) || !in[kSvcFlags].read(&options.flags) ||
      !in[kSvcTimeout].read(&options.timeout) || !in[kSvcNetmask].read(&options.netmask)) {
    return false;
  }
  if (in.has(kSvcPeName) && !read_name(in[kSvcPeName], options.engine)) return false;
  options.flags &= ~kFlagHashed;
  if (service.family == AF_INET) options.netmask = ntohl(options.netmask);
  return true;
}

bool read_state(const Attributes<kDestMax>& in, uint16_t service_family, DestinationRecord* state) {
  DestinationRecord& destination = *state;
  destination.family = service_family;
  if (!in.has_all(kDestAddr, kDestPort, kDestFwdMethod, kDestWeight, kDestUThresh, kDestLThresh,
                  kDestActiveConns, kDestInactConns, kDestPersistConns)) {
    return false;
  }
  if (!in.read(kDestAddrFamily, &destination.family) || !is_address_family(destination.family) ||
      !read_address(in[kDestAddr], destination.family, destination.address) ||
      !read_port(in, kDestPort, &destination.port) || !in[kDestFwdMethod].read(&destination.forward) ||
      !in[kDestWeight].read(&destination.weight) || !in[kDestUThresh].read(&destination.upper_threshold) ||
      !in[kDestLThresh].read(&destination.lower_threshold) ||
      !in[kDestActiveConns].read(&destination.active_connections) ||
      !in[kDestInactConns].read(&destination.inactive_connections) ||
      !in[kDestPersistConns].read(&destination.persistent_connections) ||
      !in.read(kDestTunType, &destination.tunnel_type) ||
      !read_port(in, kDestTunPort, &destination.tunnel_port) ||
      !in.read(kDestTunFlags, &destination.tunnel_flags)) {
    return false;
  }
  destination.forward &= kFwdMask;
  if (in.has(kDestAddrFamily)) destination.reported |= kReportsFamily;
  if (in.has(kDestTunType)) destination.reported |= kReportsTunnelType;
  if (in.has(kDestTunFlags)) destination.reported |= kReportsTunnelFlags;
  return true;
}

}  // namespace

bool read_service(const nlmsghdr* header, ServiceReply* reply) {
  Attributes<kSvcMax> in;
  return find_nest(header, kAttrService, &in) && read_state(in, &reply->service, &reply->options) &&
         read_stats(in, kSvcStats64, kSvcStats, &reply->stats);
}

bool read_service(const nlmsghdr* header, ServiceStateReply* reply) {
  Attributes<kSvcMax> in;
  return find_nest(header, kAttrService, &in) && read_state(in, &reply->service, &reply->options);
}

bool read_destination(const nlmsghdr* header, uint16_t service_family, DestinationReply* reply) {
  Attributes<kDestMax> in;
  return find_nest(header, kAttrDest, &in) && read_state(in, service_family, &reply->destination) &&
         read_stats(in, kDestStats64, kDestStats, &reply->stats);
}

bool read_destination(const nlmsghdr* header, uint16_t service_family, DestinationRecord* destination) {
  Attributes<kDestMax> in;
  return find_nest(header, kAttrDest, &in) && read_state(in, service_family, destination);
}

bool read_daemon(const nlmsghdr* header, DaemonRecord* daemon) {
  Attributes<kDaemonMax> in;
  if (!find_nest(header, kAttrDaemon, &in) || !in.has_all(kDaemonState, kDaemonMcastIfn, kDaemonSyncId)) {
    return false;
  }
  const auto read_group = [&](uint16_t type, uint16_t family) {
    if (!in.has(type)) return true;
    daemon->group_family = family;
    return read_address(in[type], family, daemon->group);
  };
  // The port is in host order, alone among IPVS's.
  return in[kDaemonState].read(&daemon->state) && read_name(in[kDaemonMcastIfn], daemon->interface) &&
         in[kDaemonSyncId].read(&daemon->sync_id) && in.read(kDaemonSyncMaxlen, &daemon->max_length) &&
         in.read(kDaemonMcastPort, &daemon->port) && in.read(kDaemonMcastTtl, &daemon->ttl) &&
         read_group(kDaemonMcastGroup, AF_INET) && read_group(kDaemonMcastGroup6, AF_INET6);
}

bool read_timeouts(const nlmsghdr* header, TimeoutsRecord* timeouts) {
  Attributes<kAttrMax> in;
  return in.find(attributes_of(header)) && in.has_all(kAttrTimeoutTcp, kAttrTimeoutTcpFin, kAttrTimeoutUdp) &&
         in[kAttrTimeoutTcp].read(&timeouts->tcp) && in[kAttrTimeoutTcpFin].read(&timeouts->tcp_fin) &&
         in[kAttrTimeoutUdp].read(&timeouts->udp);
}

bool read_info(const nlmsghdr* header, InfoRecord* info) {
  Attributes<kInfoMax> in;
  return in.find(attributes_of(header)) && in.has_all(kInfoVersion, kInfoConnTabSize) &&
         in[kInfoVersion].read(&info->version) && in[kInfoConnTabSize].read(&info->connection_table_size);
}

}  // namespace lvs
