#include "reader.h"

#include <errno.h>

#include <algorithm>
#include <chrono>
#include <new>

#include "counts.h"

namespace lvs {

namespace {

// How many pages of the file make a part at most: about two thousand IPv4 entries.
constexpr int kMostPages = 32;

// How long reading a part may take, roughly. Old kernels take milliseconds for a page, and where there is but
// one processor the event loop waits meanwhile.
constexpr auto kTimePerPart = std::chrono::milliseconds(2);

}  // namespace

bool PartReader::open() {
  if (opened_ || part_.error != 0) return part_.error == 0;
  part_.error = cancelled_ ? -ECANCELED : table_.open(conversation_->netns());
  if (part_.error == -ENOENT && conversation_->load_module())
    part_.error = table_.open(conversation_->netns());
  opened_ = part_.error == 0;
  return opened_;
}

template <typename Keep>
bool PartReader::read_page(const Keep& keep) {
  const ssize_t length = cancelled_ ? -ECANCELED : table_.read();
  part_.last = length == 0;
  part_.error = std::min<int>(static_cast<int>(length), 0);
  ConnectionRecord record;
  std::string_view engine_data;
  for (Line line = Line::kEntry; part_.error == 0 && line == Line::kEntry;) {
    line = table_.next(&record, &engine_data);
    if (line == Line::kMalformed) part_.error = -EBADMSG;
    if (line == Line::kEntry && filter_.passes(record)) keep(record, engine_data);
  }
  if (part_.error == -EBADMSG) part_.text = table_.bad_line();
  return !part_.last && part_.error == 0;
}

template <typename Work>
void PartReader::within_memory(const Work& work) {
  try {
    work();
  } catch (const std::bad_alloc&) {
    part_ = {};
    part_.error = -ENOMEM;
  }
}

void PartReader::read() {
  within_memory([this] { read_part(); });
}

void PartReader::count(uint32_t fields) {
  within_memory([&] { count_all(fields); });
}

void PartReader::read_part() {
  part_.records.clear();
  part_.text.clear();
  part_.taken = 0;
  if (!open()) return;
  const auto keep = [this](ConnectionRecord& record, std::string_view engine_data) {
    record.engine_data_offset = static_cast<uint32_t>(part_.text.size());
    record.engine_data_len = static_cast<uint32_t>(engine_data.size());
    part_.records.push_back(record);
    part_.text += engine_data;
  };
  const auto began = std::chrono::steady_clock::now();
  for (int page = 0; page < pages_ && read_page(keep);) page++;
  const auto took = std::chrono::steady_clock::now() - began;
  if (took > kTimePerPart) {
    pages_ = std::max(1, static_cast<int>(pages_ * kTimePerPart / took));
  } else if (took < kTimePerPart / 2) {
    pages_ = std::min(kMostPages, pages_ * 2);
  }
}

void PartReader::count_all(uint32_t fields) {
  if (!open()) return;
  ConnectionCounts counts(fields);
  while (read_page([&](ConnectionRecord& record, std::string_view) { counts.add(record); })) {
  }
  if (part_.error == 0) part_.records = counts.take();
}

}  // namespace lvs
