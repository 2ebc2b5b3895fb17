#include "ipvs_answers.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "attributes.h"
#include "ipvs_uapi.h"

namespace lvs {

namespace {

using namespace uapi;

bool is_address_family(uint16_t family) { return family == AF_INET || family == AF_INET6; }

// Which attributes a nest holds, and where those are that can be read only when it is known what others say.
class Seen {
 public:
  void add(uint16_t type) { types_ |= uint32_t{1} << type; }
  bool has(uint16_t type) const { return (types_ >> type & 1) != 0; }
  bool has_all(uint32_t types) const { return (types_ & types) == types; }

 private:
  uint32_t types_ = 0;
};

template <typename... Types>
constexpr uint32_t set_of(Types... types) {
  return ((uint32_t{1} << types) | ...);
}

bool read_port(const Attribute& attribute, uint16_t* port) {
  if (!attribute.read(port)) return false;
  *port = ntohs(*port);
  return true;
}

// Copies a name of at most `Size - 1` characters; false where it is longer, or has no end.
template <size_t Size>
bool read_name(const Attribute& attribute, char (&name)[Size]) {
  const std::string_view text = attribute.text();
  if (text.size() >= Size || text.size() == attribute.data.size()) return false;
  memcpy(name, text.data(), text.size());
  return true;
}

bool read_address(const Attribute& attribute, uint16_t family, uint8_t (&address)[16]) {
  const size_t length = family == AF_INET6 ? 16 : 4;
  if (attribute.data.size() < length) return false;
  memcpy(address, attribute.data.data(), length);
  return true;
}

// The nest's integers are 32 or 64 bits wide, by nest and by attribute; each says its own width.
bool read_counter(const Attribute& attribute, uint64_t* value) {
  if (attribute.data.size() == sizeof *value) return attribute.read(value);
  uint32_t narrow = 0;
  if (attribute.data.size() != sizeof narrow || !attribute.read(&narrow)) return false;
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
  Seen seen;
  const auto take = [&](const Attribute& attribute) {
    if (attribute.type > kStatsMax) return true;
    seen.add(attribute.type);
    switch (attribute.type) {
      case kStatsConns:
        return read_counter(attribute, &stats->connections);
      case kStatsInPkts:
        return read_counter(attribute, &stats->packets_in);
      case kStatsOutPkts:
        return read_counter(attribute, &stats->packets_out);
      case kStatsInBytes:
        return read_counter(attribute, &stats->bytes_in);
      case kStatsOutBytes:
        return read_counter(attribute, &stats->bytes_out);
      case kStatsCps:
        return read_rate(attribute, &stats->connections_rate);
      case kStatsInPps:
        return read_rate(attribute, &stats->packets_in_rate);
      case kStatsOutPps:
        return read_rate(attribute, &stats->packets_out_rate);
      case kStatsInBps:
        return read_rate(attribute, &stats->bytes_in_rate);
      case kStatsOutBps:
        return read_rate(attribute, &stats->bytes_out_rate);
    }
    return true;
  };
  constexpr uint32_t kAll = set_of(kStatsConns, kStatsInPkts, kStatsOutPkts, kStatsInBytes, kStatsOutBytes,
                                   kStatsCps, kStatsInPps, kStatsOutPps, kStatsInBps, kStatsOutBps);
  return for_each_attribute(nest.data, take) && seen.has_all(kAll);
}

// The attributes of an answer; none where it is too short for any.
std::span<const std::byte> attributes_of(const nlmsghdr* header) {
  const auto* bytes = reinterpret_cast<const std::byte*>(header);
  constexpr size_t kHeaders = NLMSG_HDRLEN + GENL_HDRLEN;
  if (header->nlmsg_len < kHeaders) return {};
  return {bytes + kHeaders, header->nlmsg_len - kHeaders};
}

// Visits the attributes of the nest that an answer consists of. False where there is none, too.
template <typename Visit>
bool for_each_in_nest(const nlmsghdr* header, uint16_t type, const Visit& visit) {
  bool found = false;
  const bool whole = for_each_attribute(attributes_of(header), [&](const Attribute& attribute) {
    if (attribute.type != type) return true;
    found = true;
    return for_each_attribute(attribute.data, visit);
  });
  return whole && found;
}

}  // namespace

bool read_service(const nlmsghdr* header, ServiceReply* reply) {
  *reply = {};
  ServiceRecord& service = reply->service;
  ServiceOptionsRecord& options = reply->options;
  Seen seen;
  Attribute address;
  Attribute stats;
  const auto take = [&](const Attribute& attribute) {
    if (attribute.type > kSvcMax) return true;
    seen.add(attribute.type);
    switch (attribute.type) {
      case kSvcAf:
        return attribute.read(&service.family);
      case kSvcProtocol:
        return attribute.read(&service.protocol);
      case kSvcAddr:
        address = attribute;
        return true;
      case kSvcPort:
        return read_port(attribute, &service.port);
      case kSvcFwmark:
        return attribute.read(&service.fwmark);
      case kSvcSchedName:
        return read_name(attribute, options.scheduler);
      case kSvcPeName:
        return read_name(attribute, options.engine);
      case kSvcFlags:
        return attribute.read(&options.flags);
      case kSvcTimeout:
        return attribute.read(&options.timeout);
      case kSvcNetmask:
        return attribute.read(&options.netmask);
      case kSvcStats:
        if (!seen.has(kSvcStats64)) stats = attribute;
        return true;
      case kSvcStats64:  // since Linux 4.1
        stats = attribute;
        return true;
    }
    return true;
  };
  constexpr uint32_t kRequired = set_of(kSvcAf, kSvcSchedName, kSvcFlags, kSvcTimeout, kSvcNetmask);
  if (!for_each_in_nest(header, kAttrService, take) || !seen.has_all(kRequired)) return false;
  if (!is_address_family(service.family)) return false;
  if (service.fwmark != 0) {
    service.protocol = service.port = 0;
  } else if (!seen.has_all(set_of(kSvcProtocol, kSvcAddr, kSvcPort)) ||
             !read_address(address, service.family, service.address)) {
    return false;
  }
  options.flags &= ~kFlagHashed;
  if (service.family == AF_INET) options.netmask = ntohl(options.netmask);
  return read_stats(stats, &reply->stats);
}

bool read_destination(const nlmsghdr* header, uint16_t service_family, DestinationReply* reply) {
  *reply = {};
  DestinationRecord& destination = reply->destination;
  destination.family = service_family;
  Seen seen;
  Attribute address;
  Attribute stats;
  const auto take = [&](const Attribute& attribute) {
    if (attribute.type > kDestMax) return true;
    seen.add(attribute.type);
    switch (attribute.type) {
      case kDestAddr:
        address = attribute;
        return true;
      case kDestPort:
        return read_port(attribute, &destination.port);
      case kDestFwdMethod:
        return attribute.read(&destination.forward);
      case kDestWeight:
        return attribute.read(&destination.weight);
      case kDestUThresh:
        return attribute.read(&destination.upper_threshold);
      case kDestLThresh:
        return attribute.read(&destination.lower_threshold);
      case kDestActiveConns:
        return attribute.read(&destination.active_connections);
      case kDestInactConns:
        return attribute.read(&destination.inactive_connections);
      case kDestPersistConns:
        return attribute.read(&destination.persistent_connections);
      case kDestAddrFamily:
        return attribute.read(&destination.family);
      case kDestTunType:
        return attribute.read(&destination.tunnel_type);
      case kDestTunPort:
        return read_port(attribute, &destination.tunnel_port);
      case kDestTunFlags:
        return attribute.read(&destination.tunnel_flags);
      case kDestStats:
        if (!seen.has(kDestStats64)) stats = attribute;
        return true;
      case kDestStats64:  // since Linux 4.1
        stats = attribute;
        return true;
    }
    return true;
  };
  constexpr uint32_t kRequired = set_of(kDestAddr, kDestPort, kDestFwdMethod, kDestWeight, kDestUThresh,
                                        kDestLThresh, kDestActiveConns, kDestInactConns, kDestPersistConns);
  if (!for_each_in_nest(header, kAttrDest, take) || !seen.has_all(kRequired)) return false;
  if (!is_address_family(destination.family)) return false;
  if (!read_address(address, destination.family, destination.address)) return false;
  destination.forward &= kFwdMask;
  if (seen.has(kDestAddrFamily)) destination.reported |= kReportsFamily;
  if (seen.has(kDestTunType)) destination.reported |= kReportsTunnelType;
  if (seen.has(kDestTunFlags)) destination.reported |= kReportsTunnelFlags;
  return read_stats(stats, &reply->stats);
}

bool read_daemon(const nlmsghdr* header, DaemonRecord* daemon) {
  *daemon = {};
  Seen seen;
  const auto take_group = [&](const Attribute& attribute, uint16_t family) {
    daemon->group_family = family;
    return read_address(attribute, family, daemon->group);
  };
  const auto take = [&](const Attribute& attribute) {
    if (attribute.type > kDaemonMax) return true;
    seen.add(attribute.type);
    switch (attribute.type) {
      case kDaemonState:
        return attribute.read(&daemon->state);
      case kDaemonMcastIfn:
        return read_name(attribute, daemon->interface);
      case kDaemonSyncId:
        return attribute.read(&daemon->sync_id);
      case kDaemonSyncMaxlen:
        return attribute.read(&daemon->max_length);
      case kDaemonMcastPort:  // in host order, alone among IPVS's ports
        return attribute.read(&daemon->port);
      case kDaemonMcastTtl:
        return attribute.read(&daemon->ttl);
      case kDaemonMcastGroup:
        return take_group(attribute, AF_INET);
      case kDaemonMcastGroup6:
        return take_group(attribute, AF_INET6);
    }
    return true;
  };
  return for_each_in_nest(header, kAttrDaemon, take) &&
         seen.has_all(set_of(kDaemonState, kDaemonMcastIfn, kDaemonSyncId));
}

bool read_timeouts(const nlmsghdr* header, TimeoutsRecord* timeouts) {
  Seen seen;
  const auto take = [&](const Attribute& attribute) {
    if (attribute.type > kAttrMax) return true;
    seen.add(attribute.type);
    switch (attribute.type) {
      case kAttrTimeoutTcp:
        return attribute.read(&timeouts->tcp);
      case kAttrTimeoutTcpFin:
        return attribute.read(&timeouts->tcp_fin);
      case kAttrTimeoutUdp:
        return attribute.read(&timeouts->udp);
    }
    return true;
  };
  return for_each_attribute(attributes_of(header), take) &&
         seen.has_all(set_of(kAttrTimeoutTcp, kAttrTimeoutTcpFin, kAttrTimeoutUdp));
}

bool read_info(const nlmsghdr* header, InfoRecord* info) {
  Seen seen;
  const auto take = [&](const Attribute& attribute) {
    if (attribute.type > kInfoMax) return true;
    seen.add(attribute.type);
    switch (attribute.type) {
      case kInfoVersion:
        return attribute.read(&info->version);
      case kInfoConnTabSize:
        return attribute.read(&info->connection_table_size);
    }
    return true;
  };
  return for_each_attribute(attributes_of(header), take) &&
         seen.has_all(set_of(kInfoVersion, kInfoConnTabSize));
}

}  // namespace lvs
