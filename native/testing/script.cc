#include "script.h"

#include <errno.h>
#include <string.h>

#include <algorithm>

namespace lvs::testing {

namespace {

constexpr size_t kHeaderBytes = 3;

// What the kernel reserves for errnos.
constexpr int kGreatestErrno = 4095;

int32_t number(std::span<const std::byte> bytes) {
  int32_t value = 0;
  if (!bytes.empty()) memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof value));
  return std::max(value, -kGreatestErrno);
}

}  // namespace

Script Script::parse(std::span<const std::byte> bytes) {
  Script script;
  while (bytes.size() >= kHeaderBytes) {
    const auto kind = static_cast<ScriptEntry>(bytes[0]);
    const size_t length = std::to_integer<size_t>(bytes[1]) | std::to_integer<size_t>(bytes[2]) << 8;
    bytes = bytes.subspan(kHeaderBytes);
    const auto payload = bytes.first(std::min(length, bytes.size()));
    bytes = bytes.subspan(payload.size());

    if (kind == ScriptEntry::kFamily) script.families.push_back(number(payload));
    if (kind == ScriptEntry::kSend) script.sends.push_back({std::min(number(payload), 0), {}});
    if (kind == ScriptEntry::kOption) script.options.push_back({0, {payload.begin(), payload.end()}});
    if (kind == ScriptEntry::kNoOption) script.options.push_back({std::min(number(payload), -EPERM), {}});
    if (script.sends.empty()) continue;
    std::vector<Received>& answers = script.sends.back().answers;
    if (kind == ScriptEntry::kDatagram) answers.push_back({0, {payload.begin(), payload.end()}});
    if (kind == ScriptEntry::kFailure) answers.push_back({std::min(number(payload), -EPERM), {}});
  }
  return script;
}

}  // namespace lvs::testing
