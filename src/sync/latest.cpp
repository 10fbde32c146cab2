#include "apus/sync/latest.h"

#include <bit>
#include <cstring>

#include "apus/base/flat_array.h"
#include "apus/sync/name_hash.h"

namespace apus::sync {

uint32_t latest(const uint8_t* keys, uint32_t size, uint32_t count,
                uint32_t* kept) {
  // Where each key begins, and behind the last one; then a table of indexes
  // plus one, which 0 marks as free.
  const uint32_t slots = std::bit_ceil(count * 2);
  FlatArray<uint32_t> begins, table;
  if (!begins.resize(size_t{count} + 1) || !table.resize(slots)) return 0;
  std::memset(table.data(), 0, slots * sizeof(uint32_t));
  begins[0] = 0;
  for (uint32_t at = 0, i = 0; at < size && i < count; ++at)
    if (keys[at] == 0) begins[++i] = at + 1;

  const auto length = [&](uint32_t i) { return begins[i + 1] - begins[i] - 1; };
  const auto same = [&](uint32_t a, uint32_t b) {
    return length(a) == length(b) &&
           std::memcmp(keys + begins[a], keys + begins[b], length(a)) == 0;
  };
  // From the newest on; the kept ones are laid from the end.
  uint32_t first = count;
  for (uint32_t i = count; i-- > 0;) {
    if (length(i) > 0) {
      uint32_t at = place_hash(keys + begins[i], length(i)) & (slots - 1);
      while (table[at] != 0 && !same(table[at] - 1, i))
        at = (at + 1) & (slots - 1);
      if (table[at] != 0) continue;
      table[at] = i + 1;
    }
    kept[--first] = i;
  }
  std::memmove(kept, kept + first, (count - first) * sizeof(uint32_t));
  return count - first;
}

}  // namespace apus::sync
