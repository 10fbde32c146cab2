// The fields that js/sampler reads and writes in place, and the codes it
// passes.
#ifndef APUS_SAMPLER_LAYOUT_H_
#define APUS_SAMPLER_LAYOUT_H_

#include <cstddef>
#include <cstdint>

#include "apus/base/layout.h"
#include "apus/sampler/bucket.h"
#include "apus/sampler/series_table.h"

namespace apus::sampler {

// JavaScript reads the numbers as doubles and writes runs as 32-bit words.
static_assert(sizeof(SeriesTable::Numbers) == 9 * sizeof(double));
static_assert(sizeof(SeriesTable::Run) == 2 * sizeof(uint32_t));

#define APUS_NUMBER(name, field) \
  { "SAMPLER_" name, offsetof(SeriesTable::Numbers, field) / sizeof(double) }
#define APUS_RUN(name, field) \
  { "SAMPLER_RUN_" name, offsetof(SeriesTable::Run, field) / sizeof(uint32_t) }
inline constexpr LayoutEntry kLayout[] = {
    // Values, and runs, that fit into one batch.
    {"SAMPLER_BUFFER", SeriesTable::kBuffer},
    APUS_RUN("SERIES", series),
    APUS_RUN("END", end),
    {"SAMPLER_RUN_WORDS", sizeof(SeriesTable::Run) / sizeof(uint32_t)},
    APUS_NUMBER("SUM", selected.sum),
    APUS_NUMBER("MIN", selected.min),
    APUS_NUMBER("MAX", selected.max),
    APUS_NUMBER("ZEROS", selected.zeros),
    APUS_NUMBER("REJECTED", rejected),
    APUS_NUMBER("FOLDED", folded),
    APUS_NUMBER("SHIFT", shift),
    APUS_NUMBER("BYTES", bytes),
    {"SAMPLER_WINDOW_MINUTE", static_cast<int32_t>(Window::kMinute)},
    {"SAMPLER_WINDOW_FIVE_MINUTES", static_cast<int32_t>(Window::kFiveMinutes)},
    {"SAMPLER_WINDOW_QUARTER_HOUR", static_cast<int32_t>(Window::kQuarterHour)},
    {"SAMPLER_WINDOW_VISIT", static_cast<int32_t>(Window::kVisit)},
    // Counters of one sign; the negative ones follow the positive ones.
    {"SAMPLER_SIDE", kSide},
    {"SAMPLER_FIRST_INDEX", kFirstIndex},
    {"SAMPLER_SCALE", kScale},
    {"SAMPLER_MIN_EXPONENT", kMinExponent},
};
#undef APUS_NUMBER
#undef APUS_RUN

}  // namespace apus::sampler

#endif  // APUS_SAMPLER_LAYOUT_H_
