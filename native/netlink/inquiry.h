// Questions about what surrounds IPVS in a network namespace: files, netlink of any protocol, socket options.
// They change nothing; who asks makes the messages and reads the answers.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "netns.h"

namespace lvs {

// What became of reading a file: its content, or a negative errno.
struct FileText {
  std::string text;
  int error = 0;
};

// Reads files as the namespace sees them: /proc/thread-self/net/… and /proc/sys/net/… are those of the thread
// that reads. Returns 0, or a negative errno where the namespace cannot be entered.
int read_files(const NetNamespace& netns, const std::vector<std::string>& paths,
               std::vector<FileText>* texts);

// Sends concatenated netlink messages one by one, and collects the messages that answer each: up to the end
// of its dump, or its acknowledgement. Returns 0 or a negative errno; a refusal is an answer (NLMSG_ERROR).
int ask_netlink(const NetNamespace& netns, int protocol, std::span<const std::byte> messages,
                std::vector<std::byte>* answers);

// Fills `value` with a socket's option; what it holds is the question. Returns its length or a negative
// errno.
int get_socket_option(const NetNamespace& netns, int family, int level, int name, std::span<std::byte> value);

}  // namespace lvs
