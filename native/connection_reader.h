// The JavaScript class that hands out the connection table part by part.
#pragma once

#include <napi.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "connection_mask.h"
#include "connections.h"
#include "conversation.h"

namespace lvs {

class ConnectionReader : public Napi::ObjectWrap<ConnectionReader> {
 public:
  static Napi::Function define(Napi::Env env);

  // new ConnectionReader(external, filter): made by Handle.connections only.
  explicit ConnectionReader(const Napi::CallbackInfo& info);

 private:
  // What reading has come to, and JavaScript has not taken yet.
  struct Part {
    int error = 0;  // a negative errno, or -EBADMSG: `text` is the line that could not be understood
    bool last = false;
    std::vector<ConnectionRecord> records;
    std::string text;  // the persistence engines' data; records point into it
    size_t taken = 0;  // of the records
  };

  // What the pool thread uses; it lives until the last work on it has ended. JavaScript asks for one thing at
  // a time, and takes what came of it before it asks for the next.
  struct Source {
    Source(std::shared_ptr<Conversation> conversation, const ConnectionFilterRecord& filter)
        : conversation(std::move(conversation)), filter(filter) {}

    const std::shared_ptr<Conversation> conversation;
    const ConnectionFilter filter;
    ConnectionTable table;
    bool opened = false;
    int pages = 4;  // of the next part: as many as the last ones let expect
    std::atomic<bool> cancelled = false;
    Part part;

    // Another part of the table.
    void read();
    // All of it at once, counted by these fields.
    void count(uint32_t fields);

   private:
    bool open();
    // Whether there is more to read. `keep` takes the page's entries that pass the filter.
    template <typename Keep>
    bool read_page(const Keep& keep);
  };

  // next(), count(fields): resolve when there is something to take; nextSync and countSync return then.
  Napi::Value next(const Napi::CallbackInfo& info);
  void next_sync(const Napi::CallbackInfo& info);
  Napi::Value count(const Napi::CallbackInfo& info);
  void count_sync(const Napi::CallbackInfo& info);
  // take(bytes): a ConnectionPartRecord, as many connections as fit, and their text.
  void take(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

  std::shared_ptr<Source> source_;
};

}  // namespace lvs
