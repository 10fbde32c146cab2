// The sampler's door: values come through the ring in shared memory, once a
// batch; answers are read from the selected window.
#include <emscripten.h>
#include <emscripten/bind.h>

#include "apus/sampler/series_table.h"

using apus::sampler::SeriesTable;
using apus::sampler::Window;

extern "C" {

EMSCRIPTEN_KEEPALIVE void apus_sampler_drain(SeriesTable* table, uint32_t count,
                                             double now_ms) {
  table->drain(count, now_ms);
}

EMSCRIPTEN_KEEPALIVE double apus_sampler_select(SeriesTable* table,
                                                uint32_t series,
                                                uint32_t window) {
  table->select(series, static_cast<Window>(window));
  return table->count();
}

EMSCRIPTEN_KEEPALIVE double apus_sampler_quantile(SeriesTable* table,
                                                  double q) {
  return table->quantile(q);
}

}  // extern "C"

namespace {
template <typename T>
uintptr_t address_of(const T* pointer) {
  return reinterpret_cast<uintptr_t>(pointer);
}
}  // namespace

EMSCRIPTEN_BINDINGS(apus_sampler) {
  emscripten::class_<SeriesTable>("SeriesTable")
      .constructor<uint32_t, uint32_t>()
      .function("address", emscripten::optional_override([](SeriesTable& self) {
                  return address_of(&self);
                }))
      .function("ringValues",
                emscripten::optional_override([](SeriesTable& self) {
                  return address_of(self.ring_values());
                }))
      .function("ringRuns",
                emscripten::optional_override([](SeriesTable& self) {
                  return address_of(self.ring_runs());
                }))
      .function("buckets", emscripten::optional_override([](SeriesTable& self) {
                  return address_of(self.buckets());
                }))
      .function("merge", &SeriesTable::merge)
      .function("sum", &SeriesTable::sum)
      .function("min", &SeriesTable::min)
      .function("max", &SeriesTable::max)
      .function("zeros", &SeriesTable::zeros)
      .function("rejected", &SeriesTable::rejected)
      .function("folded", &SeriesTable::folded)
      .function("chunks", &SeriesTable::chunks_in_use);
}
