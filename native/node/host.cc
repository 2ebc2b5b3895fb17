#include "host.h"

#include <errno.h>
#include <string.h>

#include <string>
#include <vector>

#include "../netlink/inquiry.h"
#include "task.h"

namespace lvs {

namespace {

struct Files {
  std::vector<FileText> texts;
  int error = 0;
};

struct Bytes {
  std::vector<std::byte> bytes;
  int error = 0;
};

std::vector<std::byte> take_bytes(const Napi::Value& value) {
  const auto array = value.As<Napi::Uint8Array>();
  const auto* bytes = reinterpret_cast<const std::byte*>(array.Data());
  return {bytes, bytes + array.ByteLength()};
}

Napi::Value pack(Napi::Env env, const Bytes& answer) {
  if (answer.error != 0) return Napi::Number::New(env, -answer.error);
  auto buffer = Napi::ArrayBuffer::New(env, answer.bytes.size());
  // A worker that was terminated meanwhile can have no more values.
  if (buffer.IsEmpty()) return {};
  if (!answer.bytes.empty()) memcpy(buffer.Data(), answer.bytes.data(), answer.bytes.size());
  return buffer;
}

}  // namespace

Napi::Function Host::define(Napi::Env env) {
  return DefineClass(env, "Host",
                     {InstanceMethod<&Host::enter>("enter"), InstanceMethod<&Host::read_files>("readFiles"),
                      InstanceMethod<&Host::ask_netlink>("askNetlink"),
                      InstanceMethod<&Host::socket_option>("socketOption")});
}

Host::Host(const Napi::CallbackInfo& info)
    : ObjectWrap(info),
      netns_(info[0].IsExternal() ? *info[0].As<Napi::External<std::shared_ptr<const NetNamespace>>>().Data()
                                  : std::make_shared<const NetNamespace>()) {}

Napi::Value Host::enter(const Napi::CallbackInfo& info) {
  auto netns = std::make_shared<NetNamespace>();
  int error = info[0].IsNumber() ? netns->duplicate(info[0].As<Napi::Number>().Int32Value())
                                 : netns->open(info[0].As<Napi::String>().Utf8Value());
  if (error == 0) error = netns->run([] { return 0; });
  if (error == 0) netns_ = std::move(netns);
  return Napi::Number::New(info.Env(), -error);
}

Napi::Value Host::read_files(const Napi::CallbackInfo& info) {
  const auto names = info[0].As<Napi::Array>();
  std::vector<std::string> paths;
  for (uint32_t i = 0; i < names.Length(); ++i) {
    paths.push_back(names.Get(i).As<Napi::String>().Utf8Value());
  }
  auto files = std::make_shared<Files>();
  return Task::run(
      info.Env(),
      [files, netns = netns_, paths] { files->error = lvs::read_files(*netns, paths, &files->texts); },
      [files](Napi::Env env) -> Napi::Value {
        if (files->error != 0) return Napi::Number::New(env, -files->error);
        auto texts = Napi::Array::New(env, files->texts.size());
        for (uint32_t i = 0; i < files->texts.size(); ++i) {
          const auto& [text, error] = files->texts[i];
          if (error == 0) {
            texts.Set(i, text);
          } else {
            texts.Set(i, -error);
          }
        }
        return texts;
      });
}

Napi::Value Host::ask_netlink(const Napi::CallbackInfo& info) {
  auto answer = std::make_shared<Bytes>();
  return Task::run(
      info.Env(),
      [answer, netns = netns_, protocol = info[0].As<Napi::Number>().Int32Value(),
       messages = take_bytes(info[1])] {
        answer->error = lvs::ask_netlink(*netns, protocol, messages, &answer->bytes);
      },
      [answer](Napi::Env env) { return pack(env, *answer); });
}

Napi::Value Host::socket_option(const Napi::CallbackInfo& info) {
  auto answer = std::make_shared<Bytes>(Bytes{take_bytes(info[3])});
  return Task::run(
      info.Env(),
      [answer, netns = netns_, family = info[0].As<Napi::Number>().Int32Value(),
       level = info[1].As<Napi::Number>().Int32Value(), name = info[2].As<Napi::Number>().Int32Value()] {
        const int length = get_socket_option(*netns, family, level, name, answer->bytes);
        answer->error = length < 0 ? length : 0;
        if (length >= 0) answer->bytes.resize(static_cast<size_t>(length));
      },
      [answer](Napi::Env env) { return pack(env, *answer); });
}

}  // namespace lvs
