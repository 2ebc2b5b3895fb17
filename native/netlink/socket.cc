#include "socket.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace lvs {

namespace {

// Room for the answers to one batch: up to 1.3 KiB of the kernel's accounting each.
constexpr int kSocketBufferBytes = 1024 * 1024;

struct FreeMessage {
  void operator()(nl_msg* message) const { nlmsg_free(message); }
};

void set_buffer(int fd, int forced, int capped) {
  const int bytes = kSocketBufferBytes;
  // Beyond the administrator's limit where CAP_NET_ADMIN allows it; the default still holds a batch.
  if (setsockopt(fd, SOL_SOCKET, forced, &bytes, sizeof bytes) != 0) {
    setsockopt(fd, SOL_SOCKET, capped, &bytes, sizeof bytes);
  }
}

int read_family_id(const nlmsghdr* header, uint16_t* id) {
  nlattr* attributes[CTRL_ATTR_MAX + 1];
  if (genlmsg_parse(const_cast<nlmsghdr*>(header), 0, attributes, CTRL_ATTR_MAX, nullptr) < 0 ||
      attributes[CTRL_ATTR_FAMILY_ID] == nullptr || nla_len(attributes[CTRL_ATTR_FAMILY_ID]) < 2) {
    return -EBADMSG;
  }
  *id = nla_get_u16(attributes[CTRL_ATTR_FAMILY_ID]);
  return 0;
}

}  // namespace

std::unique_ptr<Transport> NetlinkSocket::open(const NetNamespace& netns, size_t receive_bytes, int* error,
                                               int protocol) {
  std::unique_ptr<NetlinkSocket> opened(new (std::nothrow) NetlinkSocket(receive_bytes));
  *error = opened ? netns.run([&] { return opened->connect(protocol); }) : -ENOMEM;
  if (*error < 0) return nullptr;
  return opened;
}

NetlinkSocket::NetlinkSocket(size_t receive_bytes)
    : receive_bytes_(receive_bytes),
      socket_(nl_socket_alloc()),
      buffer_(new (std::nothrow) std::byte[receive_bytes]) {}

int NetlinkSocket::connect(int protocol) {
  if (!socket_ || !buffer_) return -ENOMEM;
  errno = 0;
  if (nl_connect(socket_.get(), protocol) < 0) return errno != 0 ? -errno : -EPROTO;

  const int fd = nl_socket_get_fd(socket_.get());
  const int on = 1;
  set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF);
  set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF);
  // Refusals carry the kernel's text (Linux 4.12) and no copy of the request (4.3); older kernels do without.
  setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
  setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  return 0;
}

int NetlinkSocket::resolve_family(const char* name, uint16_t* id) {
  std::unique_ptr<nl_msg, FreeMessage> message(nlmsg_alloc());
  if (!message) return -ENOMEM;
  const uint32_t sequence = next_sequence();
  genlmsg_put(message.get(), NL_AUTO_PORT, sequence, GENL_ID_CTRL, 0, NLM_F_REQUEST, CTRL_CMD_GETFAMILY, 1);
  nla_put_string(message.get(), CTRL_ATTR_FAMILY_NAME, name);
  const nlmsghdr* request = nlmsg_hdr(message.get());
  int error = send({reinterpret_cast<const std::byte*>(request), request->nlmsg_len});

  while (error == 0) {
    std::span<const std::byte> datagram;
    if (int length = receive(&datagram); length < 0) return length;
    auto* header = reinterpret_cast<const nlmsghdr*>(datagram.data());
    int remaining = static_cast<int>(datagram.size());
    for (; nlmsg_ok(header, remaining); header = nlmsg_next(const_cast<nlmsghdr*>(header), &remaining)) {
      if (header->nlmsg_seq != sequence) continue;
      if (header->nlmsg_type == NLMSG_ERROR) {
        if (nlmsg_datalen(header) < static_cast<int>(sizeof(nlmsgerr))) return -EBADMSG;
        return static_cast<const nlmsgerr*>(nlmsg_data(header))->error;
      }
      return read_family_id(header, id);
    }
  }
  return error;
}

int NetlinkSocket::send(std::span<const std::byte> messages) {
  errno = 0;
  // nl_sendto names the kernel as the receiver, so that the caller's capabilities count, not the opener's.
  const int sent = nl_sendto(socket_.get(), const_cast<std::byte*>(messages.data()), messages.size());
  if (sent >= 0) return 0;
  return errno != 0 ? -errno : -EPROTO;
}

bool NetlinkSocket::interface_is_up(const char* name) {
  ifreq request{};
  memccpy(request.ifr_name, name, '\0', sizeof request.ifr_name - 1);
  return ioctl(nl_socket_get_fd(socket_.get()), SIOCGIFFLAGS, &request) == 0 &&
         (request.ifr_flags & IFF_UP) != 0;
}

int NetlinkSocket::receive(std::span<const std::byte>* datagram) {
  // Not nl_recv, which allocates for every datagram and folds distinct errnos into one code; nor recvmsg,
  // which takes longer to say whether a datagram was cut off. MSG_TRUNC has recv return how long it was.
  ssize_t length;
  do {
    length = recv(nl_socket_get_fd(socket_.get()), buffer_.get(), receive_bytes_, MSG_DONTWAIT | MSG_TRUNC);
  } while (length < 0 && errno == EINTR);
  if (length < 0) return -errno;
  if (static_cast<size_t>(length) > receive_bytes_) return -EMSGSIZE;
  *datagram = {buffer_.get(), static_cast<size_t>(length)};
  return static_cast<int>(length);
}

}  // namespace lvs
