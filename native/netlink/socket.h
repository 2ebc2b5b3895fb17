// A netlink socket, mostly of generic netlink.
#pragma once

#include <netlink/netlink.h>

#include "netns.h"
#include "transport.h"

namespace lvs {

class NetlinkSocket : public Transport {
 public:
  // Opens one in the namespace, where it stays for ever.
  static std::unique_ptr<Transport> open(const NetNamespace& netns, size_t receive_bytes, int* error,
                                         int protocol = NETLINK_GENERIC);

  int resolve_family(const char* name, uint16_t* id) override;
  size_t receive_bytes() const override { return receive_bytes_; }
  int send(std::span<const std::byte> messages) override;
  int receive(std::span<const std::byte>* datagram) override;
  bool interface_is_up(const char* name) override;

 private:
  struct FreeSocket {
    void operator()(nl_sock* socket) const { nl_socket_free(socket); }
  };

  explicit NetlinkSocket(size_t receive_bytes);
  int connect(int protocol);

  size_t receive_bytes_;
  std::unique_ptr<nl_sock, FreeSocket> socket_;
  std::unique_ptr<std::byte[]> buffer_;
};

}  // namespace lvs
