#include "apus/base/status.h"

namespace apus {

std::string_view status_name(Status status) {
  switch (status) {
    case Status::kOk:
      return "Ok";
    case Status::kInvalidArgument:
      return "InvalidArgument";
    case Status::kOutOfRange:
      return "OutOfRange";
    case Status::kOutOfMemory:
      return "OutOfMemory";
    case Status::kCorrupt:
      return "Corrupt";
    case Status::kUnsupported:
      return "Unsupported";
    case Status::kTooLarge:
      return "TooLarge";
  }
  return "Unknown";
}

}  // namespace apus
