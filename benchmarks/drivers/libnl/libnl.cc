// libnl as its manual shows it: a message from the heap for each command, nl_send_auto, and waiting for the
// acknowledgement; lists through a callback for valid messages, with nla_parse.
// usage: libnl <work> <rounds>
#include <linux/ip_vs.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "../work.h"

namespace bench {

struct Row {
  uint16_t port;
  uint32_t address, weight, forward, upper, lower, active, inactive, persistent;
  uint64_t stats[IPVS_STATS_ATTR_MAX + 1];
};

void read_stats(Row* row, nlattr* nest) {
  nlattr* found[IPVS_STATS_ATTR_MAX + 1];
  if (nest == nullptr || nla_parse_nested(found, IPVS_STATS_ATTR_MAX, nest, nullptr) < 0) return;
  for (int type = IPVS_STATS_ATTR_CONNS; type <= IPVS_STATS_ATTR_OUTBPS; type++) {
    if (found[type] != nullptr) row->stats[type] = nla_get_u64(found[type]);
  }
}

int take_service(nl_msg* message, void* rows) {
  nlattr *outer[IPVS_CMD_ATTR_MAX + 1], *found[IPVS_SVC_ATTR_MAX + 1];
  if (genlmsg_parse(nlmsg_hdr(message), 0, outer, IPVS_CMD_ATTR_MAX, nullptr) < 0 ||
      nla_parse_nested(found, IPVS_SVC_ATTR_MAX, outer[IPVS_CMD_ATTR_SERVICE], nullptr) < 0) {
    return NL_SKIP;
  }
  Row row{};
  row.address = nla_get_u32(found[IPVS_SVC_ATTR_ADDR]);
  row.port = nla_get_u16(found[IPVS_SVC_ATTR_PORT]);
  read_stats(&row, found[IPVS_SVC_ATTR_STATS64]);
  static_cast<std::vector<Row>*>(rows)->push_back(row);
  return NL_OK;
}

int take_destination(nl_msg* message, void* rows) {
  nlattr *outer[IPVS_CMD_ATTR_MAX + 1], *found[IPVS_DEST_ATTR_MAX + 1];
  if (genlmsg_parse(nlmsg_hdr(message), 0, outer, IPVS_CMD_ATTR_MAX, nullptr) < 0 ||
      nla_parse_nested(found, IPVS_DEST_ATTR_MAX, outer[IPVS_CMD_ATTR_DEST], nullptr) < 0) {
    return NL_SKIP;
  }
  Row row{};
  row.address = nla_get_u32(found[IPVS_DEST_ATTR_ADDR]);
  row.port = nla_get_u16(found[IPVS_DEST_ATTR_PORT]);
  row.forward = nla_get_u32(found[IPVS_DEST_ATTR_FWD_METHOD]);
  row.weight = nla_get_u32(found[IPVS_DEST_ATTR_WEIGHT]);
  row.upper = nla_get_u32(found[IPVS_DEST_ATTR_U_THRESH]);
  row.lower = nla_get_u32(found[IPVS_DEST_ATTR_L_THRESH]);
  row.active = nla_get_u32(found[IPVS_DEST_ATTR_ACTIVE_CONNS]);
  row.inactive = nla_get_u32(found[IPVS_DEST_ATTR_INACT_CONNS]);
  row.persistent = nla_get_u32(found[IPVS_DEST_ATTR_PERSIST_CONNS]);
  read_stats(&row, found[IPVS_DEST_ATTR_STATS64]);
  static_cast<std::vector<Row>*>(rows)->push_back(row);
  return NL_OK;
}

class Libnl {
 public:
  Libnl() : socket_(nl_socket_alloc()) {
    if (genl_connect(socket_) < 0) fail("connect", 0);
    family_ = genl_ctrl_resolve(socket_, IPVS_GENL_NAME);
  }

  void flush() {
    nl_msg* message = begin(IPVS_CMD_FLUSH, 0);
    if (int error = nl_send_sync(socket_, message); error < 0) fail("flush", error);
  }

  void perform(const std::vector<Step>& steps, bool) {
    for (const Step& step : steps) {
      if (step.op == "table") {
        read_table();
      } else if (step.op == "destinations") {
        read_destinations(step.address, step.port);
      } else {
        change(step);
      }
    }
  }

