// What lists and requests have shown of the table so far. It decides how lists are read: how much is received
// at once, and which checks find nothing that others would not.
#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <optional>

#include "records.h"

namespace lvs {

class KnownTable {
 public:
  // To ask beforehand how long a list is costs more than it saves where it has no more destinations.
  static constexpr size_t kBriefList = 16;

  // What a request names may be in the table from now on.
  void named(const RequestRecord& request) {
    if (request.service.family == AF_INET6) has_ipv6_services_ = true;
    if (request.operation == Operation::kFlush) destinations_ = 0;
    // Of a request that has no destination something else lies there.
    if (request.destination.family != AF_INET6 || request.service.family != AF_INET) return;
    if (request.operation == Operation::kAddDestination || request.operation == Operation::kSetDestination ||
        request.operation == Operation::kPatchDestination)
      has_mixed_services_ = true;
  }

  // All services have been listed.
  void listed_services(bool any_ipv6) { note(&has_ipv6_services_, any_ipv6); }

  // A list of destinations was read. Mixed: IPv6 ones of an IPv4 service.
  void listed_destinations(size_t count, bool mixed) {
    longest_list_ = std::max(longest_list_, count);
    if (mixed) has_mixed_services_ = true;
  }

  // All destinations of all services have been listed.
  void listed_table(size_t destinations, size_t longest_list) {
    destinations_ = destinations;
    longest_list_ = longest_list;
    note(&has_mixed_services_, false);
  }

  // Whether the socket options told all of the destinations that they were asked for.
  void tried_to_tell(bool told) { untold_ = told ? 0 : untold_ + 1; }

  // Whether it is worth to ask them. They do not tell all of a tunnel, or of large counters, and a table
  // mostly has such lists everywhere or nowhere: after many in a row that were not told, few are tried.
  bool may_be_told() { return untold_ < kManyUntold || ++untried_ % kManyUntold == 0; }

  // Whether there was an IPv6 service ever since this began.
  bool may_have_ipv6_services() const { return has_ipv6_services_.value_or(true); }

  // How many destinations an IPv4 service has at most, by the last table, where these are few and never was
  // one of them an IPv6 one.
  std::optional<size_t> brief_ipv4_lists() const {
    const bool brief = longest_list_ != 0 && longest_list_ <= kBriefList;
    return brief && !has_mixed_services_.value_or(true) ? std::optional(longest_list_) : std::nullopt;
  }

  // How many destinations the last table had.
  size_t destinations() const { return destinations_; }

  // How many the longest list of the last table had, or one that came since; 0: unknown.
  size_t longest_list() const { return longest_list_; }

 private:
  // Where there was one, there may be one again.
  static void note(std::optional<bool>* known, bool any) { *known = known->value_or(false) || any; }

  static constexpr unsigned kManyUntold = 16;

  std::optional<bool> has_ipv6_services_;
  std::optional<bool> has_mixed_services_;
  size_t destinations_ = 0;
  size_t longest_list_ = 0;
  unsigned untold_ = 0;   // lists in a row
  unsigned untried_ = 0;  // lists
};

}  // namespace lvs
