// A batch of entries, laid out by JavaScript (js/store/batch.js) for one
// segment. Lengths of text are in UTF-16 code units, which JavaScript knows
// without encoding the text.
//
// Borrows its memory. Not thread-safe.
#ifndef APUS_STORE_BATCH_H_
#define APUS_STORE_BATCH_H_

#include <cstdint>
#include <span>

#include "apus/store/segment_builder.h"

namespace apus::store {

struct Batch {
  // The low 8 bits of an entry's meta are its kind.
  static constexpr unsigned kPriorityShift = 8;
  static constexpr unsigned kTagSetShift = 16;

  uint32_t entries;
  // Clock parts: Stamp >> kNodeBits.
  const double* stamps;
  // ms since 1970, 0 for never.
  const double* expiries;
  const uint32_t* key_units;
  // Bytes for kRaw, code units for kText.
  const uint32_t* value_units;
  // kind | priority << 8 | tag set << 16
  const uint32_t* meta;
  // A line feed after each key, a comma after each text.
  std::span<const uint8_t> keys;
  std::span<const uint8_t> texts;
  std::span<const uint8_t> raw;
  // For each set: u32 bytes of its text, then the text.
  std::span<const uint8_t> tag_sets;

  // The batch whose parts follow one another in memory: texts, raw bytes, keys,
  // tag sets, each as long as given, then at a multiple of 8 the columns.
  // Requires: `at` is a multiple of 8.
  static Batch at(const uint8_t* at, uint32_t entries, uint32_t texts,
                  uint32_t raw, uint32_t keys, uint32_t tag_sets);

  // Appends the entries, written by tab `node`; false when the lengths do not
  // fit the text. O(bytes).
  bool append_to(SegmentBuilder& builder, uint32_t node) const;
};

}  // namespace apus::store

#endif  // APUS_STORE_BATCH_H_
