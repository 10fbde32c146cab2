// Sequences of calls read from arbitrary bytes, as a door makes them: on an
// Engine with slots alone (the JavaScript heap's), or on a ByteHeap with
// deadlines, refused memory and iterations that go on while entries change.
// A libFuzzer target.
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "apus/cache/byte_heap.h"
#include "sequence_model.h"

namespace apus::cache {
namespace {

void run_engine(Input& input) {
  Victims victims;
  Budget budget = input.budget();
  Engine engine(input.byte() % 6, budget, &victims);
  Model model;
  uint32_t now = 0;
  while (input.more()) {
    const uint32_t operation = input.byte();
    const SlotIndex slot = some(model, input.byte());
    switch (operation % 12) {
      case 0:
      case 1:
      case 2: {
        const uint32_t bytes = input.byte() * 8;
        const uint32_t tick =
            operation & 16 ? now + 1 + input.byte() : TimerWheel::kNever;
        SlotIndex given;
        do {
          given = engine.insert(input.word(), bytes,
                                static_cast<uint8_t>(operation >> 5), tick);
          forget(victims, model);
        } while (given == kMoreRoom);
        if (given == kNoSlot) break;
        must(!model.contains(given));
        model[given] = {.key = {}, .value = {}, .bytes = bytes, .tick = tick};
        break;
      }
      case 3:
      case 4: {
        std::vector<SlotIndex> ring;
        for (uint32_t i = operation >> 4; i-- > 0 && !model.empty();)
          ring.push_back(some(model, input.byte()));
        engine.touch(ring.data(), static_cast<uint32_t>(ring.size()));
        break;
      }
      case 5: {
        if (slot == kNoSlot) break;
        const uint32_t bytes = input.byte() * 8;
        SlotIndex given;
        do {
          given =
              engine.update(slot, bytes, static_cast<uint8_t>(operation >> 5),
                            now + 1 + operation);
          forget(victims, model);
          must(model.contains(slot));
          if (given == kMoreRoom) model[slot].bytes = bytes;
        } while (given == kMoreRoom);
        if (given == kNoSlot) break;
        model[slot] = {.key = {},
                       .value = {},
                       .bytes = bytes,
                       .tick = now + 1 + operation};
        break;
      }
      case 6:
        if (slot == kNoSlot) break;
        engine.remove(slot);
        model.erase(slot);
        break;
      case 7: {
        if (slot == kNoSlot) break;
        const uint32_t tag = input.byte() % 9;
        if (model[slot].tags.insert(tag).second) must(engine.tag(slot, tag));
        break;
      }
      case 8: {
        const uint32_t tag = input.byte() % 9;
        while (engine.remove_tagged(tag) == kMoreRoom) forget(victims, model);
        forget(victims, model);
        for (const auto& [_, entry] : model) must(!entry.tags.contains(tag));
        break;
      }
      case 9:
        now += input.byte();
        while (engine.expire(now, 8) == kMoreRoom) forget(victims, model);
        forget(victims, model);
        break;
      case 10:
        if (operation < 128) {
          if (slot == kNoSlot) break;
          model[slot].bytes = input.byte();
          engine.policy().weigh(slot, model[slot].bytes);
          break;
        }
        budget = input.budget();
        while (engine.resize(budget) == kMoreRoom) forget(victims, model);
        forget(victims, model);
        must(model.size() <= budget.entries);
        must(engine.policy().bytes() <= budget.bytes);
        break;
      default:
        if (operation < 200) {
          engine.set_kind(operation % 6);
        } else {
          engine.clear();
          model.clear();
        }
    }
    check(engine, model);
    check_tags(engine, model);
  }
}

const uint8_t* bytes_of(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

std::string text(const uint8_t* data, uint32_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

void run_heap(Input& input) {
  Victims victims;
  const Budget budget = input.budget();
  const uint32_t kind = input.byte() % 6;
  const uint32_t sample = input.byte() % 2 * 64;
  ByteHeap heap(kind, budget, &victims, sample, input.word());
  Model model;
  std::vector<SlotIndex> iteration;
  uint32_t now = 0;
  const auto hear = [&] {
    for (uint32_t i = 0; i < victims.count; ++i) {
      const auto found = model.find(victims.slots[i]);
      must(found != model.end());
      const ByteHeap::Record gone = heap.victim(i);
      must(text(gone.key, gone.key_size) == found->second.key);
      must(text(gone.value, gone.value_size) == found->second.value);
      model.erase(found);
    }
  };
  const auto same = [&](SlotIndex slot) {
    const Entry& entry = model.at(slot);
    const ByteHeap::Record record = heap.record(slot);
    must(text(record.key, record.key_size) == entry.key);
    must(text(record.value, record.value_size) == entry.value);
    must(heap.deadline(slot) == entry.deadline);
  };
  while (input.more()) {
    const uint32_t operation = input.byte();
    const std::string key(operation >> 6, static_cast<char>(input.byte() % 40));
    const auto key_size = static_cast<uint32_t>(key.size());
    SlotIndex slot = heap.find(bytes_of(key), key_size);
    if (slot != kNoSlot) must(model.at(slot).key == key);
    switch (operation % 11) {
      case 0:
      case 1:
      case 2:
      case 3: {
        const uint32_t size = input.byte() * (operation & 16 ? 80 : 3);
        std::string value(size, static_cast<char>(input.byte()));
        for (size_t at = 0; at < value.size(); at += 5)
          value[at] = static_cast<char>(at * operation);
        const bool timed = (operation & 32) != 0;
        const uint32_t tick =
            timed ? now + 1 + input.byte() : TimerWheel::kNever;
        const double deadline = timed ? tick * 16.0 : kForEver;
        SlotIndex given;
        do {
          given = heap.set(bytes_of(key), key_size, bytes_of(value), size, 0,
                           deadline, tick);
          hear();
        } while (given == kMoreRoom);
        if (slot != kNoSlot && model.contains(slot) &&
            model.at(slot).key == key)
          model.erase(slot);
        if (given == kNoSlot) {
          must(heap.find(bytes_of(key), key_size) == kNoSlot);
          break;
        }
        must(!model.contains(given));
        model[given] = {.key = key,
                        .value = value,
                        .bytes = heap.engine().policy().bytes_of(given),
                        .tick = tick,
                        .deadline = deadline};
        break;
      }
      case 4:
        if (slot == kNoSlot) break;
        same(slot);
        heap.engine().touch(&slot, 1);
        break;
      case 5:
        if (slot == kNoSlot) break;
        heap.remove(slot);
        model.erase(slot);
        break;
      case 6: {
        if (slot == kNoSlot) break;
        const uint32_t tag = input.byte() % 9;
        if (model[slot].tags.insert(tag).second)
          must(heap.engine().tag(slot, tag));
        break;
      }
      case 7:
        if (operation < 128) {
          while (heap.remove_tagged(input.byte() % 9) == kMoreRoom) hear();
        } else {
          now += input.byte();
          while (heap.expire(now, 8) == kMoreRoom) hear();
        }
        hear();
        break;
      case 8:
        if (operation < 100) {
          // Refuses memory from here on, or grants it again.
          heap.arena().set_limit(operation < 50 ? heap.arena().taken()
                                                : UINT64_MAX);
        } else if (operation < 200) {
          while (heap.resize(input.budget()) == kMoreRoom) hear();
          hear();
          while (heap.resize(budget) == kMoreRoom) hear();
          hear();
        } else if (operation < 230) {
          heap.clear();
          model.clear();
        } else {
          heap.engine().set_kind(operation % 6);
        }
        break;
      case 9:
        iteration.resize(model.size());
        heap.engine().policy().order(iteration.data());
        break;
      default:
        if (iteration.empty()) break;
        slot = iteration.back();
        iteration.pop_back();
        must(heap.has(slot) == model.contains(slot));
        if (heap.has(slot)) same(slot);
    }
    check(heap.engine(), model);
  }
  for (const auto& [slot, entry] : model) same(slot);
}

}  // namespace
}  // namespace apus::cache

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  apus::cache::Input input(data, size);
  if (input.byte() & 1) {
    apus::cache::run_engine(input);
  } else {
    apus::cache::run_heap(input);
  }
  return 0;
}
