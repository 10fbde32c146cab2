// Compresses short texts, each by itself. A table of up to 255 symbols of 1 to
// 8 bytes, learned from a sample, represents frequent strings. A packed text
// takes a byte a symbol, and two for a byte that no symbol covers. Boncz,
// Neumann, Leis, "FSST: fast random access string compression", VLDB 2020.
//
// Immutable once learned. Packing and unpacking O(size); unpacking takes a few
// ns a symbol.
#ifndef APUS_CACHE_SYMBOL_TABLE_H_
#define APUS_CACHE_SYMBOL_TABLE_H_

#include <cstdint>

namespace apus::cache {

class SymbolTable {
 public:
  // Bytes that `unpack` may write beyond the end.
  static constexpr uint32_t kSlack = 8;

  // False when memory was refused; then the table is empty.
  bool learn(const uint8_t* sample, uint32_t size);

  // Packs into `to`, which has room for `room` bytes. Returns the bytes
  // written, or 0 when they do not fit.
  uint32_t pack(const uint8_t* from, uint32_t size, uint8_t* to,
                uint32_t room) const;

  // Requires: bytes that `pack` of this table wrote; room for the text and
  // kSlack. Returns the text's bytes.
  uint32_t unpack(const uint8_t* from, uint32_t size, uint8_t* to) const;

 private:
  static constexpr uint32_t kEscape = 255;  // the next byte is itself
  static constexpr uint32_t kHashBits = 10;

  struct Symbol {
    uint64_t bytes;  // the first one lowest, zeroes above the last
    uint32_t size;
    uint32_t unused;  // bits above the last byte
  };
  class Candidates;

  static uint32_t hash(uint64_t bytes);
  static uint32_t rank(const Symbol& symbol);
  uint32_t match(uint64_t word, uint32_t left) const;
  void count(const uint8_t* sample, uint32_t size, Candidates& into) const;
  void take(const Candidates& from);

  Symbol symbols_[kEscape];  // by the hash of two bytes, the longest first
  uint8_t first_[(1 << kHashBits) + 1];  // where a hash's symbols begin
  uint8_t single_[256];                  // the symbol that is this byte alone
};

}  // namespace apus::cache

#endif  // APUS_CACHE_SYMBOL_TABLE_H_
