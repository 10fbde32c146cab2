// Packs the values of one heap with tables that it learns from them: the first
// from the first values, another one when values have become of another kind.
// A record says by which table it was packed, so that old ones stay readable; a
// table that no record needs any more makes place for the next.
//
// Memory is refused without harm: values stay as they are then.
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

  // `sample`: bytes to learn from; 0 leaves all values as they are.
  explicit ValuePacker(uint32_t sample) : sample_size_(sample) {}

  // The value as it is to be kept; good until the next call.
  Value pack(const uint8_t* value, uint32_t size);

  // The value as it was; good until the next call.
  Value unpack(Value kept);

  // A record packed with this table has come, or gone.
  void retain(uint32_t table) { users_[table] += 1; }
  void release(uint32_t table) { users_[table] -= 1; }

  // Every record has gone.
  void clear();

  uint64_t taken() const;

 private:
  void observe(const uint8_t* value, uint32_t size);
  void learn();
  void weigh(uint32_t raw, uint32_t kept);

  uint32_t sample_size_;
  FlatArray<uint8_t> sample_;  // empty while nothing is to be learned
  uint32_t sampled_ = 0;
  FlatArray<uint8_t> packed_;
  FlatArray<uint8_t> unpacked_;  // as long as the longest value that was packed
  FlatArray<SymbolTable> tables_[kTables];  // one each, once it is learned
  uint32_t users_[kTables] = {};
  uint32_t current_ = 0;
  // Since the last weighing; `good_` is what the table did at first.
  uint64_t raw_ = 0;
  uint64_t kept_ = 0;
  double good_ = 0;
};

}  // namespace apus::cache

#endif  // APUS_CACHE_VALUE_PACKER_H_
