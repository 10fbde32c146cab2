#include "apus/cache/symbol_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "../base/random.h"

namespace apus::cache {
namespace {

const uint8_t* bytes_of(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

uint32_t size_of(const std::string& text) {
  return static_cast<uint32_t>(text.size());
}

// The packed size, or the text's own size when packing gains nothing. Fails
// when unpacking gives another text.
uint32_t there_and_back(const SymbolTable& table, const std::string& text) {
  std::vector<uint8_t> packed(2 * text.size() + 2);
  const uint32_t size = table.pack(bytes_of(text), size_of(text), packed.data(),
                                   static_cast<uint32_t>(packed.size()));
  std::vector<uint8_t> whole(text.size() + SymbolTable::kSlack);
  const uint32_t back = table.unpack(packed.data(), size, whole.data());
  EXPECT_EQ(std::string(whole.begin(), whole.begin() + back), text);
  return size;
}

std::string json(uint32_t i) {
  return "{\"id\":" + std::to_string(10'000 + i) + ",\"name\":\"user " +
         std::to_string(i * 7919 % 9973) + "\",\"city\":\"" +
         (i % 3 ? "Utrecht" : "São Paulo") +
         "\",\"active\":" + (i % 2 ? "true" : "false") +
         ",\"score\":" + std::to_string(i * 31 % 100) + "." +
         std::to_string(i % 10) + "}";
}

std::string sample_of(uint32_t records) {
  std::string sample;
  for (uint32_t i = 0; i < records; ++i) sample += json(i);
  return sample;
}

TEST(SymbolTable, HalvesRecordsOfOneShape) {
  const std::string sample = sample_of(200);
  SymbolTable table;
  ASSERT_TRUE(table.learn(bytes_of(sample), size_of(sample)));
  uint32_t raw = 0;
  uint32_t packed = 0;
  for (uint32_t i = 5000; i < 5500; ++i) {
    raw += size_of(json(i));
    packed += there_and_back(table, json(i));
  }
  EXPECT_LT(2.5 * packed, raw);
}

TEST(SymbolTable, UnpacksWhateverItPacked) {
  Random random(11);
  for (const uint32_t alphabet : {1u, 2u, 3u, 20u, 256u}) {
    for (const uint32_t size : {0u, 1u, 7u, 8u, 9u, 500u, 20'000u}) {
      std::string sample;
      for (uint32_t i = 0; i < size; ++i)
        sample += static_cast<char>(255 - random() % alphabet);
      SymbolTable table;
      ASSERT_TRUE(table.learn(bytes_of(sample), size_of(sample)));
      there_and_back(table, sample);
      for (uint32_t round = 0; round < 20; ++round) {
        std::string other;
        const uint32_t length = random() % 40;
        for (uint32_t i = 0; i < length; ++i)
          other += static_cast<char>(random() % 256);
        there_and_back(table, other);
        there_and_back(table, sample.substr(0, length) + other);
      }
    }
  }
}

TEST(SymbolTable, ReportsWhenThereIsNoGain) {
  const std::string sample = sample_of(200);
  SymbolTable table;
  ASSERT_TRUE(table.learn(bytes_of(sample), size_of(sample)));
  const std::string strange = "\x01\x02\x03\x04\x05\x06\x07\x0e\x0f\x10";
  std::vector<uint8_t> packed(strange.size());
  EXPECT_EQ(table.pack(bytes_of(strange), size_of(strange), packed.data(),
                       static_cast<uint32_t>(packed.size())),
            0u);
}

}  // namespace
}  // namespace apus::cache
