#include "apus/cache/engine.h"

#include <new>

namespace apus {
namespace {

PolicyKind kind_of(uint32_t kind) {
  return kind < Engine::kAdaptive ? static_cast<PolicyKind>(kind)
                                  : PolicyKind::kWTinyLfu;
}

}  // namespace

Engine::Engine(uint32_t kind, Budget budget) : policy_(kind_of(kind), budget) {
  set_kind(kind);
}

Engine::~Engine() { delete adaptive_; }

SlotIndex Engine::insert(uint32_t hash, uint32_t bytes, uint8_t priority,
                         uint32_t tick) {
  const SlotIndex slot = policy_.insert(hash, bytes, priority);
  note_victims();
  if (slot >= kMoreRoom) return slot;
  if (tick != TimerWheel::kNever) wheel_.schedule(slot, tick);
  saw(hash);
  return slot;
}

SlotIndex Engine::update(SlotIndex slot, uint32_t bytes, uint8_t priority,
                         uint32_t tick) {
  const SlotIndex result = policy_.update(slot, bytes, priority);
  note_victims();
  if (result >= kMoreRoom) return result;
  wheel_.schedule(slot, tick);
  tags_.remove(slot);
  saw(policy_.hash_of(slot));
  return result;
}

void Engine::touch(const SlotIndex* slots, uint32_t count) {
  policy_.touch(slots, count);
  if (adaptive_ == nullptr) return;
  for (uint32_t i = 0; i < count; ++i) saw(policy_.hash_of(slots[i]));
}

void Engine::remove(SlotIndex slot) {
  policy_.remove(slot);
  forget(slot);
}

SlotIndex Engine::resize(Budget budget) {
  const SlotIndex result = policy_.resize(budget);
  note_victims();
  if (adaptive_ != nullptr && result != kMoreRoom) set_kind(kAdaptive);
  return result;
}

void Engine::set_kind(uint32_t kind) {
  delete adaptive_;
  adaptive_ = nullptr;
  if (kind == kAdaptive) {
    uint32_t entries = policy_.budget().entries;
    if (entries == Budget::kNoLimit) entries = policy_.size();
    adaptive_ = new (std::nothrow) Adaptive(entries < 64 ? 64 : entries);
  }
  policy_.set_kind(kind_of(kind));
}

void Engine::clear() {
  policy_.clear();
  wheel_.clear();
  tags_.clear();
}

void Engine::evict_one() {
  victim_count_ = 0;
  if (policy_.size() == 0) return;
  policy_.evict_one();
  note_victims();
}

SlotIndex Engine::expire(uint32_t now, uint32_t work) {
  victim_count_ = 0;
  while (victim_count_ < kVictims) {
    const SlotIndex slot = wheel_.expire(now, work);
    if (slot >= kMoreRoom) return slot;
    policy_.remove(slot);
    tags_.remove(slot);
    victims_[victim_count_++] = slot;
  }
  return kMoreRoom;
}

SlotIndex Engine::remove_tagged(uint32_t tag) {
  victim_count_ = 0;
  while (victim_count_ < kVictims) {
    const SlotIndex slot = tags_.any(tag);
    if (slot == kNoSlot) return kNoSlot;
    remove(slot);
    victims_[victim_count_++] = slot;
  }
  return kMoreRoom;
}

void Engine::saw(uint32_t hash) {
  if (adaptive_ != nullptr && adaptive_->access(hash))
    policy_.set_kind(adaptive_->best());
}

void Engine::note_victims() {
  victim_count_ = policy_.victim_count();
  for (uint32_t i = 0; i < victim_count_; ++i) {
    victims_[i] = policy_.victims()[i];
    forget(victims_[i]);
  }
}

void Engine::forget(SlotIndex slot) {
  wheel_.cancel(slot);
  tags_.remove(slot);
}

}  // namespace apus
