#include "apus/cache/engine.h"

#include <new>

namespace apus::cache {
namespace {

constexpr uint32_t kLeast = 64;  // assumed for a budget of bytes

PolicyKind kind_of(uint32_t kind) {
  return kind < Engine::kAdaptive ? static_cast<PolicyKind>(kind)
                                  : PolicyKind::kWTinyLfu;
}

}  // namespace

Engine::Engine(uint32_t kind, Budget budget, Victims* victims)
    : victims_(victims), policy_(kind_of(kind), budget, victims) {
  set_kind(kind);
}

Engine::~Engine() { delete adaptive_; }

SlotIndex Engine::insert(uint32_t hash, uint32_t bytes, uint8_t priority,
                         uint32_t tick) {
  victims_->count = 0;
  if (!again_) saw(hash, kNoSlot);
  const SlotIndex slot = policy_.insert(hash, bytes, priority);
  again_ = slot == kMoreRoom;
  forget_victims();
  if (slot >= kMoreRoom) return slot;
  if (tick != TimerWheel::kNever) wheel_.schedule(slot, tick);
  if (adaptive_ != nullptr) {
    adaptive_->hold(hash, slot);
    if (victims_->count > 0) fit();
  }
  return slot;
}

SlotIndex Engine::update(SlotIndex slot, uint32_t bytes, uint8_t priority,
                         uint32_t tick) {
  victims_->count = 0;
  const SlotIndex result = policy_.update(slot, bytes, priority);
  forget_victims();
  if (result >= kMoreRoom) return result;
  wheel_.schedule(slot, tick);
  tags_.remove(slot);
  saw(policy_.hash_of(slot), slot);
  return result;
}

void Engine::touch(const SlotIndex* slots, uint32_t count) {
  policy_.touch(slots, count);
  if (adaptive_ == nullptr) return;
  for (uint32_t i = 0; i < count; ++i) saw(policy_.hash_of(slots[i]), slots[i]);
}

void Engine::remove(SlotIndex slot) {
  policy_.remove(slot);
  forget(slot);
}

[[gnu::cold]] SlotIndex Engine::resize(Budget budget) {
  victims_->count = 0;
  const SlotIndex result = policy_.resize(budget);
  forget_victims();
  if (adaptive_ != nullptr && result != kMoreRoom) set_kind(kAdaptive);
  return result;
}

[[gnu::cold]] void Engine::set_kind(uint32_t kind) {
  delete adaptive_;
  adaptive_ = nullptr;
  if (kind == kAdaptive) {
    const uint32_t most = policy_.budget().entries;
    judge(most == Budget::kNoLimit ? capacity() : most);
  }
  policy_.set_kind(adaptive_ == nullptr ? kind_of(kind) : adaptive_->best());
}

[[gnu::cold]] void Engine::clear() {
  policy_.clear();
  wheel_.clear();
  tags_.clear();
}

[[gnu::cold]] void Engine::evict_one() {
  if (policy_.size() == 0) return;
  policy_.evict();
  forget_victims(victims_->count - 1);
}

SlotIndex Engine::expire(uint32_t now, uint32_t work) {
  victims_->count = 0;
  while (!victims_->full()) {
    const SlotIndex slot = wheel_.expire(now, work);
    if (slot >= kMoreRoom) return slot;
    policy_.remove(slot);
    tags_.remove(slot);
    victims_->add(slot);
  }
  return kMoreRoom;
}

[[gnu::cold]] SlotIndex Engine::remove_tagged(uint32_t tag) {
  victims_->count = 0;
  while (!victims_->full()) {
    const SlotIndex slot = tags_.any(tag);
    if (slot == kNoSlot) return kNoSlot;
    remove(slot);
    victims_->add(slot);
  }
  return kMoreRoom;
}

// Compares the policies for a cache of that many entries.
[[gnu::cold, gnu::noinline]] void Engine::judge(uint32_t entries) {
  delete adaptive_;
  adaptive_ = new (std::nothrow) Adaptive(entries > 0 ? entries : 1);
  if (adaptive_ == nullptr || adaptive_->usable()) return;
  delete adaptive_;
  adaptive_ = nullptr;  // without memory to compare, one policy is used
}

// How many entries the cache has room for, estimated from its present entries.
[[gnu::cold, gnu::noinline]] uint32_t Engine::capacity() const {
  const uint32_t size = policy_.size() < kLeast ? kLeast : policy_.size();
  const uint32_t most = policy_.budget().entries;
  return size < most ? size : most;
}

// A budget of bytes shows how many entries it has room for when it evicts.
[[gnu::cold, gnu::noinline]] void Engine::fit() {
  const uint32_t entries = capacity();
  const uint32_t judged = adaptive_->entries();
  if (entries >= judged / 2 && entries <= judged + judged / 4) return;
  judge(entries);
  if (adaptive_ != nullptr) adaptive_->follow(policy_.kind());
}

void Engine::saw(uint32_t hash, SlotIndex slot) {
  if (adaptive_ != nullptr) adaptive_->access(hash, slot, policy_);
}

void Engine::forget_victims(uint32_t from) {
  for (uint32_t i = from; i < victims_->count; ++i) forget(victims_->slots[i]);
}

void Engine::forget(SlotIndex slot) {
  wheel_.cancel(slot);
  tags_.remove(slot);
}

}  // namespace apus::cache
