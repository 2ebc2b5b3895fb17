// The packed structs that cross between C++ and TypeScript, in the machine's own byte order.
// lib/wire/records.ts is the other side; a unit test holds both layouts equal through the addon's `layout`.
// Addresses are in network order (4 or 16 bytes used); ports and all other numbers are in host order.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lvs {

enum class Operation : uint8_t {
  kNothing = 0,  // a request that was withdrawn
  kAddService = 1,
  kSetService = 2,
  kDeleteService = 3,
  kGetService = 4,
  kAddDestination = 5,
  kSetDestination = 6,
  kDeleteDestination = 7,
  kListDestinations = 8,
  kStartDaemon = 9,
  kStopDaemon = 10,
  kListDaemons = 11,
  kSetTimeouts = 12,
  kGetTimeouts = 13,
  kListServices = 14,
  kGetInfo = 15,
  kZero = 16,
  kFlush = 17,
  kTable = 18,
  kGetStats = 19,
  kPatchService = 20,
  kPatchDestination = 21,
  // As kTable and kListDestinations, without counters.
  kTableState = 23,
  kListDestinationsState = 24,
};

// What a status holds beside the kernel's own errno (which is positive).
enum Failure : int32_t {
  kFailureProtocol = -1,
  kFailureTimeout = -2,
  kFailureModuleMissing = -3,
  // The running kernel does not know what was asked for, and would ignore it.
  kFailureUnsupported = -4,
  // Patches that do not fit what is there: flags of another scheduler, a tunnel without forwarding by tunnel.
  kFailureForeignFlags = -5,
  kFailureNoTunnel = -6,
  // The socket options, which are the way in, have no place for what was asked for; the detail is a NotSaid.
  kFailureNotSaid = -7,
};

// What a patch changes; the rest stays. Of a service:
enum ServiceChange : uint32_t {
  kChangeScheduler = 1 << 0,
  kChangeFlags = 1 << 1,
  kChangePersistence = 1 << 2,  // and of its parts those that follow; all of them where there was none
  kChangeTimeout = 1 << 3,
  kChangeNetmask = 1 << 4,
  kChangeEngine = 1 << 5,
  kFlagsOfScheduler = 1 << 6,  // the flags mean something with the record's scheduler only
  kNoPersistence = 1 << 7,     // its parts are then the defaults that the record has
};

// Of a destination:
enum DestinationChange : uint32_t {
  kChangeForward = 1 << 0,
  kChangeWeight = 1 << 1,
  kChangeUpperThreshold = 1 << 2,
  kChangeLowerThreshold = 1 << 3,
  kChangeTunnel = 1 << 4,
};

// What the kernel said of a destination, beside what every kernel says.
enum DestinationReport : uint8_t {
  kReportsTunnelType = 1 << 0,   // since Linux 5.2
  kReportsTunnelFlags = 1 << 1,  // since 5.3, with GRE
  kReportsFamily = 1 << 2,       // since 3.18
};

// What names a service: either fwmark is not 0 and does, or protocol, address and port do.
struct ServiceRecord {
  uint16_t family;    // AF_INET or AF_INET6; 0: no service
  uint16_t protocol;  // IPPROTO_*
  uint16_t port;
  uint16_t reserved;
  uint32_t fwmark;
  uint8_t address[16];
};
static_assert(sizeof(ServiceRecord) == 28);

struct ServiceOptionsRecord {
  uint32_t flags;
  uint32_t timeout;       // seconds
  uint32_t netmask;       // IPv4: the mask; IPv6: the prefix length
  uint32_t destinations;  // in the answer to kTable and kTableState: how many belong to it
  char scheduler[16];
  char engine[20];
};
static_assert(sizeof(ServiceOptionsRecord) == 52);

struct DestinationRecord {
  uint16_t family;
  uint16_t port;
  uint32_t forward;
  uint32_t weight;
  uint32_t upper_threshold;
  uint32_t lower_threshold;
  uint16_t tunnel_port;
  uint16_t tunnel_flags;
  uint8_t tunnel_type;
  uint8_t reported;  // DestinationReport bits, in answers
  uint8_t reserved[2];
  uint32_t active_connections;
  uint32_t inactive_connections;
  uint32_t persistent_connections;
  uint8_t address[16];
};
static_assert(sizeof(DestinationRecord) == 56);

struct DaemonRecord {
  uint32_t state;  // 1 master, 2 backup
  uint32_t sync_id;
  uint16_t max_length;
  uint16_t port;
  uint16_t group_family;  // AF_INET, AF_INET6, or 0: none given
  uint8_t ttl;
  uint8_t reserved;
  uint8_t group[16];
  char interface[16];
};
static_assert(sizeof(DaemonRecord) == 48);

