#include "apus/cache/value_packer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace apus::cache {
namespace {

ValuePacker::Value pack(ValuePacker& packer, const std::string& text) {
  return packer.pack(reinterpret_cast<const uint8_t*>(text.data()),
                     static_cast<uint32_t>(text.size()));
}

std::string unpack(ValuePacker& packer, uint32_t table,
                   const std::string& kept) {
  const auto value =
      packer.unpack({reinterpret_cast<const uint8_t*>(kept.data()),
                     static_cast<uint32_t>(kept.size()), table});
  return {reinterpret_cast<const char*>(value.at), value.size};
}

std::string copy(ValuePacker::Value value) {
  return {reinterpret_cast<const char*>(value.at), value.size};
}

// A record in the shape of its kind.
std::string record(uint32_t kind, uint32_t i) {
  std::string text = "{";
  for (uint32_t field = 0; field < 6; ++field) {
    text += "\"";
    for (uint32_t at = 0; at < 9; ++at)
      text += static_cast<char>('a' +
                                (kind * 7 + field * 5 + at * (kind + 1)) % 26);
    text += "\":" + std::to_string(i * (field + 3) % 1000) + ",";
  }
  return text + "}";
}

TEST(ValuePacker, RelearnsWhenTheDataChanges) {
  ValuePacker packer(2048);
  struct Kept {
    std::string text;
    std::string bytes;
    uint32_t table;
  };
  std::vector<Kept> all;
  for (uint32_t kind = 0; kind < 3; ++kind) {
    uint64_t raw = 0;
    uint64_t kept = 0;
    for (uint32_t i = 0; i < 3000; ++i) {
      const std::string text = record(kind, i);
      const auto value = pack(packer, text);
      packer.retain(value.table);
      all.push_back({text, copy(value), value.table});
      if (i < 2000) continue;
      raw += text.size();
      kept += value.size;
    }
    EXPECT_LT(kept * 2, raw) << kind;
  }
  for (const Kept& it : all)
    ASSERT_EQ(unpack(packer, it.table, it.bytes), it.text);
}

TEST(ValuePacker, NeverReplacesATableInUse) {
  ValuePacker packer(512);
  std::string first;
  uint32_t table = 0;
  for (uint32_t i = 0; table == 0; ++i) {
    const std::string whole = record(0, i);
    const auto value = pack(packer, whole);
    first = copy(value);
    table = value.table;
  }
  packer.retain(table);
  const std::string text = unpack(packer, table, first);
  for (uint32_t kind = 1; kind < 20; ++kind) {
    for (uint32_t i = 0; i < 1500; ++i) pack(packer, record(kind, i));
  }
  EXPECT_EQ(unpack(packer, table, first), text);
}

TEST(ValuePacker, LeavesShortLongAndIncompressibleValues) {
  ValuePacker packer(512);
  for (uint32_t i = 0; i < 100; ++i) pack(packer, record(0, i));
  EXPECT_GT(pack(packer, record(0, 7)).table, 0u);
  EXPECT_EQ(pack(packer, "short").table, 0u);
  EXPECT_EQ(pack(packer, "").table, 0u);
  EXPECT_EQ(pack(packer, std::string(70'000, 'a')).table, 0u);
  ValuePacker none(0);
  for (uint32_t i = 0; i < 100; ++i)
    EXPECT_EQ(pack(none, record(0, i)).table, 0u);
}

}  // namespace
}  // namespace apus::cache
