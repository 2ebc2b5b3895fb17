#include "socket_options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "uapi.h"

namespace lvs {

namespace {

// Room beyond what is expected: the kernel cuts a list off silently, and a full buffer means that it may
// have.
constexpr size_t kSpareRows = 1;

// A list that outgrows its room is asked for again. Each time there is room for twice as many.
constexpr int kTries = 24;

// The service's name, in any of the kernel's structs. A service by mark needs a protocol here, too.
template <typename Struct>
void put_key(const ServiceRecord& key, Struct* to) {
  to->fwmark = key.fwmark;
  to->protocol = key.fwmark != 0 ? uint16_t{IPPROTO_TCP} : key.protocol;
  to->port = htons(key.port);
  memcpy(&to->addr, key.address, sizeof to->addr);
}

ip_vs_service_user service_of(const RequestRecord& request, bool options) {
  ip_vs_service_user user{};
  put_key(request.service, &user);
  if (options) {
    static_assert(sizeof user.sched_name == sizeof request.options.scheduler);
    memcpy(user.sched_name, request.options.scheduler, sizeof user.sched_name);
    user.flags = request.options.flags;
    user.timeout = request.options.timeout;
    user.netmask = htonl(request.options.netmask);
  }
  return user;
}

struct ServiceAndDestination {
  ip_vs_service_user service;
  ip_vs_dest_user destination;
};

ServiceAndDestination destination_of(const RequestRecord& request) {
  const DestinationRecord& record = request.destination;
  ServiceAndDestination both{service_of(request, false), {}};
  memcpy(&both.destination.addr, record.address, sizeof both.destination.addr);
  both.destination.port = htons(record.port);
  both.destination.conn_flags = record.forward;
  both.destination.weight = static_cast<int>(record.weight);
  both.destination.u_threshold = record.upper_threshold;
  both.destination.l_threshold = record.lower_threshold;
  return both;
}

ip_vs_daemon_user daemon_of(const DaemonRecord& record) {
  ip_vs_daemon_user user{};
  user.state = static_cast<int>(record.state);
  static_assert(sizeof user.mcast_ifn == sizeof record.interface);
  memcpy(user.mcast_ifn, record.interface, sizeof user.mcast_ifn);
  user.syncid = static_cast<int>(record.sync_id);
  return user;
}

StatsRecord stats_of(const ip_vs_stats_user& stats) {
  return {stats.conns,
          stats.inpkts,
          stats.outpkts,
          stats.inbytes,
          stats.outbytes,
          static_cast<double>(stats.cps),
          static_cast<double>(stats.inpps),
          static_cast<double>(stats.outpps),
          static_cast<double>(stats.inbps),
          static_cast<double>(stats.outbps)};
}

ServiceReply service_reply(const ip_vs_service_entry& entry) {
  ServiceReply reply{};
  reply.service.family = AF_INET;
  reply.service.fwmark = entry.fwmark;
  if (entry.fwmark == 0) {
    reply.service.protocol = entry.protocol;
    reply.service.port = ntohs(entry.port);
    memcpy(reply.service.address, &entry.addr, sizeof entry.addr);
  }
  memcpy(reply.options.scheduler, entry.sched_name, sizeof reply.options.scheduler);
  reply.options.scheduler[sizeof reply.options.scheduler - 1] = '\0';
  reply.options.flags = entry.flags & ~uapi::kFlagHashed;
  reply.options.timeout = entry.timeout;
  reply.options.netmask = ntohl(entry.netmask);
  reply.options.destinations = entry.num_dests;
  reply.stats = stats_of(entry.stats);
  return reply;
}

DestinationRecord destination_record(const ip_vs_dest_entry& entry) {
  DestinationRecord record{};
  record.family = AF_INET;
  record.port = ntohs(entry.port);
  record.forward = entry.conn_flags & uapi::kFwdMask;
  record.weight = static_cast<uint32_t>(entry.weight);
  record.upper_threshold = entry.u_threshold;
  record.lower_threshold = entry.l_threshold;
  record.active_connections = entry.activeconns;
  record.inactive_connections = entry.inactconns;
  record.persistent_connections = entry.persistconns;
  memcpy(record.address, &entry.addr, sizeof entry.addr);
  return record;
}

DestinationReply destination_reply(const ip_vs_dest_entry& entry) {
  return {destination_record(entry), stats_of(entry.stats)};
}

// The kernel does not say how many rows it wrote: those that it did not are as the buffer was.
template <typename Entry, typename IsEntry>
size_t count_rows(const Entry* rows, size_t room, const IsEntry& is_entry) {
  return static_cast<size_t>(std::find_if_not(rows, rows + room, is_entry) - rows);
}

// Asks for a list with more and more room until it leaves some. `ask(room, rows)` says how many rows came.
template <typename Ask>
int ask_with_room(size_t expected, const Ask& ask) {
  size_t room = expected + kSpareRows;
  for (int tries = 0; tries < kTries; tries++, room *= 2) {
    size_t rows = 0;
    if (int error = ask(room, &rows); error != 0) return error;
    if (rows < room) return 0;
  }
  return ENOMEM;
}

}  // namespace

SocketOptions::~SocketOptions() {
  if (fd_ >= 0) close(fd_);
}

int SocketOptions::open(const NetNamespace& netns) {
  if (fd_ >= 0) return 0;
  // Any IPv4 socket will do; this kind needs no capability.
  const int fd = netns.run([] {
    const int opened = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return opened < 0 ? -errno : opened;
  });
  if (fd < 0) return -fd;
  fd_ = fd;
  return 0;
}

NotSaid SocketOptions::not_said(const RequestRecord& request) {
  const DestinationRecord& destination = request.destination;
  switch (request.operation) {
    case Operation::kAddDestination:
    case Operation::kSetDestination:
    case Operation::kPatchDestination:
    case Operation::kDeleteDestination:
      if (request.service.family != AF_INET) return NotSaid::kServiceIpv6;
      if (destination.family != AF_INET) return NotSaid::kDestinationIpv6;
      if (request.operation == Operation::kDeleteDestination) return NotSaid::kNothing;
      return destination.tunnel_type != 0 || destination.tunnel_flags != 0 ? NotSaid::kTunnel
                                                                           : NotSaid::kNothing;
    case Operation::kAddService:
    case Operation::kSetService:
    case Operation::kPatchService:
      if (request.service.family != AF_INET) return NotSaid::kServiceIpv6;
      return request.options.engine[0] != '\0' ? NotSaid::kEngine : NotSaid::kNothing;
    case Operation::kDeleteService:
    case Operation::kGetService:
    case Operation::kListDestinations:
    case Operation::kListDestinationsState:
      return request.service.family != AF_INET ? NotSaid::kServiceIpv6 : NotSaid::kNothing;
    case Operation::kZero: {
      if (request.service.family == 0) return NotSaid::kNothing;
      if (request.service.family != AF_INET) return NotSaid::kServiceIpv6;
      // Here the name of this one stands for all of them.
      const ServiceRecord any{AF_INET, request.service.protocol, 0, 0, 0, {}};
      return memcmp(&request.service, &any, sizeof any) == 0 ? NotSaid::kZeroOfAny : NotSaid::kNothing;
    }
    case Operation::kStartDaemon: {
      const DaemonRecord& daemon = request.daemon;
      const bool options =
          daemon.max_length != 0 || daemon.port != 0 || daemon.ttl != 0 || daemon.group_family != 0;
      return options ? NotSaid::kDaemonOptions : NotSaid::kNothing;
    }
    default:
      return NotSaid::kNothing;
  }
}

int SocketOptions::change(const RequestRecord& request) {
  switch (request.operation) {
    case Operation::kAddService:
    case Operation::kSetService: {
      const ip_vs_service_user user = service_of(request, true);
      const bool add = request.operation == Operation::kAddService;
      return set(add ? IP_VS_SO_SET_ADD : IP_VS_SO_SET_EDIT, &user, sizeof user);
    }
    case Operation::kDeleteService:
    case Operation::kZero: {
      const ip_vs_service_user user = service_of(request, false);
      const bool zero = request.operation == Operation::kZero;
      return set(zero ? IP_VS_SO_SET_ZERO : IP_VS_SO_SET_DEL, &user, sizeof user);
    }
    case Operation::kAddDestination:
    case Operation::kSetDestination:
    case Operation::kDeleteDestination: {
      const ServiceAndDestination both = destination_of(request);
      const int option = request.operation == Operation::kAddDestination   ? IP_VS_SO_SET_ADDDEST
                         : request.operation == Operation::kSetDestination ? IP_VS_SO_SET_EDITDEST
                                                                           : IP_VS_SO_SET_DELDEST;
      return set(option, &both, sizeof both);
    }
    case Operation::kStartDaemon:
    case Operation::kStopDaemon: {
      const ip_vs_daemon_user user = daemon_of(request.daemon);
      const bool start = request.operation == Operation::kStartDaemon;
      return set(start ? IP_VS_SO_SET_STARTDAEMON : IP_VS_SO_SET_STOPDAEMON, &user, sizeof user);
    }
    case Operation::kSetTimeouts: {
      const ip_vs_timeout_user user{static_cast<int>(request.timeouts.tcp),
                                    static_cast<int>(request.timeouts.tcp_fin),
                                    static_cast<int>(request.timeouts.udp)};
      return set(IP_VS_SO_SET_TIMEOUT, &user, sizeof user);
    }
    case Operation::kFlush:
      return set(IP_VS_SO_SET_FLUSH, nullptr, 0);
    default:
      return EOPNOTSUPP;
  }
}

int SocketOptions::info(InfoRecord* info) {
  ip_vs_getinfo answer{};
  if (int error = get(IP_VS_SO_GET_INFO, &answer, sizeof answer); error != 0) return error;
  info->version = answer.version;
  info->connection_table_size = answer.size;
  return 0;
}

int SocketOptions::timeouts(TimeoutsRecord* timeouts) {
  ip_vs_timeout_user answer{};
  if (int error = get(IP_VS_SO_GET_TIMEOUT, &answer, sizeof answer); error != 0) return error;
  *timeouts = {static_cast<uint32_t>(answer.tcp_timeout), static_cast<uint32_t>(answer.tcp_fin_timeout),
               static_cast<uint32_t>(answer.udp_timeout)};
  return 0;
}

int SocketOptions::daemons(std::vector<DaemonRecord>* daemons) {
  ip_vs_daemon_user answer[2]{};
  if (int error = get(IP_VS_SO_GET_DAEMON, answer, sizeof answer); error != 0) return error;
  for (const ip_vs_daemon_user& each : answer) {
    if (each.state == 0) continue;
    DaemonRecord daemon{};
    daemon.state = static_cast<uint32_t>(each.state);
    daemon.sync_id = static_cast<uint32_t>(each.syncid);
    memcpy(daemon.interface, each.mcast_ifn, sizeof daemon.interface - 1);
    daemons->push_back(daemon);
  }
  return 0;
}

int SocketOptions::services(std::vector<ServiceReply>* services) {
  ip_vs_getinfo info{};
  if (int error = get(IP_VS_SO_GET_INFO, &info, sizeof info); error != 0) return error;
  return ask_with_room(info.num_services, [&](size_t room, size_t* count) {
    const size_t size = sizeof(ip_vs_get_services) + room * sizeof(ip_vs_service_entry);
    if (buffer_.size() < size) buffer_.resize(size);
    const auto number = static_cast<unsigned>(room);
    memcpy(buffer_.data() + offsetof(ip_vs_get_services, num_services), &number, sizeof number);
    auto* rows = reinterpret_cast<ip_vs_service_entry*>(buffer_.data() + sizeof(ip_vs_get_services));
    // Every service has a scheduler's name, `none` among them. The kernel writes whole rows.
    for (size_t i = 0; i < room; i++) rows[i].sched_name[0] = '\0';
    if (int error = get(IP_VS_SO_GET_SERVICES, buffer_.data(), size); error != 0) return error;
    *count = count_rows(rows, room, [](const ip_vs_service_entry& row) { return row.sched_name[0] != '\0'; });
    services->clear();
    services->reserve(*count);
    std::transform(rows, rows + *count, std::back_inserter(*services), service_reply);
    return 0;
  });
}

int SocketOptions::service(const ServiceRecord& key, ServiceReply* service) {
  ip_vs_service_entry entry{};
  put_key(key, &entry);
  if (int error = get(IP_VS_SO_GET_SERVICE, &entry, sizeof entry); error != 0) return error;
  *service = service_reply(entry);
  return 0;
}

template <typename Row, typename Make>
int SocketOptions::list_destinations(const ServiceRecord& key, size_t expected, const Make& make,
                                     std::vector<Row>* destinations) {
  return ask_with_room(expected, [&](size_t room, size_t* count) {
    const size_t size = sizeof(ip_vs_get_dests) + room * sizeof(ip_vs_dest_entry);
    if (buffer_.size() < size) buffer_.resize(size);
    auto* head = reinterpret_cast<ip_vs_get_dests*>(buffer_.data());
    *head = {};
    put_key(key, head);
    head->num_dests = static_cast<unsigned>(room);
    auto* rows = reinterpret_cast<ip_vs_dest_entry*>(buffer_.data() + sizeof(ip_vs_get_dests));
    // No destination has the address 0.0.0.0. The kernel writes whole rows.
    for (size_t i = 0; i < room; i++) rows[i].addr = 0;
    if (int error = get(IP_VS_SO_GET_DESTS, buffer_.data(), size); error != 0) return error;
    *count = count_rows(rows, room, [](const ip_vs_dest_entry& row) { return row.addr != 0; });
    destinations->clear();
    destinations->reserve(*count);
    std::transform(rows, rows + *count, std::back_inserter(*destinations), make);
    return 0;
  });
}

int SocketOptions::destinations(const ServiceRecord& key, size_t expected,
                                std::vector<DestinationReply>* destinations) {
  return list_destinations(key, expected, destination_reply, destinations);
}

int SocketOptions::destinations(const ServiceRecord& key, size_t expected,
                                std::vector<DestinationRecord>* destinations) {
  return list_destinations(key, expected, destination_record, destinations);
}

int SocketOptions::get(int option, void* value, size_t size) {
  auto length = static_cast<socklen_t>(size);
  int result;
  do {
    result = getsockopt(fd_, IPPROTO_IP, option, value, &length);
  } while (result != 0 && errno == EINTR);
  if (result == 0) return 0;
  // What the kernel says of an option that no module has.
  return errno == ENOPROTOOPT ? int{kFailureModuleMissing} : errno;
}

int SocketOptions::set(int option, const void* value, size_t size) {
  if (setsockopt(fd_, IPPROTO_IP, option, value, static_cast<socklen_t>(size)) == 0) return 0;
  return errno == ENOPROTOOPT ? int{kFailureModuleMissing} : errno;
}

}  // namespace lvs
