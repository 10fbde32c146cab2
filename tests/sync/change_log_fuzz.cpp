// What happens to a change log, read from arbitrary bytes. A libFuzzer target.
#include <cstddef>
#include <cstdint>

#include "change_log_model.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 0)
    apus::sync::testing::Model({data + 1, size - 1}, data[0] % 2 == 0).run();
  return 0;
}
