#include "connection_reader.h"

#include <errno.h>
#include <string.h>

#include <algorithm>
#include <chrono>

#include "connection_counts.h"
#include "task.h"

namespace lvs {

namespace {

// How many pages of the file make a part at most: about two thousand IPv4 entries.
constexpr int kMostPages = 32;

// How long reading a part may take, roughly. Old kernels take milliseconds for a page, and where there is but
// one processor the event loop waits meanwhile.
constexpr auto kTimePerPart = std::chrono::milliseconds(2);

}  // namespace

Napi::Function ConnectionReader::define(Napi::Env env) {
  return DefineClass(
      env, "ConnectionReader",
      {InstanceMethod<&ConnectionReader::next>("next"),
       InstanceMethod<&ConnectionReader::next_sync>("nextSync"),
       InstanceMethod<&ConnectionReader::count>("count"),
       InstanceMethod<&ConnectionReader::count_sync>("countSync"),
       InstanceMethod<&ConnectionReader::take>("take"), InstanceMethod<&ConnectionReader::close>("close")});
}

ConnectionReader::ConnectionReader(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const auto conversation = *info[0].As<Napi::External<std::shared_ptr<Conversation>>>().Data();
  const auto bytes = info[1].As<Napi::Uint8Array>();
  ConnectionFilterRecord filter{};
  memcpy(&filter, bytes.Data(), std::min(bytes.ByteLength(), sizeof filter));
  source_ = std::make_shared<Source>(conversation, filter);
}

// ------------------------------------------------------------------------------------------ reading

bool ConnectionReader::Source::open() {
  if (opened || part.error != 0) return part.error == 0;
  part.error = cancelled ? -ECANCELED : table.open(conversation->netns());
  if (part.error == -ENOENT && conversation->load_module()) part.error = table.open(conversation->netns());
  opened = part.error == 0;
  return opened;
}

template <typename Keep>
bool ConnectionReader::Source::read_page(const Keep& keep) {
  const ssize_t length = cancelled ? -ECANCELED : table.read();
  part.last = length == 0;
  part.error = std::min<int>(static_cast<int>(length), 0);
  ConnectionRecord record;
  std::string_view engine_data;
  for (Line line = Line::kEntry; part.error == 0 && line == Line::kEntry;) {
    line = table.next(&record, &engine_data);
    if (line == Line::kMalformed) part.error = -EBADMSG;
    if (line == Line::kEntry && filter.passes(record)) keep(record, engine_data);
  }
  if (part.error == -EBADMSG) part.text = table.bad_line();
  return !part.last && part.error == 0;
}

void ConnectionReader::Source::read() {
  part.records.clear();
  part.text.clear();
  part.taken = 0;
  if (!open()) return;
  const auto keep = [this](ConnectionRecord& record, std::string_view engine_data) {
    record.engine_data_offset = static_cast<uint32_t>(part.text.size());
    record.engine_data_len = static_cast<uint32_t>(engine_data.size());
    part.records.push_back(record);
    part.text += engine_data;
  };
  const auto began = std::chrono::steady_clock::now();
  for (int page = 0; page < pages && read_page(keep);) page++;
  const auto took = std::chrono::steady_clock::now() - began;
  if (took > kTimePerPart) {
    pages = std::max(1, static_cast<int>(pages * kTimePerPart / took));
  } else if (took < kTimePerPart / 2) {
    pages = std::min(kMostPages, pages * 2);
  }
}

void ConnectionReader::Source::count(uint32_t fields) {
  if (!open()) return;
  ConnectionCounts counts(fields);
  while (read_page([&](ConnectionRecord& record, std::string_view) { counts.add(record); })) {
  }
  if (part.error == 0) part.records = counts.take();
}

// ------------------------------------------------------------------------------------------ JavaScript

Napi::Value ConnectionReader::next(const Napi::CallbackInfo& info) {
  return Task::run(
      info.Env(), [source = source_] { source->read(); }, [](Napi::Env env) { return env.Undefined(); });
}

void ConnectionReader::next_sync(const Napi::CallbackInfo&) { source_->read(); }

Napi::Value ConnectionReader::count(const Napi::CallbackInfo& info) {
  return Task::run(
      info.Env(),
      [source = source_, fields = info[0].As<Napi::Number>().Uint32Value()] { source->count(fields); },
      [](Napi::Env env) { return env.Undefined(); });
}

void ConnectionReader::count_sync(const Napi::CallbackInfo& info) {
  source_->count(info[0].As<Napi::Number>().Uint32Value());
}

void ConnectionReader::take(const Napi::CallbackInfo& info) {
  auto into = info[0].As<Napi::Uint8Array>();
  uint8_t* const bytes = into.Data();
  Part& part = source_->part;
  ConnectionPartRecord header{-part.error, 0, 0, part.last, 0};
  size_t room = into.ByteLength() - sizeof header;

  if (part.error != 0) {
    header.text_len = static_cast<uint32_t>(std::min(room, part.text.size()));
    memcpy(bytes + sizeof header, part.text.data(), header.text_len);
    memcpy(bytes, &header, sizeof header);
    return;
  }
  const auto begin = part.records.cbegin() + static_cast<ptrdiff_t>(part.taken);
  auto end = begin;
  for (; end != part.records.cend(); end++) {
    const size_t needed = sizeof *end + end->engine_data_len;
    if (needed > room) break;
    room -= needed;
    header.text_len += end->engine_data_len;
  }
  header.count = static_cast<uint32_t>(end - begin);
  part.taken += header.count;
  header.rest = static_cast<uint32_t>(part.records.size() - part.taken);
  const size_t records = header.count * sizeof *begin;
  memcpy(bytes, &header, sizeof header);
  if (header.count == 0) return;
  memcpy(bytes + sizeof header, &*begin, records);
  memcpy(bytes + sizeof header + records, part.text.data() + begin->engine_data_offset, header.text_len);
}

// The file is closed when the work that may still read it has ended, which is within a page.
void ConnectionReader::close(const Napi::CallbackInfo&) {
  source_->cancelled = true;
  source_ = std::make_shared<Source>(nullptr, ConnectionFilterRecord{});
  source_->cancelled = true;
}

}  // namespace lvs
