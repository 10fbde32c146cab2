#include "apus/base/status.h"

#include <gtest/gtest.h>

#include <set>

namespace apus {
namespace {

TEST(Status, EveryValueHasItsOwnName) {
  std::set<std::string_view> names;
  for (uint32_t value = 0; value <= 6; ++value) {
    names.insert(status_name(static_cast<Status>(value)));
  }
  EXPECT_EQ(names.size(), 7u);
  EXPECT_FALSE(names.contains("Unknown"));
}

TEST(Status, AnUnknownNumberIsNamedAsSuch) {
  EXPECT_EQ(status_name(static_cast<Status>(999)), "Unknown");
}

}  // namespace
}  // namespace apus
