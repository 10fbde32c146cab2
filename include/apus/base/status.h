// The outcome of an operation that can fail: what the doors hand to JavaScript
// as a number, and js/core turns into an error with a code.
//
// Values are part of the boundary: append, never renumber.
#ifndef APUS_BASE_STATUS_H_
#define APUS_BASE_STATUS_H_

#include <cstdint>
#include <string_view>

namespace apus {

enum class Status : uint32_t {
  kOk = 0,
  kInvalidArgument = 1,  // a precondition that the caller can check
  kOutOfRange = 2,       // an index or a size beyond the end
  kOutOfMemory = 3,      // the allocator refused; nothing changed
  kCorrupt = 4,      // bytes that fail their checksum or contradict themselves
  kUnsupported = 5,  // written by a newer version: leave it alone
  kTooLarge = 6,     // does not fit the budget at all
};

// The enumerator's name without its "k", for tests and messages.
std::string_view status_name(Status status);

}  // namespace apus

#endif  // APUS_BASE_STATUS_H_
