// The store's door: its module loads when the first store opens.
// include/apus/store/engine.h documents the functions.
#include <emscripten.h>

#include <new>
#include <span>

#include "apus/store/engine.h"
#include "apus/store/xxhash64.h"

using apus::store::Batch;
using apus::store::Engine;
using apus::store::XxHash64;

namespace {

std::span<const uint8_t> bytes(const uint8_t* at, uint32_t size) {
  return {at, size};
}

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE Engine* apus_store_new(uint32_t node, uint32_t seed) {
  return new (std::nothrow) Engine(node, seed);
}
EMSCRIPTEN_KEEPALIVE void apus_store_delete(Engine* engine) { delete engine; }

EMSCRIPTEN_KEEPALIVE const void* apus_store_stats(Engine* engine) {
  return &engine->stats();
}

// Returns a Status; the segment is then in apus_store_packed. The batch starts
// at `at`.
EMSCRIPTEN_KEEPALIVE uint32_t apus_store_pack(Engine* engine, const uint8_t* at,
                                              uint32_t entries, uint32_t texts,
                                              uint32_t raw, uint32_t keys,
                                              uint32_t tag_sets, double wall_ms,
                                              int level) {
  return static_cast<uint32_t>(engine->pack(
      Batch::at(at, entries, texts, raw, keys, tag_sets), wall_ms, level));
}
// Returns a Status; a segment of deletions is then in apus_store_packed.
EMSCRIPTEN_KEEPALIVE uint32_t apus_store_salvage(Engine* engine,
                                                 const uint8_t* body,
                                                 uint32_t size, double wall_ms,
                                                 double clock) {
  return static_cast<uint32_t>(
      engine->salvage(bytes(body, size), wall_ms, clock));
}
EMSCRIPTEN_KEEPALIVE const void* apus_store_packed(Engine* engine) {
  return &engine->packed();
}

// The id's low half, which is enough to name its note.
EMSCRIPTEN_KEEPALIVE uint32_t apus_store_dictionary(Engine* engine,
                                                    const uint8_t* at,
                                                    uint32_t size,
                                                    uint32_t use) {
  return static_cast<uint32_t>(
      engine->add_dictionary(bytes(at, size), use != 0));
}

EMSCRIPTEN_KEEPALIVE int32_t apus_store_add(Engine* engine, const uint8_t* head,
                                            uint32_t size, double now_ms) {
  return engine->add(bytes(head, size), now_ms);
}
EMSCRIPTEN_KEEPALIVE void apus_store_remove(Engine* engine, uint32_t slot) {
  engine->log().remove(slot);
}
EMSCRIPTEN_KEEPALIVE void apus_store_condemn(Engine* engine, uint32_t slot) {
  engine->log().condemn(slot);
}
// False when memory is refused.
EMSCRIPTEN_KEEPALIVE bool apus_store_clear(Engine* engine, double stamp) {
  return engine->clear(stamp);
}
EMSCRIPTEN_KEEPALIVE bool apus_store_invalidate(Engine* engine,
                                                const uint8_t* tag,
                                                uint32_t size, double stamp) {
  return engine->invalidate_tag(bytes(tag, size), stamp);
}
EMSCRIPTEN_KEEPALIVE void apus_store_sweep(Engine* engine, double now_ms) {
  engine->log().sweep(static_cast<uint64_t>(now_ms));
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_store_find(Engine* engine,
                                              const uint8_t* key, uint32_t size,
                                              double now_ms) {
  return engine->find(bytes(key, size), now_ms);
}
EMSCRIPTEN_KEEPALIVE const void* apus_store_found(Engine* engine) {
  return &engine->found();
}

// The text of a tag set, its tags joined by NUL.
EMSCRIPTEN_KEEPALIVE const uint8_t* apus_store_tags(Engine* engine,
                                                    uint32_t set) {
  return engine->log().tag_sets().text(set).data();
}
EMSCRIPTEN_KEEPALIVE uint32_t apus_store_tags_size(Engine* engine,
                                                   uint32_t set) {
  return static_cast<uint32_t>(engine->log().tag_sets().text(set).size());
}

// A plan returns the number of its slots, which are then at apus_store_plan.
EMSCRIPTEN_KEEPALIVE uint32_t apus_store_plan_compaction(Engine* engine,
                                                         double target_bytes) {
  return engine->plan_compaction(target_bytes);
}
EMSCRIPTEN_KEEPALIVE uint32_t apus_store_plan_eviction(Engine* engine,
                                                       double max_bytes) {
  return engine->plan_eviction(max_bytes);
}
EMSCRIPTEN_KEEPALIVE uint32_t apus_store_plan_removal(Engine* engine) {
  return engine->plan_removal();
}
EMSCRIPTEN_KEEPALIVE const void* apus_store_plan(Engine* engine) {
  return engine->plan();
}

EMSCRIPTEN_KEEPALIVE void apus_store_rewrite_begin(Engine* engine,
                                                   double wall_ms,
                                                   double keep_after) {
  engine->rewrite_begin(wall_ms, keep_after);
}
EMSCRIPTEN_KEEPALIVE uint32_t
apus_store_rewrite_add(Engine* engine, uint32_t slot, const uint8_t* at,
                       uint32_t head, uint32_t body, uint32_t values) {
  return static_cast<uint32_t>(engine->rewrite_add(
      slot, bytes(at, head), bytes(at + head, body), values != 0));
}
EMSCRIPTEN_KEEPALIVE uint32_t apus_store_rewrite_finish(Engine* engine,
                                                        int level) {
  return static_cast<uint32_t>(engine->rewrite_finish(level));
}

// When a segment was last hit, ms since 1970, 0 for never.
EMSCRIPTEN_KEEPALIVE double apus_store_last_hit(Engine* engine, uint32_t slot) {
  return static_cast<double>(engine->log().segments()[slot].last_hit_ms);
}
EMSCRIPTEN_KEEPALIVE void apus_store_set_last_hit(Engine* engine, uint32_t slot,
                                                  double ms) {
  engine->set_last_hit(slot, ms);
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_store_decode(Engine* engine, uint32_t slot,
                                                const uint8_t* body,
                                                uint32_t size, double now_ms) {
  return static_cast<uint32_t>(engine->decode(slot, bytes(body, size), now_ms));
}
EMSCRIPTEN_KEEPALIVE const void* apus_store_decoded(Engine* engine) {
  return &engine->decoded();
}

// Hashes contents that lie one after the other. At `at`: room for `count`
// hashes, the ends of the contents (32 bits each), the contents.
EMSCRIPTEN_KEEPALIVE void apus_store_hash(uint8_t* at, uint32_t count) {
  auto* hashes = reinterpret_cast<uint64_t*>(at);
  const auto* ends = reinterpret_cast<const uint32_t*>(at + 8 * count);
  const uint8_t* contents = at + 12 * count;
  uint32_t start = 0;
  for (uint32_t i = 0; i < count; ++i) {
    hashes[i] = apus::store::xxhash64(bytes(contents + start, ends[i] - start));
    start = ends[i];
  }
}

EMSCRIPTEN_KEEPALIVE XxHash64* apus_store_hasher_new() {
  return new (std::nothrow) XxHash64();
}
EMSCRIPTEN_KEEPALIVE void apus_store_hasher_delete(XxHash64* hash) {
  delete hash;
}
EMSCRIPTEN_KEEPALIVE void apus_store_hasher_update(XxHash64* hash,
                                                   const uint8_t* at,
                                                   uint32_t size) {
  hash->update(bytes(at, size));
}
// Leaves the hash at `to`, a multiple of 8.
EMSCRIPTEN_KEEPALIVE void apus_store_hasher_digest(const XxHash64* hash,
                                                   uint64_t* to) {
  *to = hash->digest();
}

}  // extern "C"
