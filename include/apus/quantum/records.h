// Operations as rows of numbers (layout.h), in which circuits cross the
// boundary to JavaScript.
#ifndef APUS_QUANTUM_RECORDS_H_
#define APUS_QUANTUM_RECORDS_H_

#include <cstddef>
#include <span>

#include "apus/quantum/circuit.h"

namespace apus::quantum {

// Appends operations, kFields numbers each. Numbers that are no integers of
// their field's type are kNumber; else as Circuit::add. What precedes a bad one
// is appended. O(records).
[[nodiscard]] Status load_records(Circuit& circuit,
                                  std::span<const double> records);

// Writes all operations. Requires: kFields numbers for each.
void save_records(const Circuit& circuit, std::span<double> records);

// Sorts outcomes and counts equal ones: the distinct values take the front of
// `outcomes`, their numbers that of `counts`. Returns how many there are.
// Requires: counts.size() >= outcomes.size(). O(n log n).
size_t tally(std::span<uint64_t> outcomes, std::span<uint32_t> counts);

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_RECORDS_H_
