// IPVS attributes written and read by hand, with nothing between this program and the system calls.
#pragma once

#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <linux/netlink.h>
#include <string.h>

#include <cstdint>

#include "../work.h"

namespace bench {

class Messages {
 public:
  static constexpr size_t kBytes = 256 * 1024;

  void clear() { length_ = count_ = 0; }
  const char* data() const { return bytes_; }
  size_t length() const { return length_; }
  size_t count() const { return count_; }

  void begin(uint16_t family, uint8_t command, uint16_t flags, uint32_t sequence) {
    header_ = reinterpret_cast<nlmsghdr*>(bytes_ + length_);
    *header_ = {0, family, static_cast<uint16_t>(flags | NLM_F_REQUEST), sequence, 0};
    length_ += sizeof(nlmsghdr);
    const genlmsghdr generic{command, 1, 0};
    memcpy(bytes_ + length_, &generic, sizeof generic);
    length_ += sizeof generic;
    count_++;
  }
  void end() {
    header_->nlmsg_len = static_cast<uint32_t>(bytes_ + length_ - reinterpret_cast<char*>(header_));
  }
  void acknowledge() { header_->nlmsg_flags |= NLM_F_ACK; }

  void put(uint16_t type, const void* data, uint16_t size) {
    const nlattr attribute{static_cast<uint16_t>(sizeof(nlattr) + size), type};
    memcpy(bytes_ + length_, &attribute, sizeof attribute);
    memcpy(bytes_ + length_ + sizeof attribute, data, size);
    length_ += NLA_ALIGN(sizeof attribute + size);
  }
  template <typename T>
  void put(uint16_t type, T value) {
    put(type, &value, sizeof value);
  }
  nlattr* open(uint16_t type) {
    auto* nest = reinterpret_cast<nlattr*>(bytes_ + length_);
    nest->nla_type = type;
    length_ += sizeof(nlattr);
    return nest;
  }
  void close(nlattr* nest) {
    nest->nla_len = static_cast<uint16_t>(bytes_ + length_ - reinterpret_cast<char*>(nest));
  }

