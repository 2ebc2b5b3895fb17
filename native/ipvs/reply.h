// The buffer that goes back to TypeScript: a status per request, then what the statuses point to.
#pragma once

#include <errno.h>

#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "records.h"

namespace lvs {

class Reply {
 public:
  // Of memory for the next answer: a long list is not kept.
  static constexpr size_t kKeptBytes = 1024 * 1024;

  explicit Reply(size_t requests = 0) { reset(requests); }

  // Forgets everything, to answer so many requests anew.
  void reset(size_t requests) {
    if (bytes_.capacity() > kKeptBytes) bytes_ = {};
    // A blank one is all zeros: clearing it again would take an instruction for each of its bytes.
    if (!blank_) bytes_.clear();
    bytes_.resize(requests * sizeof(StatusRecord));
    blank_ = true;
  }

  // Everything was carried out, and there is nothing to say of it.
  bool blank() const { return blank_; }

  const StatusRecord& status(size_t index) const {
    return reinterpret_cast<const StatusRecord*>(bytes_.data())[index];
  }

  // Adds a record to those of a request. The records of one request are written without others between them.
  template <typename Record>
  void add(size_t index, const Record& record) {
    begin_records(index);
    append(&record, sizeof record);
    write(index).count++;
  }

  template <typename Record>
  void add_all(size_t index, const std::vector<Record>& records) {
    if (records.empty()) return;
    begin_records(index);
    append_all(records);
    write(index).count += static_cast<uint32_t>(records.size());
  }

  // Adds what belongs to a request's records, but is not counted as one, ahead of them.
  template <typename Record>
  void append_all(const std::vector<Record>& records) {
    next_offset();  // so that nothing comes between these and the request's records
    append(records.data(), records.size() * sizeof(Record));
  }

  // Refuses a request, with the kernel's own words where it gave any; without them it needs no memory.
  void refuse(size_t index, int32_t error, std::string_view text = {}) {
    const uint32_t offset = text.empty() ? 0 : next_offset();
    append(text.data(), text.size());
    write(index) = {error, offset, 0, static_cast<uint32_t>(text.size())};
  }

  // Tells the causes of one errno apart.
  void set_detail(size_t index, uint32_t detail) { write(index).count = detail; }

  // What the kernel said about a refusal.
  std::string_view text(size_t index) const {
    const auto* bytes = reinterpret_cast<const char*>(bytes_.data());
    return {bytes + status(index).offset, status(index).error != 0 ? status(index).text_len : 0};
  }

  // Forgets the answer to a request, so that it can be answered anew.
  void restart(size_t index) { write(index) = {}; }

  template <typename Record>
  const Record& record(size_t index, size_t number) const {
    return reinterpret_cast<const Record*>(bytes_.data() + status(index).offset)[number];
  }

  const std::vector<std::byte>& bytes() const { return bytes_; }

  // Gives the bytes away, or gets them back. Without them nothing else may be asked until it is reset.
  std::vector<std::byte> take() { return std::move(bytes_); }
  void put_back(std::vector<std::byte> bytes) { bytes_ = std::move(bytes); }

  // There may be so many bytes more.
  void expect(size_t bytes) {
    try {
      bytes_.reserve(bytes_.size() + bytes);
    } catch (const std::bad_alloc&) {
      // There may be fewer.
    }
  }

  // Takes back what was added after the bytes had this length, and gives its memory back.
  void cut(size_t length) {
    bytes_.resize(length);
    if (bytes_.capacity() > kKeptBytes) bytes_.shrink_to_fit();
  }

  // Refuses what has records, for want of memory for them where they should have gone.
  void cut_records(size_t requests) {
    for (size_t i = 0; i < requests; i++) {
      if (status(i).error == 0 && status(i).count != 0) refuse(i, ENOMEM);
      write(i).text_len = 0;
    }
    cut(requests * sizeof(StatusRecord));
  }

 private:
  StatusRecord& write(size_t index) {
    blank_ = false;
    return reinterpret_cast<StatusRecord*>(bytes_.data())[index];
  }

  void begin_records(size_t index) {
    if (status(index).count == 0) {
      const uint32_t offset = next_offset();
      write(index).offset = offset;
    }
  }

  // Where a record may begin: the bytes end there from now on.
  uint32_t next_offset() {
    bytes_.resize((bytes_.size() + 7) & ~size_t{7});
    return static_cast<uint32_t>(bytes_.size());
  }

  void append(const void* data, size_t length) {
    blank_ = false;
    const auto* begin = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), begin, begin + length);
  }

  std::vector<std::byte> bytes_;
  bool blank_ = true;
};

}  // namespace lvs
