// The outcome of an operation that can fail. The door hands it to JavaScript as
// a number (apus/store/layout.h).
#ifndef APUS_STORE_STATUS_H_
#define APUS_STORE_STATUS_H_

#include <cstdint>

namespace apus::store {

enum class Status : uint32_t {
  kOk = 0,
  // A broken precondition that the caller can check.
  kInvalidArgument,
  // The allocator refused; nothing changed.
  kOutOfMemory,
  // Bytes that fail their checksum or contradict themselves.
  kCorrupt,
  // Written by a newer version, or compressed with an unknown dictionary: leave
  // it alone.
  kUnsupported,
};

}  // namespace apus::store

#endif  // APUS_STORE_STATUS_H_