 private:
  alignas(4) char bytes_[kBytes];
  size_t length_ = 0, count_ = 0;
  nlmsghdr* header_ = nullptr;
};

inline uint8_t command_of(const std::string& op) {
  if (op == "addService") return IPVS_CMD_NEW_SERVICE;
  if (op == "deleteService") return IPVS_CMD_DEL_SERVICE;
  if (op == "addDestination") return IPVS_CMD_NEW_DEST;
  if (op == "setDestination") return IPVS_CMD_SET_DEST;
  if (op == "deleteDestination") return IPVS_CMD_DEL_DEST;
  return IPVS_CMD_GET_DEST;
}

inline void put_service(Messages& messages, uint32_t address, uint16_t port, bool options) {
  nlattr* nest = messages.open(IPVS_CMD_ATTR_SERVICE);
  messages.put<uint16_t>(IPVS_SVC_ATTR_AF, AF_INET);
  messages.put<uint16_t>(IPVS_SVC_ATTR_PROTOCOL, IPPROTO_TCP);
  messages.put(IPVS_SVC_ATTR_ADDR, address);
  messages.put(IPVS_SVC_ATTR_PORT, port);
  if (options) {
    const uint32_t flags[] = {0, UINT32_MAX};
    messages.put(IPVS_SVC_ATTR_SCHED_NAME, "rr", 3);
    messages.put(IPVS_SVC_ATTR_FLAGS, flags, sizeof flags);
    messages.put<uint32_t>(IPVS_SVC_ATTR_TIMEOUT, 0);
    messages.put<uint32_t>(IPVS_SVC_ATTR_NETMASK, UINT32_MAX);
  }
  messages.close(nest);
}

inline void put_destination(Messages& messages, const Step& step, bool options) {
  nlattr* nest = messages.open(IPVS_CMD_ATTR_DEST);
  messages.put<uint16_t>(IPVS_DEST_ATTR_ADDR_FAMILY, AF_INET);
  messages.put(IPVS_DEST_ATTR_ADDR, step.real_address);
  messages.put(IPVS_DEST_ATTR_PORT, step.real_port);
  if (options) {
    messages.put<uint32_t>(IPVS_DEST_ATTR_FWD_METHOD, 0);
    messages.put(IPVS_DEST_ATTR_WEIGHT, step.weight);
    messages.put<uint32_t>(IPVS_DEST_ATTR_U_THRESH, 0);
    messages.put<uint32_t>(IPVS_DEST_ATTR_L_THRESH, 0);
  }
  messages.close(nest);
}

inline void put_step(Messages& messages, const Step& step, uint16_t family, uint32_t sequence) {
  const uint8_t command = command_of(step.op);
  messages.begin(family, command, 0, sequence);
  put_service(messages, step.address, step.port, command == IPVS_CMD_NEW_SERVICE);
  if (command >= IPVS_CMD_NEW_DEST && command <= IPVS_CMD_DEL_DEST)
    put_destination(messages, step, command != IPVS_CMD_DEL_DEST);
  messages.end();
}

// ------------------------------------------------------------------------------------------ reading

struct Counters {
  uint64_t values[10];
};

struct Row {
  uint16_t family, protocol, port;
  uint32_t fwmark, flags, timeout, netmask, forward, weight, upper, lower, active, inactive, persistent;
  uint8_t address[16];
  char scheduler[16];
  uint8_t tunnel_type;
  uint16_t tunnel_port, tunnel_flags;
  Counters stats;
};

template <typename Take>
void for_each_attribute(const char* data, size_t length, const Take& take) {
  while (length >= sizeof(nlattr)) {
    const auto* attribute = reinterpret_cast<const nlattr*>(data);
    if (attribute->nla_len < sizeof(nlattr) || attribute->nla_len > length) return;
    take(attribute->nla_type & NLA_TYPE_MASK, data + sizeof(nlattr), attribute->nla_len - sizeof(nlattr));
    const size_t step = NLA_ALIGN(attribute->nla_len);
    if (step >= length) return;
    data += step;
    length -= step;
  }
}

template <typename T>
void get(T* value, const char* data, size_t length) {
  if (length >= sizeof(T)) memcpy(value, data, sizeof(T));
}

inline void get_stats(Counters* stats, const char* data, size_t length) {
  for_each_attribute(data, length, [&](uint16_t type, const char* value, size_t size) {
    if (type >= 1 && type <= 10) get(&stats->values[type - 1], value, size);
  });
}

inline void get_service(Row* row, const char* data, size_t length) {
  for_each_attribute(data, length, [&](uint16_t type, const char* value, size_t size) {
    switch (type) {
      case IPVS_SVC_ATTR_AF:
        return get(&row->family, value, size);
      case IPVS_SVC_ATTR_PROTOCOL:
        return get(&row->protocol, value, size);
      case IPVS_SVC_ATTR_ADDR:
        return get(&row->address, value, size);
      case IPVS_SVC_ATTR_PORT:
        return get(&row->port, value, size);
      case IPVS_SVC_ATTR_FWMARK:
        return get(&row->fwmark, value, size);
      case IPVS_SVC_ATTR_SCHED_NAME:
        memcpy(row->scheduler, value, strnlen(value, size < 15 ? size : 15));
        return;
      case IPVS_SVC_ATTR_FLAGS:
        return get(&row->flags, value, size);
      case IPVS_SVC_ATTR_TIMEOUT:
        return get(&row->timeout, value, size);
      case IPVS_SVC_ATTR_NETMASK:
        return get(&row->netmask, value, size);
      case IPVS_SVC_ATTR_STATS64:
        return get_stats(&row->stats, value, size);
    }
  });
}

inline void get_destination(Row* row, const char* data, size_t length) {
  for_each_attribute(data, length, [&](uint16_t type, const char* value, size_t size) {
    switch (type) {
      case IPVS_DEST_ATTR_ADDR:
        return get(&row->address, value, size);
      case IPVS_DEST_ATTR_PORT:
        return get(&row->port, value, size);
      case IPVS_DEST_ATTR_FWD_METHOD:
        return get(&row->forward, value, size);
      case IPVS_DEST_ATTR_WEIGHT:
        return get(&row->weight, value, size);
      case IPVS_DEST_ATTR_U_THRESH:
        return get(&row->upper, value, size);
      case IPVS_DEST_ATTR_L_THRESH:
        return get(&row->lower, value, size);
      case IPVS_DEST_ATTR_ACTIVE_CONNS:
        return get(&row->active, value, size);
      case IPVS_DEST_ATTR_INACT_CONNS:
        return get(&row->inactive, value, size);
      case IPVS_DEST_ATTR_PERSIST_CONNS:
        return get(&row->persistent, value, size);
      case IPVS_DEST_ATTR_ADDR_FAMILY:
        return get(&row->family, value, size);
      case IPVS_DEST_ATTR_TUN_TYPE:
        return get(&row->tunnel_type, value, size);
      case IPVS_DEST_ATTR_TUN_PORT:
        return get(&row->tunnel_port, value, size);
      case IPVS_DEST_ATTR_TUN_FLAGS:
        return get(&row->tunnel_flags, value, size);
      case IPVS_DEST_ATTR_STATS64:
        return get_stats(&row->stats, value, size);
    }
  });
}

}  // namespace bench
