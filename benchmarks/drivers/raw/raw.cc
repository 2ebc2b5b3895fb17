// The floor: a raw socket, messages made in place, and as few system calls as the kernel lets one do with.
// usage: raw batch|single <work> <rounds>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "ipvs.h"

namespace bench {

class Socket {
 public:
  // What a socket has received with decides how large the kernel makes the parts of a dump.
  explicit Socket(size_t receive_bytes)
      : fd_(socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC)), receive_bytes_(receive_bytes) {
    const int bytes = 1024 * 1024, on = 1;
    setsockopt(fd_, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes);
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
    setsockopt(fd_, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  }

  void send(const Messages& messages) {
    if (::send(fd_, messages.data(), messages.length(), 0) < 0) fail("send", errno);
  }

  // Calls `take` with each message until the last one of the answer.
  template <typename Take>
  void receive(const Take& take) {
    for (;;) {
      iovec part{buffer_, receive_bytes_};
      msghdr header{};
      header.msg_iov = &part;
      header.msg_iovlen = 1;
      const ssize_t received = recvmsg(fd_, &header, 0);
      if (received < 0 || (header.msg_flags & MSG_TRUNC) != 0) fail("receive", errno);
      auto length = static_cast<size_t>(received);
      for (auto* at = reinterpret_cast<nlmsghdr*>(buffer_); NLMSG_OK(at, length);
           at = NLMSG_NEXT(at, length)) {
        if (at->nlmsg_type == NLMSG_DONE) return;
        if (at->nlmsg_type != NLMSG_ERROR) {
          take(at);
          continue;
        }
        if (const int error = static_cast<nlmsgerr*>(NLMSG_DATA(at))->error; error != 0)
          fail("refused", -error);
        return;
      }
    }
  }

 private:
  int fd_;
  size_t receive_bytes_;
  alignas(4) char buffer_[32 * 1024];
};

class Raw {
 public:
  Raw(uint16_t family, size_t batch) : family_(family), batch_(batch) {}

  void flush() {
    messages_.clear();
    messages_.begin(family_, IPVS_CMD_FLUSH, NLM_F_ACK, ++sequence_);
    messages_.end();
    exchange(socket_);
  }

  void perform(const std::vector<Step>& steps, bool alone) {
    if (steps.empty()) return;
    if (steps[0].op == "table") return read_table();
    if (steps[0].op == "destinations") return read_destinations(socket_, steps[0].address, steps[0].port);
    const size_t batch = alone ? 1 : batch_;
    messages_.clear();
    for (size_t n = 0; n < steps.size(); n++) {
      put_step(messages_, steps[n], family_, ++sequence_);
      if (messages_.count() < batch && n + 1 < steps.size()) continue;
      messages_.acknowledge();
      exchange(socket_);
      messages_.clear();
    }
  }

 private:
  void exchange(Socket& socket) {
    socket.send(messages_);
    socket.receive([](const nlmsghdr*) {});
  }

  void read_table() {
    services_.clear();
    destinations_.clear();
    messages_.clear();
    messages_.begin(family_, IPVS_CMD_GET_SERVICE, NLM_F_DUMP, ++sequence_);
    messages_.end();
    socket_.send(messages_);
    socket_.receive([&](const nlmsghdr* message) { take(message, &services_, get_service); });
    for (const Row& service : services_) {
      uint32_t address;
      memcpy(&address, service.address, sizeof address);
      read_destinations(small_, address, service.port);
    }
    if (services_.size() + destinations_.size() < 2) fail("an empty table", 0);
  }

  void read_destinations(Socket& socket, uint32_t address, uint16_t port) {
    if (&socket == &socket_) destinations_.clear();
    messages_.clear();
    messages_.begin(family_, IPVS_CMD_GET_DEST, NLM_F_DUMP, ++sequence_);
    put_service(messages_, address, port, false);
    messages_.end();
    socket.send(messages_);
    socket.receive([&](const nlmsghdr* message) { take(message, &destinations_, get_destination); });
  }

  template <typename Get>
  static void take(const nlmsghdr* message, std::vector<Row>* rows, const Get& get) {
    const auto* nest = reinterpret_cast<const char*>(message) + NLMSG_HDRLEN + GENL_HDRLEN;
    get(&rows->emplace_back(Row{}), nest + sizeof(nlattr),
        reinterpret_cast<const nlattr*>(nest)->nla_len - sizeof(nlattr));
  }

  uint16_t family_;
  size_t batch_;
  uint32_t sequence_ = 0;
  Messages messages_;
  Socket socket_{32 * 1024};
  // Cheaper for the few destinations of one service: for what it receives at once the kernel takes 8 KiB. With 3,776
  // bytes it would take 4 KiB, but ten destinations fill these: that none was cut off could not be seen.
  Socket small_{7680};
  std::vector<Row> services_, destinations_;
};

uint16_t resolve_family() {
  static Messages messages;
  Socket socket(32 * 1024);
  messages.begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK, 1);
  messages.put(CTRL_ATTR_FAMILY_NAME, IPVS_GENL_NAME, sizeof IPVS_GENL_NAME);
  messages.end();
  socket.send(messages);
  uint16_t family = 0;
  socket.receive([&](const nlmsghdr* message) {
    const char* data = reinterpret_cast<const char*>(message) + NLMSG_HDRLEN + GENL_HDRLEN;
    for_each_attribute(data, message->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN,
                       [&](uint16_t type, const char* value, size_t size) {
                         if (type == CTRL_ATTR_FAMILY_ID) get(&family, value, size);
                       });
  });
  return family;
}

}  // namespace bench

int main(int, char** arguments) {
  static bench::Raw raw(bench::resolve_family(), std::string(arguments[1]) == "batch" ? 128 : 1);
  return bench::run_rounds(raw, arguments + 2);
}
