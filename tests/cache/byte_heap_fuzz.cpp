// Operations read from arbitrary bytes, on a ByteHeap next to a std::map that
// is told of every entry that leaves. A libFuzzer target:
//
//   npm run fuzz -- byte_heap <seconds>
//
// and the same entry point for the short run in byte_heap_fuzz_test.cpp.
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <map>
#include <string>

#include "apus/cache/byte_heap.h"

namespace {

using apus::cache::Budget;
using apus::cache::ByteHeap;
using apus::cache::SlotIndex;

class Operations {
 public:
  Operations(const uint8_t* data, size_t size) : at_(data), end_(data + size) {}
  bool more() const { return at_ < end_; }
  uint32_t byte() { return more() ? *at_++ : 0u; }

 private:
  const uint8_t* at_;
  const uint8_t* end_;
};

const uint8_t* bytes_of(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

std::string text(const uint8_t* data, uint32_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Operations input(data, size);
  const uint32_t kind = input.byte() % 6;
  const Budget budget{1 + input.byte() % 32, 64 + 16 * input.byte()};
  apus::cache::Victims victims;
  ByteHeap heap(kind, budget, &victims, input.byte() % 2 * 64);
  std::map<std::string, std::string> model;
  uint32_t now = 0;
  const auto forget = [&] {
    for (uint32_t i = 0; i < victims.count; ++i) {
      const ByteHeap::Record gone = heap.victim(i);
      const auto found = model.find(text(gone.key, gone.key_size));
      must(found != model.end());
      must(found->second == text(gone.value, gone.value_size));
      model.erase(found);
    }
  };
  while (input.more()) {
    const uint32_t operation = input.byte();
    const std::string key(1 + operation / 8 % 3,
                          static_cast<char>('a' + input.byte() % 24));
    const auto key_size = static_cast<uint32_t>(key.size());
    const SlotIndex slot = heap.find(bytes_of(key), key_size);
    must((slot != apus::cache::kNoSlot) == model.contains(key));
    switch (operation % 8) {
      case 0:
      case 1:
      case 2: {
        std::string value(input.byte() * 4, static_cast<char>(input.byte()));
        for (size_t at = 0; at < value.size(); at += 7)
          value[at] = static_cast<char>(at * operation);
        const auto value_size = static_cast<uint32_t>(value.size());
        const uint32_t tick = operation < 64 ? now + input.byte()
                                             : apus::cache::TimerWheel::kNever;
        SlotIndex given;
        do {
          given = heap.set(bytes_of(key), key_size, bytes_of(value), value_size,
                           static_cast<uint8_t>(operation >> 6),
                           std::numeric_limits<double>::infinity(), tick);
          forget();
        } while (given == apus::cache::kMoreRoom);
        model.erase(key);
        if (given == apus::cache::kNoSlot) break;
        model[key] = value;
        if (operation & 32) heap.engine().tag(given, input.byte() % 5);
        break;
      }
      case 3:
      case 4:
        if (slot == apus::cache::kNoSlot) break;
        must(text(heap.record(slot).value, heap.record(slot).value_size) ==
             model[key]);
        heap.engine().touch(&slot, 1);
        break;
      case 5:
        if (slot == apus::cache::kNoSlot) break;
        heap.remove(slot);
        model.erase(key);
        break;
      case 6: {
        now += input.byte();
        while (heap.expire(now, 16) == apus::cache::kMoreRoom) forget();
        forget();
        break;
      }
      default:
        while (heap.remove_tagged(operation / 8 % 5) == apus::cache::kMoreRoom)
          forget();
        forget();
        if (operation > 250) heap.engine().set_kind(operation % 6);
    }
    must(heap.engine().policy().size() == model.size());
    must(model.size() <= budget.entries);
    must(heap.engine().policy().bytes() <= budget.bytes);
  }
  return 0;
}
