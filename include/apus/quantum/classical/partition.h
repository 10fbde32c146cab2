// Number partitioning, exactly: two groups whose sums differ least. Every sum
// of each half of the numbers is listed in ascending order, and one walk over
// both lists finds the pair closest to half of the total (Horowitz and Sahni,
// "Computing partitions with applications to the knapsack problem", J. ACM 21,
// 1974).
#ifndef APUS_QUANTUM_CLASSICAL_PARTITION_H_
#define APUS_QUANTUM_CLASSICAL_PARTITION_H_

#include <cstdint>
#include <expected>
#include <span>

#include "apus/quantum/status.h"

namespace apus::quantum {

inline constexpr uint32_t kMaxPartition = 40;

// A mask of the numbers in one group. Sums are doubles: exact for integers
// whose total is below 2^53. kSize without numbers or for more than
// kMaxPartition, kNumber unless all are finite and not negative, kOutOfMemory.
// O(2^(n/2)) time and memory: 25 MB and some 10 ms for 40 numbers.
std::expected<uint64_t, Status> partition(std::span<const double> numbers);

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_CLASSICAL_PARTITION_H_
