// What each JavaScript environment (the main thread, every worker) has of its own.
#pragma once

#include <napi.h>

namespace lvs {

struct AddonData {
  Napi::FunctionReference connection_reader;
  Napi::FunctionReference host;
};

}  // namespace lvs
