#include "apus/quantum/classical/partition.h"

#include <cmath>
#include <utility>

#include "apus/base/array.h"

namespace apus::quantum {
namespace {

struct Sum {
  double value;
  uint32_t mask;
};

// The sums of all subsets, ascending: those without a number merged with those
// with it, number by number. False when memory is refused.
bool list_sums(std::span<const double> numbers, Array<Sum>& sums) {
  Array<Sum> next;
  if (!sums.resize(size_t{1} << numbers.size()) || !next.resize(sums.size()))
    return false;
  sums[0] = {0, 0};
  size_t count = 1;
  for (size_t i = 0; i < numbers.size(); ++i, count *= 2) {
    size_t with = 0;
    size_t without = 0;
    for (size_t to = 0; to < 2 * count; ++to) {
      const bool take =
          without == count ||
          (with < count && sums[with].value + numbers[i] < sums[without].value);
      next[to] = take ? Sum{sums[with].value + numbers[i],
                            sums[with].mask | uint32_t{1} << i}
                      : sums[without];
      ++(take ? with : without);
    }
    sums.swap(next);
  }
  return true;
}

}  // namespace

std::expected<uint64_t, Status> partition(std::span<const double> numbers) {
  if (numbers.empty() || numbers.size() > kMaxPartition)
    return std::unexpected(Status::kSize);
  double total = 0;
  for (const double number : numbers) {
    if (!std::isfinite(number) || number < 0)
      return std::unexpected(Status::kNumber);
    total += number;
  }
  if (!std::isfinite(total)) return std::unexpected(Status::kNumber);
  const size_t half = numbers.size() / 2;
  Array<Sum> low;
  Array<Sum> high;
  if (!list_sums(numbers.first(half), low) ||
      !list_sums(numbers.subspan(half), high))
    return std::unexpected(Status::kOutOfMemory);
  double least = INFINITY;
  uint64_t best = 0;
  size_t j = high.size();
  for (const Sum& a : low) {
    // The two sums around half of the total: larger `a` need smaller ones.
    while (true) {
      if (j == 0) break;
      const Sum& b = high[j - 1];
      const double excess = 2 * (a.value + b.value) - total;
      if (std::abs(excess) < least) {
        least = std::abs(excess);
        best = a.mask | uint64_t{b.mask} << half;
      }
      if (excess <= 0) break;
      --j;
    }
  }
  return best;
}

}  // namespace apus::quantum