 private:
  nl_msg* begin(uint8_t command, int flags) {
    nl_msg* message = nlmsg_alloc();
    genlmsg_put(message, NL_AUTO_PORT, NL_AUTO_SEQ, family_, 0, flags, command, 1);
    return message;
  }

  static void put_service(nl_msg* message, uint32_t address, uint16_t port, bool options) {
    nlattr* nest = nla_nest_start(message, IPVS_CMD_ATTR_SERVICE);
    nla_put_u16(message, IPVS_SVC_ATTR_AF, AF_INET);
    nla_put_u16(message, IPVS_SVC_ATTR_PROTOCOL, IPPROTO_TCP);
    nla_put_u32(message, IPVS_SVC_ATTR_ADDR, address);
    nla_put_u16(message, IPVS_SVC_ATTR_PORT, port);
    if (options) {
      const uint32_t flags[] = {0, UINT32_MAX};
      nla_put_string(message, IPVS_SVC_ATTR_SCHED_NAME, "rr");
      nla_put(message, IPVS_SVC_ATTR_FLAGS, sizeof flags, flags);
      nla_put_u32(message, IPVS_SVC_ATTR_TIMEOUT, 0);
      nla_put_u32(message, IPVS_SVC_ATTR_NETMASK, UINT32_MAX);
    }
    nla_nest_end(message, nest);
  }

  static void put_destination(nl_msg* message, const Step& step, bool options) {
    nlattr* nest = nla_nest_start(message, IPVS_CMD_ATTR_DEST);
    nla_put_u16(message, IPVS_DEST_ATTR_ADDR_FAMILY, AF_INET);
    nla_put_u32(message, IPVS_DEST_ATTR_ADDR, step.real_address);
    nla_put_u16(message, IPVS_DEST_ATTR_PORT, step.real_port);
    if (options) {
      nla_put_u32(message, IPVS_DEST_ATTR_FWD_METHOD, 0);
      nla_put_u32(message, IPVS_DEST_ATTR_WEIGHT, step.weight);
      nla_put_u32(message, IPVS_DEST_ATTR_U_THRESH, 0);
      nla_put_u32(message, IPVS_DEST_ATTR_L_THRESH, 0);
    }
    nla_nest_end(message, nest);
  }

  void change(const Step& step) {
    uint8_t command = IPVS_CMD_NEW_SERVICE;
    if (step.op == "deleteService") command = IPVS_CMD_DEL_SERVICE;
    if (step.op == "addDestination") command = IPVS_CMD_NEW_DEST;
    if (step.op == "setDestination") command = IPVS_CMD_SET_DEST;
    if (step.op == "deleteDestination") command = IPVS_CMD_DEL_DEST;
    nl_msg* message = begin(command, 0);
    put_service(message, step.address, step.port, command == IPVS_CMD_NEW_SERVICE);
    if (command >= IPVS_CMD_NEW_DEST) put_destination(message, step, command != IPVS_CMD_DEL_DEST);
    // Sends, waits for the acknowledgement, frees.
    if (int error = nl_send_sync(socket_, message); error < 0) fail(step.op.c_str(), error);
  }

  void list(nl_msg* message, int (*take)(nl_msg*, void*), std::vector<Row>* rows) {
    nl_socket_modify_cb(socket_, NL_CB_VALID, NL_CB_CUSTOM, take, rows);
    if (nl_send_auto(socket_, message) < 0) fail("send", 0);
    nlmsg_free(message);
    if (int error = nl_recvmsgs_default(socket_); error < 0) fail("list", error);
  }

  void read_table() {
    std::vector<Row> services;
    list(begin(IPVS_CMD_GET_SERVICE, NLM_F_DUMP), take_service, &services);
    for (const Row& service : services) read_destinations(service.address, service.port);
  }

  void read_destinations(uint32_t address, uint16_t port) {
    nl_msg* message = begin(IPVS_CMD_GET_DEST, NLM_F_DUMP);
    put_service(message, address, port, false);
    std::vector<Row> destinations;
    list(message, take_destination, &destinations);
    if (destinations.empty()) fail("no destinations", 0);
  }

  nl_sock* socket_;
  int family_;
};

}  // namespace bench

int main(int, char** arguments) {
  bench::Libnl libnl;
  return bench::run_rounds(libnl, arguments + 1);
}
