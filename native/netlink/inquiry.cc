#include "inquiry.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <new>

#include "datagram.h"
#include "socket.h"

namespace lvs {

namespace {

constexpr size_t kReceiveBytes = 32 * 1024;

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

FileText read_file(const std::string& path) {
  const Descriptor opened{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (opened.fd < 0) return {{}, -errno};
  FileText file;
  char part[16 * 1024];
  ssize_t length;
  while ((length = read(opened.fd, part, sizeof part)) > 0) {
    file.text.append(part, static_cast<size_t>(length));
  }
  if (length < 0) file.error = -errno;
  return file;
}

// Whether nothing follows it: the answer to a dump ends with NLMSG_DONE, any other is one message.
bool is_last(const nlmsghdr* header) {
  return header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR ||
         (header->nlmsg_flags & NLM_F_MULTI) == 0;
}

int collect(Transport& transport, uint32_t sequence, std::vector<std::byte>* answers) try {
  bool ended = false;
  while (!ended) {
    std::span<const std::byte> datagram;
    const int length = transport.receive(&datagram);
    // Nothing is queued: the question had no answer.
    if (length == -EAGAIN) return 0;
    if (length < 0) return length;
    const bool whole = for_each_message(datagram, [&](const nlmsghdr* header) {
      if (header->nlmsg_seq != sequence) return;
      const auto* bytes = reinterpret_cast<const std::byte*>(header);
      answers->insert(answers->end(), bytes, bytes + header->nlmsg_len);
      answers->resize(NLMSG_ALIGN(answers->size()));
      ended = ended || is_last(header);
    });
    if (!whole) return -EBADMSG;
  }
  return 0;
} catch (const std::bad_alloc&) {
  return -ENOMEM;
}

}  // namespace

int read_files(const NetNamespace& netns, const std::vector<std::string>& paths,
               std::vector<FileText>* texts) {
  return netns.run([&] {
    for (const std::string& path : paths) texts->push_back(read_file(path));
    return 0;
  });
}

int ask_netlink(const NetNamespace& netns, int protocol, std::span<const std::byte> messages,
                std::vector<std::byte>* answers) {
  int error = 0;
  const std::unique_ptr<Transport> socket = NetlinkSocket::open(netns, kReceiveBytes, &error, protocol);
  if (!socket) return error;
  const bool whole = for_each_message(messages, [&](const nlmsghdr* header) {
    if (error == 0) error = socket->send({reinterpret_cast<const std::byte*>(header), header->nlmsg_len});
    if (error == 0) error = collect(*socket, header->nlmsg_seq, answers);
  });
  return whole || error != 0 ? error : -EINVAL;
}

int get_socket_option(const NetNamespace& netns, int family, int level, int name,
                      std::span<std::byte> value) {
  return netns.run([&] {
    const int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    auto length = static_cast<socklen_t>(value.size());
    const int result =
        getsockopt(fd, level, name, value.data(), &length) != 0 ? -errno : static_cast<int>(length);
    close(fd);
    return result;
  });
}

}  // namespace lvs
