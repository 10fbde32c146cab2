// The numbers that JavaScript shares with the core: offsets of fields that it
// reads and writes in place, and codes. Each room lists its own in
// include/apus/<room>/layout.h; the build writes all of them to dist/layout.js,
// so that a moved field moves there, too.
#ifndef APUS_BASE_LAYOUT_H_
#define APUS_BASE_LAYOUT_H_

#include <cstdint>

namespace apus {

struct LayoutEntry {
  const char* name;  // of the JavaScript constant
  int32_t value;  // an offset in elements of the view that reads it, or a code
};

}  // namespace apus

#endif  // APUS_BASE_LAYOUT_H_
