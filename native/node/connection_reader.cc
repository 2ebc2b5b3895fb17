#include "connection_reader.h"

#include <errno.h>
#include <string.h>

#include <algorithm>

#include "task.h"

namespace lvs {

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
  reader_ = std::make_shared<PartReader>(conversation, filter);
}

Napi::Value ConnectionReader::next(const Napi::CallbackInfo& info) {
  return Task::run(
      info.Env(), [reader = reader_] { reader->read(); }, [](Napi::Env env) { return env.Undefined(); });
}

void ConnectionReader::next_sync(const Napi::CallbackInfo&) { reader_->read(); }

Napi::Value ConnectionReader::count(const Napi::CallbackInfo& info) {
  return Task::run(
      info.Env(),
      [reader = reader_, fields = info[0].As<Napi::Number>().Uint32Value()] { reader->count(fields); },
      [](Napi::Env env) { return env.Undefined(); });
}

void ConnectionReader::count_sync(const Napi::CallbackInfo& info) {
  reader_->count(info[0].As<Napi::Number>().Uint32Value());
}

void ConnectionReader::take(const Napi::CallbackInfo& info) {
  auto into = info[0].As<Napi::Uint8Array>();
  uint8_t* const bytes = into.Data();
  PartReader::Part& part = reader_->part();
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
  reader_->cancel();
  reader_ = std::make_shared<PartReader>(nullptr, ConnectionFilterRecord{});
  reader_->cancel();
}

}  // namespace lvs
