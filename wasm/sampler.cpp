// The sampler's door: values come in batches through shared memory; questions
// and answers are numbers, so that nothing but construction needs Embind.
#include <emscripten.h>
#include <emscripten/bind.h>

#include "apus/sampler/series_table.h"

using apus::sampler::SeriesTable;
using apus::sampler::Window;

extern "C" {

EMSCRIPTEN_KEEPALIVE double* apus_sampler_values(SeriesTable* table) {
  return table->ring_values();
}

EMSCRIPTEN_KEEPALIVE SeriesTable::Run* apus_sampler_runs(SeriesTable* table) {
  return table->ring_runs();
}

EMSCRIPTEN_KEEPALIVE void apus_sampler_drain(SeriesTable* table, uint32_t runs,
                                             double now_ms) {
  table->drain(runs, now_ms);
}

EMSCRIPTEN_KEEPALIVE void apus_sampler_merge(SeriesTable* table, uint32_t into,
                                             uint32_t from) {
  table->merge(into, from);
}

EMSCRIPTEN_KEEPALIVE double apus_sampler_select(SeriesTable* table,
                                                uint32_t series,
                                                uint32_t window) {
  table->select(series, static_cast<Window>(window));
  return table->count();
}

// Of the selected window.
EMSCRIPTEN_KEEPALIVE double apus_sampler_quantile(SeriesTable* table,
                                                  double q) {
  return table->quantile(q);
}

EMSCRIPTEN_KEEPALIVE const uint32_t* apus_sampler_buckets(SeriesTable* table) {
  return table->buckets();
}

// One of the table's numbers, in the order of js/sampler/histograms.js; the
// first four are of the selected window.
EMSCRIPTEN_KEEPALIVE double apus_sampler_number(SeriesTable* table,
                                                uint32_t which) {
  switch (which) {
    case 0:
      return table->sum();
    case 1:
      return table->min();
    case 2:
      return table->max();
    case 3:
      return table->zeros();
    case 4:
      return table->rejected();
    default:
      return table->folded();
  }
}

}  // extern "C"

EMSCRIPTEN_BINDINGS(apus_sampler) {
  emscripten::class_<SeriesTable>("SeriesTable")
      .constructor<uint32_t, uint32_t>()
      .function("address", emscripten::optional_override([](SeriesTable& self) {
                  return reinterpret_cast<uintptr_t>(&self);
                }));
}