struct TimeoutsRecord {
  uint32_t tcp;
  uint32_t tcp_fin;
  uint32_t udp;
};
static_assert(sizeof(TimeoutsRecord) == 12);

struct InfoRecord {
  uint32_t version;
  uint32_t connection_table_size;
  uint32_t channel;  // 0 netlink, 1 the socket options
};
static_assert(sizeof(InfoRecord) == 12);

// JavaScript clears records 8 bytes at a time.
struct alignas(8) RequestRecord {
  Operation operation;
  uint8_t reserved[3];
  uint32_t changes;  // of a patch: ServiceChange or DestinationChange bits
  ServiceRecord service;
  union {
    ServiceOptionsRecord options;  // of the service
    DestinationRecord destination;
    DaemonRecord daemon;
    TimeoutsRecord timeouts;
  };
};
static_assert(sizeof(RequestRecord) == 96);
// As in a ServiceReply.
static_assert(offsetof(RequestRecord, options) == offsetof(RequestRecord, service) + sizeof(ServiceRecord));

// Rates are doubles, so that they reach JavaScript as numbers; totals reach it as bigint.
struct StatsRecord {
  uint64_t connections;
  uint64_t packets_in;
  uint64_t packets_out;
  uint64_t bytes_in;
  uint64_t bytes_out;
  double connections_rate;
  double packets_in_rate;
  double packets_out_rate;
  double bytes_in_rate;
  double bytes_out_rate;
};
static_assert(sizeof(StatsRecord) == 80);

// What kTableState answers of a service; of a destination it answers its DestinationRecord, as
// kListDestinationsState does.
struct ServiceStateReply {
  ServiceRecord service;
  ServiceOptionsRecord options;
};
static_assert(sizeof(ServiceStateReply) == 80);

struct ServiceReply {
  ServiceRecord service;
  ServiceOptionsRecord options;
  StatsRecord stats;
};
static_assert(sizeof(ServiceReply) == 160);

struct DestinationReply {
  DestinationRecord destination;
  StatsRecord stats;
};
static_assert(sizeof(DestinationReply) == 136);

// A reply buffer starts with one status per request; what they point to follows.
// kTable and kTableState: `count` services at `offset`; right before them the destinations of each, in the
// same order.
struct StatusRecord {
  int32_t error;      // 0, the kernel's errno, or a Failure
  uint32_t offset;    // of the records, or of the kernel's text about a refusal; 8-byte aligned
  uint32_t count;     // of records; of a refusal, what tells its causes apart
  uint32_t text_len;  // of the kernel's text
};
static_assert(sizeof(StatusRecord) == 16);

// One entry of the connection table.
struct ConnectionRecord {
  uint8_t protocol;            // IPPROTO_TCP, _UDP, _SCTP; 0 for `IP`
  uint8_t family;              // AF_INET or AF_INET6: of client and virtual address
  uint8_t destination_family;  // AF_INET or AF_INET6
  uint8_t is_template;
  uint16_t client_port;
  uint16_t virtual_port;
  uint16_t destination_port;
  uint16_t reserved;
  uint32_t fwmark;  // not 0: the virtual side is this mark
  uint8_t client[16];
  uint8_t virtual_address[16];
  uint8_t destination[16];
  char state[16];
  uint32_t expires;  // seconds
  uint32_t count;    // in the answer to a count: entries that share the other fields
  char engine[20];
  uint32_t engine_data_offset;  // in the text of its part
  uint32_t engine_data_len;
};
static_assert(sizeof(ConnectionRecord) == 116);

// Some of what a reading of the table has come to. `count` connections follow, then the text.
struct ConnectionPartRecord {
  int32_t error;      // 0, or the errno; EBADMSG: the text is the line that could not be understood
  uint32_t count;     // of connections in this part
  uint32_t rest;      // of connections that are there already, but found no place in it
  uint32_t last;      // not 0: there are none behind those
  uint32_t text_len;  // of the persistence engines' data
};
static_assert(sizeof(ConnectionPartRecord) == 20);

enum ConnectionField : uint32_t {
  kFieldProtocol = 1 << 0,
  kFieldState = 1 << 1,
  kFieldTemplate = 1 << 2,
  kFieldClientAddress = 1 << 3,
  kFieldClientPort = 1 << 4,
  kFieldVirtualAddress = 1 << 5,
  kFieldVirtualPort = 1 << 6,
  kFieldDestinationAddress = 1 << 7,
  kFieldDestinationPort = 1 << 8,
  kFieldFwmark = 1 << 9,  // in a filter: a count keeps it with the virtual address
};

// Entries whose fields named in `fields` equal those of `values` pass.
struct ConnectionFilterRecord {
  uint32_t fields;
  ConnectionRecord values;
};
static_assert(sizeof(ConnectionFilterRecord) == 120);

}  // namespace lvs
