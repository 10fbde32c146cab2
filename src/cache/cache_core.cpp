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

CacheCore* CacheCore::create(uint32_t kind, double entries, double bytes,
                             Storage storage, uint64_t seed) {
  auto* core = new (std::nothrow)
      CacheCore(kind, budget_of(entries, bytes), storage, seed);
  if (core == nullptr || (core->engine_ && core->engine_->usable()))
    return core;
  delete core;
  return nullptr;
}

CacheCore::CacheCore(uint32_t kind, Budget budget, Storage storage,
                     uint64_t seed) {
  if (storage == Storage::kJavaScript) {
    engine_ = new (std::nothrow) Engine(kind, budget, &shared_.victims);
    return;
  }
  const uint32_t sample = storage == Storage::kTexts ? kSample : 0;
  heap_ =
      new (std::nothrow) ByteHeap(kind, budget, &shared_.victims, sample, seed);
  if (heap_) engine_ = &heap_->engine();
}

CacheCore::~CacheCore() {
  if (heap_ == nullptr) delete engine_;
  delete heap_;
}

void CacheCore::remove(SlotIndex slot) {
  if (heap_) {
    heap_->remove(slot);
  } else {
    engine_->remove(slot);
  }
}

void CacheCore::clear() {
  if (heap_) {
    heap_->clear();
  } else {
    engine_->clear();
  }
}

SlotIndex CacheCore::remove_tagged(uint32_t tag) {
  return heap_ ? heap_->remove_tagged(tag) : engine_->remove_tagged(tag);
}

SlotIndex CacheCore::expire(uint32_t now, uint32_t work) {
  return heap_ ? heap_->expire(now, work) : engine_->expire(now, work);
}

SlotIndex CacheCore::resize(double entries, double bytes) {
  const Budget budget = budget_of(entries, bytes);
  return heap_ ? heap_->resize(budget) : engine_->resize(budget);
}

double CacheCore::number(Number which) const {
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
  return engine_->next_expiry();
}

uint32_t CacheCore::about(SlotIndex slot, uint32_t* out, uint32_t room) const {
  out[0] = engine().policy().bytes_of(slot);
  out[1] = engine().policy().priority_of(slot);
  return engine().tags().tags_of(slot, out + kAboutTags, room - kAboutTags);
}

SlotIndex CacheCore::find(const uint8_t* key, uint32_t size, bool use) {
  const SlotIndex slot = heap_->find(key, size);
  if (slot == kNoSlot) return slot;
  show(slot);
  if (use && shared_.deadline == std::numeric_limits<double>::infinity())
    engine_->touch(&slot, 1);
  return slot;
}

bool CacheCore::show(SlotIndex slot) {
  if (!heap_->has(slot)) return false;
  shared_.record = heap_->record(slot);
  shared_.deadline = heap_->deadline(slot);
  return true;
}

}  // namespace apus::cache
