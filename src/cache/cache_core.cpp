#include "apus/cache/cache_core.h"

#include <limits>
#include <new>

namespace apus::cache {
namespace {

// Bytes of values to learn the packing from.
constexpr uint32_t kSample = 16 << 10;

Budget budget_of(double entries, double bytes) {
  return {entries < Budget::kNoLimit ? static_cast<uint32_t>(entries)
                                     : Budget::kNoLimit,
          bytes < 0x1p63 ? static_cast<uint64_t>(bytes) : UINT64_MAX};
}

}  // namespace

template <typename Heap>
Core<Heap>* Core<Heap>::create(uint32_t kind, double entries, double bytes,
                               Storage storage, uint64_t seed) {
  auto* core =
      new (std::nothrow) Core(kind, budget_of(entries, bytes), storage, seed);
  if (core == nullptr || core->engine().usable()) return core;
  delete core;
  return nullptr;
}

template <>
Core<Engine>::Core(uint32_t kind, Budget budget, Storage, uint64_t)
    : heap_(kind, budget, &shared_.victims) {}

template <>
Core<ByteHeap>::Core(uint32_t kind, Budget budget, Storage storage,
                     uint64_t seed)
    : heap_(kind, budget, &shared_.victims,
            storage == Storage::kTexts ? kSample : 0, seed) {}

template <typename Heap>
SlotIndex Core<Heap>::resize(double entries, double bytes) {
  return heap_.resize(budget_of(entries, bytes));
}

template <typename Heap>
double Core<Heap>::number(Number which) const {
  const Policy& policy = engine().policy();
  switch (which) {
    case Number::kBytes:
      return static_cast<double>(policy.bytes());
    case Number::kEntries:
      return policy.size();
    case Number::kPolicy:
      return static_cast<uint32_t>(policy.kind());
    case Number::kNextExpiry:
      break;
  }
  return engine().next_expiry();
}

template <typename Heap>
uint32_t Core<Heap>::about(SlotIndex slot, uint32_t* out, uint32_t room) const {
  out[0] = engine().policy().bytes_of(slot);
  out[1] = engine().policy().priority_of(slot);
  return engine().tags().tags_of(slot, out + kAboutTags, room - kAboutTags);
}

template <typename Heap>
SlotIndex Core<Heap>::find(const uint8_t* key, uint32_t size, bool use)
  requires std::same_as<Heap, ByteHeap>
{
  const SlotIndex slot = heap_.find(key, size);
  if (slot == kNoSlot) return slot;
  show(slot);
  if (use && shared_.deadline == std::numeric_limits<double>::infinity())
    engine().touch(&slot, 1);
  return slot;
}

template <typename Heap>
bool Core<Heap>::show(SlotIndex slot)
  requires std::same_as<Heap, ByteHeap>
{
  if (!heap_.has(slot)) return false;
  shared_.record = heap_.record(slot);
  shared_.deadline = heap_.deadline(slot);
  return true;
}

template class Core<Engine>;
template class Core<ByteHeap>;

}  // namespace apus::cache
