#include "addon.h"

#include <cstddef>

#include "../ipvs/records.h"
#include "../netlink/netns.h"
#include "connection_reader.h"
#include "handle.h"
#include "host.h"

namespace lvs {

namespace {

// The layout of the records as this compiler sees it; a unit test compares it with lib/wire/records.ts.
Napi::Value layout(const Napi::CallbackInfo& info) {
  auto records = Napi::Object::New(info.Env());
  const auto record = [&](const char* name, size_t size,
                          std::initializer_list<std::pair<const char*, size_t>> fields) {
    auto offsets = Napi::Object::New(info.Env());
    offsets.Set("size", static_cast<double>(size));
    for (const auto& [field, offset] : fields) offsets.Set(field, static_cast<double>(offset));
    records.Set(name, offsets);
  };
#define FIELD(Record, js, field) {#js, offsetof(Record, field)}
  record("request", sizeof(RequestRecord),
         {FIELD(RequestRecord, operation, operation), FIELD(RequestRecord, changes, changes),
          FIELD(RequestRecord, service, service), FIELD(RequestRecord, destination, destination),
          FIELD(RequestRecord, daemon, daemon), FIELD(RequestRecord, timeouts, timeouts)});
  record("service", sizeof(ServiceReply),
         {FIELD(ServiceReply, family, service.family), FIELD(ServiceReply, protocol, service.protocol),
          FIELD(ServiceReply, port, service.port), FIELD(ServiceReply, fwmark, service.fwmark),
          FIELD(ServiceReply, address, service.address), FIELD(ServiceReply, flags, options.flags),
          FIELD(ServiceReply, timeout, options.timeout), FIELD(ServiceReply, netmask, options.netmask),
          FIELD(ServiceReply, destinations, options.destinations),
          FIELD(ServiceReply, scheduler, options.scheduler), FIELD(ServiceReply, engine, options.engine),
          FIELD(ServiceReply, stats, stats)});
  record(
      "destination", sizeof(DestinationReply),
      {FIELD(DestinationRecord, family, family), FIELD(DestinationRecord, port, port),
       FIELD(DestinationRecord, forward, forward), FIELD(DestinationRecord, weight, weight),
       FIELD(DestinationRecord, upperThreshold, upper_threshold),
       FIELD(DestinationRecord, lowerThreshold, lower_threshold),
       FIELD(DestinationRecord, tunnelPort, tunnel_port), FIELD(DestinationRecord, tunnelFlags, tunnel_flags),
       FIELD(DestinationRecord, tunnelType, tunnel_type),
       FIELD(DestinationRecord, activeConnections, active_connections),
       FIELD(DestinationRecord, inactiveConnections, inactive_connections),
       FIELD(DestinationRecord, persistentConnections, persistent_connections),
       FIELD(DestinationRecord, address, address), FIELD(DestinationReply, stats, stats)});
  record("stats", sizeof(StatsRecord),
         {FIELD(StatsRecord, connections, connections), FIELD(StatsRecord, rates, connections_rate)});
  record("daemon", sizeof(DaemonRecord),
         {FIELD(DaemonRecord, state, state), FIELD(DaemonRecord, syncId, sync_id),
          FIELD(DaemonRecord, maxLength, max_length), FIELD(DaemonRecord, port, port),
          FIELD(DaemonRecord, groupFamily, group_family), FIELD(DaemonRecord, ttl, ttl),
          FIELD(DaemonRecord, group, group), FIELD(DaemonRecord, interface, interface)});
  record("timeouts", sizeof(TimeoutsRecord),
         {FIELD(TimeoutsRecord, tcp, tcp), FIELD(TimeoutsRecord, tcpFin, tcp_fin),
          FIELD(TimeoutsRecord, udp, udp)});
  record("info", sizeof(InfoRecord),
         {FIELD(InfoRecord, version, version), FIELD(InfoRecord, connectionTableSize, connection_table_size),
          FIELD(InfoRecord, channel, channel)});
  record("status", sizeof(StatusRecord),
         {FIELD(StatusRecord, error, error), FIELD(StatusRecord, offset, offset),
          FIELD(StatusRecord, count, count), FIELD(StatusRecord, textLength, text_len)});
  record(
      "connection", sizeof(ConnectionRecord),
      {FIELD(ConnectionRecord, protocol, protocol), FIELD(ConnectionRecord, family, family),
       FIELD(ConnectionRecord, destinationFamily, destination_family),
       FIELD(ConnectionRecord, template, is_template), FIELD(ConnectionRecord, clientPort, client_port),
       FIELD(ConnectionRecord, virtualPort, virtual_port),
       FIELD(ConnectionRecord, destinationPort, destination_port), FIELD(ConnectionRecord, fwmark, fwmark),
       FIELD(ConnectionRecord, client, client), FIELD(ConnectionRecord, virtual, virtual_address),
       FIELD(ConnectionRecord, destination, destination), FIELD(ConnectionRecord, state, state),
       FIELD(ConnectionRecord, expires, expires), FIELD(ConnectionRecord, count, count),
       FIELD(ConnectionRecord, engine, engine), FIELD(ConnectionRecord, engineDataOffset, engine_data_offset),
       FIELD(ConnectionRecord, engineDataLength, engine_data_len)});
  record("connectionPart", sizeof(ConnectionPartRecord),
         {FIELD(ConnectionPartRecord, error, error), FIELD(ConnectionPartRecord, count, count),
          FIELD(ConnectionPartRecord, rest, rest), FIELD(ConnectionPartRecord, last, last),
          FIELD(ConnectionPartRecord, textLength, text_len)});
  record("connectionFilter", sizeof(ConnectionFilterRecord),
         {FIELD(ConnectionFilterRecord, fields, fields), FIELD(ConnectionFilterRecord, values, values)});
#undef FIELD
  return records;
}

// makeNamespace(): the descriptor of a new network namespace, or a negative errno.
Napi::Value make_namespace(const Napi::CallbackInfo& info) {
  NetNamespace netns;
  const int error = netns.make();
  return Napi::Number::New(info.Env(), error != 0 ? error : netns.release());
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto* data = new AddonData;
  data->connection_reader = Napi::Persistent(ConnectionReader::define(env));
  data->host = Napi::Persistent(Host::define(env));
  env.SetInstanceData(data);
  exports.Set("Handle", Handle::define(env));
  exports.Set("Host", data->host.Value());
  exports.Set("makeNamespace", Napi::Function::New(env, make_namespace, "makeNamespace"));
  exports.Set("layout", Napi::Function::New(env, layout, "layout"));
  return exports;
}

}  // namespace

NODE_API_MODULE(NODE_GYP_MODULE_NAME, init)

}  // namespace lvs
