// Not a module of a room: the build runs it once and writes its tables to
// dist/layout.js (tools/build.js).
#include "apus/base/layout.h"

#include <emscripten.h>

#include <iterator>

#include "apus/cache/layout.h"
#include "apus/lazy/layout.h"
#include "apus/list/layout.h"
#include "apus/quantum/layout.h"
#include "apus/sampler/layout.h"
#include "apus/store/layout.h"
#include "apus/sync/layout.h"

using apus::LayoutEntry;

namespace {

struct Table {
  const LayoutEntry* entries;
  uint32_t count;
};

template <uint32_t n>
constexpr Table table(const LayoutEntry (&entries)[n]) {
  return {entries, n};
}

constexpr Table kTables[] = {
    table(apus::cache::kLayout),   table(apus::lazy::kLayout),
    table(apus::list::kLayout),    table(apus::sampler::kLayout),
    table(apus::store::kLayout),   table(apus::sync::kLayout),
    table(apus::quantum::kLayout),
};

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE uint32_t apus_layout_tables() {
  return std::size(kTables);
}
EMSCRIPTEN_KEEPALIVE uint32_t apus_layout_count(uint32_t table) {
  return kTables[table].count;
}
EMSCRIPTEN_KEEPALIVE const char* apus_layout_name(uint32_t table,
                                                  uint32_t entry) {
  return kTables[table].entries[entry].name;
}
EMSCRIPTEN_KEEPALIVE int32_t apus_layout_value(uint32_t table, uint32_t entry) {
  return kTables[table].entries[entry].value;
}

}  // extern "C"
