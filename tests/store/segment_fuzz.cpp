// Reads arbitrary bytes as segments. A libFuzzer target:
//
//   npm run fuzz -- segment <seconds>
//
// and the same entry point for the short run in segment_fuzz_test.cpp.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "apus/store/engine.h"
#include "apus/store/rewriter.h"
#include "apus/store/segment_body.h"
#include "apus/store/segment_head.h"
#include "apus/store/xxhash64.h"

namespace {

using apus::kHeaderBytes;

// Makes checksums and lengths right, so that what lies behind them is reached.
void mend(std::vector<uint8_t>& head, const std::vector<uint8_t>& body,
          bool lengths) {
  if (head.size() < kHeaderBytes) return;
  uint8_t* at = head.data();
  if (lengths) {
    const auto index = static_cast<uint32_t>(head.size() - kHeaderBytes);
    const uint32_t entries = apus::load_u32(at + 8) % (index / 8 + 1);
    apus::store_u32(at + 8, entries);
    apus::store_u32(at + 12, index - entries * 8);
    if (at[6] == 0) apus::store_u32(at + 16, index - entries * 8);
    apus::store_u32(at + 20, static_cast<uint32_t>(body.size()));
    if (at[7] == 0)
      apus::store_u32(at + 24, static_cast<uint32_t>(body.size()));
    // Absurd sizes are refused before anything is allocated; stay below.
    apus::store_u32(at + 16, apus::load_u32(at + 16) & 0xfffff);
    apus::store_u32(at + 24, apus::load_u32(at + 24) & 0xfffff);
  }
  apus::store_u64(at + 56,
                  apus::xxhash64(std::span(head).subspan(kHeaderBytes)));
  apus::store_u64(at + 64, apus::xxhash64(body));
  apus::store_u64(at + 80, apus::xxhash64(std::span(head).first(80)));
}

}  // namespace

// Input: how much to mend, the head's length in two bytes, the head, the body.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const uint8_t mode = data[0];
  const size_t head_size = std::min<size_t>(size - 3, data[1] | data[2] << 8);
  std::vector<uint8_t> head(data + 3, data + 3 + head_size);
  std::vector<uint8_t> body(data + 3 + head_size, data + size);
  if ((mode & 1) && head.size() >= kHeaderBytes) {
    mend(head, body, (mode & 2) != 0);
    body.insert(body.begin(), head.begin(), head.begin() + kHeaderBytes);
  }

  constexpr double kNow = 1'600'000'000'000;
  apus::Engine engine(7);
  if (engine.salvage(body, kNow, 1) == apus::Status::kOk) {
    const apus::Packed& packed = engine.packed();
    if (engine.add({packed.head, packed.head_bytes}, kNow) < 0)
      __builtin_trap();
  }
  const int32_t slot = engine.add(head, kNow);
  if (slot < 0) return 0;
  engine.log().sweep(static_cast<uint64_t>(kNow));
  if (engine.decode(static_cast<uint32_t>(slot), body, kNow) ==
      apus::Status::kOk) {
    const apus::Decoded& decoded = engine.decoded();
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
  engine.find({data, size}, kNow);
  engine.plan_eviction(0);
  engine.rewrite_begin(kNow, 0);
  if (engine.rewrite_add(static_cast<uint32_t>(slot), head, body,
                         (mode & 4) != 0) == apus::Status::kOk) {
    engine.rewrite_finish(1);
  }
  engine.log().condemn(static_cast<uint32_t>(slot));
  engine.log().remove(static_cast<uint32_t>(slot));
  return 0;
}
