// The connection table in parts, filtered, or counted at once: what a pool thread does for a reader in
// JavaScript, which asks for one thing at a time, and takes what came of it before it asks for the next.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "../ipvs/conversation.h"
#include "mask.h"
#include "table.h"

namespace lvs {

class PartReader {
 public:
  // What reading has come to, and nobody has taken yet.
  struct Part {
    int error = 0;  // a negative errno, or -EBADMSG: `text` is the line that could not be understood
    bool last = false;
    std::vector<ConnectionRecord> records;
    std::string text;  // the persistence engines' data; records point into it
    size_t taken = 0;  // of the records
  };

  PartReader(std::shared_ptr<Conversation> conversation, const ConnectionFilterRecord& filter)
      : conversation_(std::move(conversation)), filter_(filter) {}

  // Another part of the table.
  void read();
  // All of it at once, counted by these fields.
  void count(uint32_t fields);
  // Lets the reading end within a page. Any thread may call it.
  void cancel() { cancelled_ = true; }

  Part& part() { return part_; }

 private:
  template <typename Work>
  void within_memory(const Work& work);
  void read_part();
  void count_all(uint32_t fields);
  bool open();
  // Whether there is more to read. `keep` takes the page's entries that pass the filter.
  template <typename Keep>
  bool read_page(const Keep& keep);

  const std::shared_ptr<Conversation> conversation_;
  const ConnectionFilter filter_;
  ConnectionTable table_;
  bool opened_ = false;
  int pages_ = 4;  // of the next part: as many as the last ones let expect
  std::atomic<bool> cancelled_ = false;
  Part part_;
};

}  // namespace lvs
