// The sampler's door: values come in batches through shared memory; questions
// and answers are numbers. js/sampler owns what apus_sampler_new() gives,
// null when memory is refused.
#include <emscripten.h>

#include <new>

#include "apus/sampler/series_table.h"

using apus::sampler::SeriesTable;
using apus::sampler::Window;

extern "C" {

EMSCRIPTEN_KEEPALIVE SeriesTable* apus_sampler_new(uint32_t max_series,
                                                   uint32_t max_chunks) {
  auto* table = new (std::nothrow) SeriesTable(max_series, max_chunks);
  if (table == nullptr || table->usable()) return table;
  delete table;
  return nullptr;
}

EMSCRIPTEN_KEEPALIVE void apus_sampler_delete(SeriesTable* table) {
  delete table;
}

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
