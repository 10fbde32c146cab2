#include "apus/cache/symbol_table.h"

#include <cstring>

#include "apus/base/flat_array.h"

namespace apus::cache {
namespace {

constexpr uint32_t kLongest = 8;
constexpr int kGenerations = 5;

uint64_t load(const uint8_t* from, uint32_t left) {
  uint64_t word = 0;
  if (left >= 8) {
    std::memcpy(&word, from, 8);
  } else {
    std::memcpy(&word, from, left);
  }
  return word;
}

}  // namespace

// How often each symbol occurs, and each pair of neighbours: an open-addressing
// table that stops taking new ones when it is nearly full.
class SymbolTable::Candidates {
 public:
  struct Candidate {
    uint64_t bytes;
    uint32_t size;  // 0: none
    uint32_t count;

    // Roughly the bytes it saves. Single bytes count more, because a byte
    // without a symbol takes two.
    uint32_t gain() const { return count * (size == 1 ? 8 : size); }
  };

  bool reserve() { return table_.resize(kPlaces); }

  void clear() {
    std::memset(table_.data(), 0, kPlaces * sizeof(Candidate));
    used_ = 0;
  }

  void add(uint64_t bytes, uint32_t size) {
    const uint64_t hash = (bytes ^ size) * 0x9E3779B97F4A7C15;
    for (auto place = static_cast<uint32_t>(hash >> 51);; ++place) {
      Candidate& candidate = table_[place % kPlaces];
      if (candidate.size == 0) {
        if (used_ == kPlaces / 8 * 7) return;
        used_ += 1;
        candidate = {bytes, size, 1};
        return;
      }
      if (candidate.bytes == bytes && candidate.size == size) {
        candidate.count += 1;
        return;
      }
    }
  }

  // The smallest gain exceeded by at most `most` candidates.
  uint32_t threshold(uint32_t most) const {
    uint32_t low = 0;
    uint32_t high = 1 << 24;
    while (low < high) {
      const uint32_t middle = (low + high) / 2;
      uint32_t above = 0;
      for (const Candidate& candidate : *this)
        above += candidate.gain() > middle;
      if (above > most) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  const Candidate* begin() const { return &table_[0]; }
  const Candidate* end() const { return &table_[0] + kPlaces; }

 private:
  static constexpr uint32_t kPlaces = 1 << 13;

  FlatArray<Candidate> table_;
  uint32_t used_ = 0;
};

bool SymbolTable::learn(const uint8_t* sample, uint32_t size) {
  std::memset(first_, 0, sizeof first_);
  std::memset(single_, kEscape, sizeof single_);
  Candidates candidates;
  if (!candidates.reserve()) return false;
  for (int generation = 0; generation < kGenerations; ++generation) {
    candidates.clear();
    count(sample, size, candidates);
    take(candidates);
  }
  return true;
}

uint32_t SymbolTable::hash(uint64_t bytes) {
  return (static_cast<uint32_t>(bytes) & 0xFFFF) * 0x9E3779B1 >>
         (32 - kHashBits);
}

// Its order in the table. Symbols of one byte, which `single_` finds, come
// last.
uint32_t SymbolTable::rank(const Symbol& symbol) {
  const uint32_t bucket =
      symbol.size == 1 ? 1 << kHashBits : hash(symbol.bytes);
  return bucket * 16 + kLongest - symbol.size;
}

// The longest symbol that the text begins with, or kEscape.
uint32_t SymbolTable::match(uint64_t word, uint32_t left) const {
  const uint32_t bucket = hash(word);
  for (uint32_t i = first_[bucket]; i < first_[bucket + 1]; ++i) {
    const Symbol& symbol = symbols_[i];
    if ((word ^ symbol.bytes) << symbol.unused == 0 && symbol.size <= left)
      return i;
  }
  return single_[word & 0xFF];
}

void SymbolTable::count(const uint8_t* sample, uint32_t size,
                        Candidates& into) const {
  Symbol before{0, kLongest, 0};
  for (uint32_t at = 0; at < size;) {
    const uint64_t word = load(sample + at, size - at);
    const uint32_t code = match(word, size - at);
    const Symbol symbol =
        code == kEscape ? Symbol{word & 0xFF, 1, 56} : symbols_[code];
    into.add(symbol.bytes, symbol.size);
    if (symbol.size > 1) into.add(symbol.bytes & 0xFF, 1);
    if (before.size + symbol.size <= kLongest) {
      into.add(before.bytes | symbol.bytes << (8 * before.size),
               before.size + symbol.size);
    }
    before = symbol;
    at += symbol.size;
  }
}

// Keeps the candidates with the largest gain.
void SymbolTable::take(const Candidates& from) {
  const uint32_t least = from.threshold(kEscape);
  uint32_t count = 0;
  for (const Candidates::Candidate& candidate : from) {
    if (candidate.gain() <= least) continue;
    const Symbol symbol{candidate.bytes, candidate.size,
                        64 - 8 * candidate.size};
    uint32_t at = count++;
    for (; at > 0 && rank(symbols_[at - 1]) > rank(symbol); --at)
      symbols_[at] = symbols_[at - 1];
    symbols_[at] = symbol;
  }
  uint32_t at = 0;
  for (uint32_t bucket = 0; bucket <= 1 << kHashBits; ++bucket) {
    while (at < count && rank(symbols_[at]) < bucket * 16) ++at;
    first_[bucket] = static_cast<uint8_t>(at);
  }
  std::memset(single_, kEscape, sizeof single_);
  for (; at < count; ++at)
    single_[symbols_[at].bytes] = static_cast<uint8_t>(at);
}

uint32_t SymbolTable::pack(const uint8_t* from, uint32_t size, uint8_t* to,
                           uint32_t room) const {
  uint32_t out = 0;
  for (uint32_t at = 0; at < size;) {
    const uint64_t word = load(from + at, size - at);
    const uint32_t code = match(word, size - at);
    if (out + 2 > room) return 0;
    to[out++] = static_cast<uint8_t>(code);
    if (code == kEscape) {
      to[out++] = static_cast<uint8_t>(word);
      at += 1;
    } else {
      at += symbols_[code].size;
    }
  }
  return out;
}

uint32_t SymbolTable::unpack(const uint8_t* from, uint32_t size,
                             uint8_t* to) const {
  uint8_t* out = to;
  for (uint32_t at = 0; at < size; ++at) {
    const uint8_t code = from[at];
    if (code == kEscape) {
      *out++ = from[++at];
      continue;
    }
    std::memcpy(out, &symbols_[code].bytes, 8);
    out += symbols_[code].size;
  }
  return static_cast<uint32_t>(out - to);
}

}  // namespace apus::cache
