// The sampler's exports. Values come in batches through shared memory, queries
// are numbers, and JavaScript reads the results in place (sampler/layout.h).
// js/sampler owns the result of apus_sampler_new(); null: memory was refused.
#include <emscripten.h>

#include "apus/sampler/series_table.h"

using apus::sampler::SeriesTable;
using apus::sampler::Window;

extern "C" {

EMSCRIPTEN_KEEPALIVE SeriesTable* apus_sampler_new(uint32_t max_series,
                                                   uint32_t max_bytes) {
  return SeriesTable::make(max_series, max_bytes).release();
}

EMSCRIPTEN_KEEPALIVE void apus_sampler_delete(SeriesTable* table) {
  delete table;
}

EMSCRIPTEN_KEEPALIVE double* apus_sampler_values(SeriesTable* table) {
  return table->buffer_values();
}

EMSCRIPTEN_KEEPALIVE SeriesTable::Run* apus_sampler_runs(SeriesTable* table) {
  return table->buffer_runs();
}

EMSCRIPTEN_KEEPALIVE const SeriesTable::Numbers* apus_sampler_numbers(
    SeriesTable* table) {
  return &table->numbers();
}

EMSCRIPTEN_KEEPALIVE const uint32_t* apus_sampler_buckets(SeriesTable* table) {
  return table->buckets();
}

EMSCRIPTEN_KEEPALIVE void apus_sampler_drain(SeriesTable* table, uint32_t runs,
                                             double now_ms) {
  table->drain(runs, now_ms);
}

EMSCRIPTEN_KEEPALIVE void apus_sampler_merge(SeriesTable* table, uint32_t into,
                                             uint32_t from) {
  table->merge(into, from);
}

// Selects the window for the following queries; returns its count.
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
