#include "apus/sync/stream_cursor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "../base/random.h"

namespace apus::sync {
namespace {

TEST(StreamCursor, HearsPartsInOrderOnce) {
  StreamCursor cursor({1, -1});
  EXPECT_EQ(cursor.hear({1, -1, 4}, 0), Arrival::kNext);
  EXPECT_EQ(cursor.hear({1, -1, 4}, 0), Arrival::kOld);
  EXPECT_EQ(cursor.hear({1, 2, 6}, 0), Arrival::kNext) << "the part after 4";
  EXPECT_EQ(cursor.at(), (Position{1, 6}));
  EXPECT_EQ(cursor.hear({0, 6, 9}, 0), Arrival::kOld) << "an epoch that ended";
}

TEST(StreamCursor, PartsAheadWaitForWhatIsMissing) {
  StreamCursor cursor({1, 0});
  EXPECT_EQ(cursor.hear({1, 8, 9}, 7), Arrival::kWaits);
  EXPECT_EQ(cursor.hear({1, 5, 8}, 6), Arrival::kWaits);
  EXPECT_EQ(cursor.next(), StreamCursor::kNone);
  EXPECT_EQ(cursor.hear({1, 0, 5}, 5), Arrival::kNext);
  EXPECT_EQ(cursor.next(), 6u);
  EXPECT_EQ(cursor.hear({1, 5, 8}, 6), Arrival::kNext);
  EXPECT_EQ(cursor.next(), 7u);
  EXPECT_EQ(cursor.hear({1, 8, 9}, 7), Arrival::kNext);
  EXPECT_EQ(cursor.next(), StreamCursor::kNone);
  EXPECT_EQ(cursor.waiting(), 0u);
}

TEST(StreamCursor, ALaterEpochWaitsUntilTheCursorIsPlacedThere) {
  StreamCursor cursor({1, 40});
  EXPECT_EQ(cursor.hear({2, -1, 0}, 1), Arrival::kWaits);
  EXPECT_EQ(cursor.next(), StreamCursor::kNone);
  cursor.place({2, -1});
  EXPECT_EQ(cursor.next(), 1u);
  EXPECT_EQ(cursor.hear({2, -1, 0}, 1), Arrival::kNext);
}

TEST(StreamCursor, OnlySoMuchWaits) {
  StreamCursor cursor({1, 0});
  for (uint32_t i = 0; i < StreamCursor::kMostWaiting; ++i)
    EXPECT_EQ(cursor.hear({1, 5.0 + i, 6.0 + i}, i), Arrival::kWaits);
  EXPECT_EQ(cursor.hear({1, 99, 100}, 99), Arrival::kFull);
  EXPECT_EQ(cursor.hear({1, 0, 5}, 99), Arrival::kNext);
  cursor.drop();
  EXPECT_EQ(cursor.waiting(), 0u);
  EXPECT_EQ(cursor.next(), StreamCursor::kNone);
}

// Parts of a stream, cut twice in different ways, shuffled and repeated.
TEST(StreamCursor, GivesEachOffsetOnceAndInOrder) {
  Random random(5);
  for (int round = 0; round < 2000; ++round) {
    const double end = 1 + random.below(40);
    std::vector<Part> parts;
    for (int cut = 0; cut < 2; ++cut)
      for (double at = -1; at < end;) {
        const double last = std::min(end, at + 1 + random.below(6));
        parts.push_back({1, at, last});
        at = last;
      }
    for (size_t i = parts.size(); i-- > 1;)
      std::swap(parts[i], parts[random.below(static_cast<uint32_t>(i + 1))]);
    StreamCursor cursor({1, -1});
    std::map<uint32_t, Part> waiting;
    double heard = -1;
    const auto hear = [&](Part part, uint32_t ticket) {
      switch (cursor.hear(part, ticket)) {
        case Arrival::kNext:
          ASSERT_LE(part.prev, heard);
          ASSERT_GT(part.last, heard);
          heard = part.last;
          break;
        case Arrival::kOld:
          ASSERT_LE(part.last, heard);
          break;
        case Arrival::kWaits:
          ASSERT_GT(part.prev, heard);
          waiting[ticket] = part;
          break;
        case Arrival::kFull:
          parts.push_back(part);  // it comes again
      }
    };
    for (uint32_t i = 0; i < parts.size(); ++i) {
      hear(parts[i], i);
      for (uint32_t it; (it = cursor.next()) != StreamCursor::kNone;) {
        const Part part = waiting.at(it);
        waiting.erase(it);
        hear(part, it);
      }
      ASSERT_EQ(cursor.at(), (Position{1, heard}));
      ASSERT_EQ(cursor.waiting(), waiting.size());
      for (const auto& [ticket, part] : waiting) ASSERT_GT(part.prev, heard);
    }
    ASSERT_EQ(heard, end);
    ASSERT_EQ(cursor.waiting(), 0u);
  }
}

}  // namespace
}  // namespace apus::sync
