// What a stand-in for the kernel answers, as bytes: one form for tests and fuzzers.
//
// A script is a row of entries, each a kind (1 byte), a length (2 bytes, the low one first) and so many
// bytes. Any bytes are a script: entries of other kinds say nothing, and one that is cut off ends where the
// bytes do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lvs::testing {

enum class ScriptEntry : uint8_t {
  kFamily = 1,    // what the next look-up of the family finds: its id, or a negative errno (4 bytes)
  kSend = 2,      // what the next send returns: 0, or a negative errno (4 bytes); its answers follow
  kDatagram = 3,  // an answer. In each of its messages nlmsg_seq counts from the first message sent
  kFailure = 4,   // a receive that fails: the negative errno (4 bytes)
  kOption = 5,    // what the next of IPVS's socket options tells
  kNoOption = 6,  // one that is refused: the negative errno (4 bytes)
};

struct Script {
  struct Received {
    int error = 0;
    std::vector<std::byte> datagram;
  };
  struct Sent {
    int error = 0;
    std::vector<Received> answers;
  };

  static Script parse(std::span<const std::byte> bytes);

  std::vector<int> families;
  std::vector<Sent> sends;
  std::vector<Received> options;
};

}  // namespace lvs::testing
