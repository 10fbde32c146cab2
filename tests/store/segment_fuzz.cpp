// Reads arbitrary bytes as segments. A libFuzzer target:
//
//   npm run fuzz -- segment <seconds>
//
// and the same entry points for the short run in segment_fuzz_test.cpp.
//
// Bytes that change at random fail a checksum and are never read further.
// Therefore the mutator takes a segment apart, changes its unpacked header,
// hashes, columns or body, and seals it again with correct lengths and
// checksums. A stretch of a block may grow to megabytes, which pack to almost
// nothing.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "apus/store/engine.h"
#include "apus/store/rewriter.h"
#include "apus/store/segment_body.h"
#include "apus/store/segment_head.h"
#include "apus/store/xxhash64.h"
#include "bytes.h"
#include "forge.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace store = apus::store;

namespace {

using apus::store::kHeaderBytes;
using apus::store::testing::Bytes;

// An input: flags, the head's length in four bytes, the head, the body.
constexpr size_t kPrefix = 5;

struct Input {
  uint8_t flags;
  std::span<const uint8_t> head, body;
};

std::optional<Input> parse(std::span<const uint8_t> data) {
  if (data.size() < kPrefix) return std::nullopt;
  const auto rest = data.subspan(kPrefix);
  const size_t head =
      std::min<size_t>(store::load_u32(data.data() + 1), rest.size());
  return Input{data[0], rest.first(head), rest.subspan(head)};
}

// Zero if it does not fit.
size_t lay(uint8_t* to, size_t room, uint8_t flags, const Bytes& head,
           const Bytes& body) {
  const size_t size = kPrefix + head.size() + body.size();
  if (size > room) return 0;
  to[0] = flags;
  store::store_u32(to + 1, static_cast<uint32_t>(head.size()));
  std::ranges::copy(head, to + kPrefix);
  std::ranges::copy(body, to + kPrefix + head.size());
  return size;
}

// libFuzzer's own mutations, of a part of a segment.
void mutate(Bytes& bytes) {
  const size_t size = bytes.size();
  bytes.resize(size + 64);
  bytes.resize(LLVMFuzzerMutate(bytes.data(), size, bytes.size()));
}

// A run of one byte at any place, sometimes of up to 64 MB.
void inflate(Bytes& bytes, store::testing::Random& random) {
  const size_t at = random.below(static_cast<uint32_t>(bytes.size()) + 1);
  const size_t count = size_t{1} << random.below(random.below(16) ? 16 : 27);
  const auto byte = static_cast<uint8_t>(random.below(4) ? 0 : random.next());
  bytes.insert(bytes.begin() + static_cast<ptrdiff_t>(at), count, byte);
}

// One of the four-byte lengths that a block begins with, or any other number.
void set_number(Bytes& bytes, store::testing::Random& random) {
  if (bytes.size() < 12) return;
  const size_t at = random.below(3)
                        ? 4 * random.below(3)
                        : random.below(static_cast<uint32_t>(bytes.size() - 3));
  uint32_t value = store::load_u32(bytes.data() + at);
  if (random.below(2)) {
    value += random.below(9) - 4;
  } else {
    value = static_cast<uint32_t>(random.next() >> random.below(64));
  }
  store::store_u32(bytes.data() + at, value);
}

void change_header(store::Header& header, store::testing::Random& random) {
  const uint64_t any = random.next() >> random.below(64);
  switch (random.below(7)) {
    case 0:
      header.lowest_stamp = any;
      break;
    case 1:
      header.highest_stamp = any;
      break;
    case 2:
      header.wall_ms = any;
      break;
    case 3:
      header.entry_bytes = static_cast<uint32_t>(any);
      break;
    case 4:
      header.dictionary = any;
      break;
    case 5:
      header.columns_codec = static_cast<store::BlockCodec>(any & 1);
      break;
    default:
      header.body_codec = static_cast<store::BlockCodec>(any & 1);
  }
}

// The header repeats its entries' stamps and bytes, which are checked: without
// this, hardly a changed column would be read.
void agree(store::testing::Forged& forged) {
  const auto& columns = forged.columns;
  const size_t count = forged.hashes.size() / 8;
  if (columns.size() < 12 + 5 * count) return;
  const uint8_t* fixed = columns.data() + 12;
  store::ByteReader stamps{std::span{columns}.subspan(12 + 5 * count)};
  forged.header.lowest_stamp = ~store::Stamp{0};
  forged.header.highest_stamp = 0;
  forged.header.entry_bytes = 0;
  store::Stamp time = 0;
  for (size_t i = 0; i < count; ++i) {
    time += store::unzigzag(stamps.varint());
    const store::Stamp stamp = time << store::kNodeBits | fixed[3 * count + i] |
                               store::Stamp{fixed[4 * count + i]} << 8;
    forged.header.lowest_stamp = std::min(forged.header.lowest_stamp, stamp);
    forged.header.highest_stamp = std::max(forged.header.highest_stamp, stamp);
    forged.header.entry_bytes += store::size_of_class(fixed[2 * count + i]);
  }
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                          size_t max_size, unsigned int seed) {
  store::testing::Random random(seed);
  static store::Codec codec;
  const auto input = parse({data, size});
  auto forged = input ? store::testing::unseal(input->head, input->body, codec)
                      : std::nullopt;
  // Sometimes the bytes stay as they are: with wrong headers and frames.
  if (random.below(8) == 0) return LLVMFuzzerMutate(data, size, max_size);
  if (!forged) {  // a small segment replaces bytes that cannot be taken apart
    const std::vector<store::Stamp> stamps(1 + random.below(5), 1000 << 16);
    const auto kind = static_cast<store::Kind>(random.below(5));
    forged = store::testing::forge(kind, stamps, random.below(2), {1, 1, 't'});
  }
  for (uint32_t change = 1 + random.below(3); change > 0; --change) {
    Bytes& part = random.below(4) == 0   ? forged->hashes
                  : random.below(2) == 0 ? forged->columns
                                         : forged->body;
    switch (random.below(8)) {
      case 0:
        change_header(forged->header, random);
        break;
      case 1:
      case 2:
        set_number(part, random);
        break;
      case 3:
        if (&part != &forged->hashes) inflate(part, random);
        break;
      default:
        mutate(part);
    }
  }
  if (random.below(8)) agree(*forged);
  const auto sealed = store::testing::seal(*forged, codec);
  const auto flags = static_cast<uint8_t>(random.next());
  const size_t made = lay(data, max_size, flags, sealed.head, sealed.body);
  return made != 0 ? made : LLVMFuzzerMutate(data, size, max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto input = parse({data, size});
  if (!input) return 0;
  const auto [flags, head, body] = *input;

  constexpr double kNow = 1'600'000'000'000;
  store::Engine engine(7, 7);
  if (engine.salvage(body, kNow, 1) != store::Status::kOk) __builtin_trap();
  {
    const store::Packed& packed = engine.packed();
    if (engine.add({packed.head, packed.head_bytes}, kNow) < 0)
      __builtin_trap();
  }
  const int32_t slot = engine.add(head, kNow);
  if (slot < 0) return 0;
  // Later writes must be able to exceed every accepted stamp.
  if (engine.log().highest_stamp() > store::latest_stamp(1'600'000'000'000))
    __builtin_trap();
  engine.log().sweep(static_cast<uint64_t>(kNow));
  if (engine.decode(static_cast<uint32_t>(slot), body, kNow) ==
      store::Status::kOk) {
    const store::Decoded& decoded = engine.decoded();
    uint64_t sum = 0;
    for (uint32_t row = 0; row < decoded.rows; ++row) {
      sum +=
          decoded.key_ends[row] + decoded.value_ends[row] + decoded.meta[row];
      if (decoded.tag_sets[row] != 0) {
        sum += engine.log().tag_sets().text(decoded.tag_sets[row]).size();
      }
    }
    [[maybe_unused]] static volatile uint64_t sink;
    sink = sum;
  }
  engine.find(body, kNow);
  engine.plan_compaction(1 << 20);
  engine.plan_eviction(0);
  engine.rewrite_begin(kNow, 0);
  if (engine.rewrite_add(static_cast<uint32_t>(slot), head, body,
                         (flags & 4) != 0) == store::Status::kOk &&
      engine.rewrite_finish(1) == store::Status::kOk &&
      engine.packed().head_bytes != 0) {
    // A segment made from accepted ones is accepted too.
    const store::Packed& packed = engine.packed();
    if (engine.add({packed.head, packed.head_bytes}, kNow) < 0)
      __builtin_trap();
  }
  engine.log().condemn(static_cast<uint32_t>(slot));
  engine.log().remove(static_cast<uint32_t>(slot));
  return 0;
}
