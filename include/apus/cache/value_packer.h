// Compresses the values of one heap with tables that it learns from them: one
// from the first values, and another when the data changes. A record names its
// table, and old records stay readable. A table that is no longer used by any
// record is replaced by the next.
//
// When memory is refused, values stay uncompressed.
#ifndef APUS_CACHE_VALUE_PACKER_H_
#define APUS_CACHE_VALUE_PACKER_H_

#include <cstdint>

#include "apus/base/flat_array.h"
#include "apus/cache/symbol_table.h"

namespace apus::cache {

class ValuePacker {
 public:
  static constexpr uint32_t kTables = 4;  // a record's table: 0 for none

  struct Value {
    const uint8_t* at;
    uint32_t size;
    uint32_t table;
  };

  // `sample`: bytes to learn from; 0 for no compression.
  explicit ValuePacker(uint32_t sample) : sample_size_(sample) {}

  // The value to keep; valid until the next call.
  Value pack(const uint8_t* value, uint32_t size);

  // The original value; valid until the next call.
  Value unpack(Value kept);

  // A record packed with this table was added, or removed.
  void retain(uint32_t table) { users_[table] += 1; }
  void release(uint32_t table) { users_[table] -= 1; }

  // All records were removed.
  void clear();

  uint64_t taken() const;

 private:
  void observe(const uint8_t* value, uint32_t size);
  void learn();
  void weigh(uint32_t raw, uint32_t kept);

  uint32_t sample_size_;
  FlatArray<uint8_t> sample_;  // empty when it does not learn
  uint32_t sampled_ = 0;
  FlatArray<uint8_t> packed_;
  // As long as the longest packed value.
  FlatArray<uint8_t> unpacked_;
  // One table each, once it is learned.
  FlatArray<SymbolTable> tables_[kTables];
  uint32_t users_[kTables] = {};
  uint32_t current_ = 0;
  // Bytes since the last check; `good_` is the table's first ratio.
  uint64_t raw_ = 0;
  uint64_t kept_ = 0;
  double good_ = 0;
};

}  // namespace apus::cache

#endif  // APUS_CACHE_VALUE_PACKER_H_
