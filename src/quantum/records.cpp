#include "apus/quantum/records.h"

#include <algorithm>

#include "apus/quantum/layout.h"

namespace apus::quantum {

namespace {

template <typename T>
bool to(double number, T* integer) {
  // NaN fails the comparison.
  if (!(number >= 0 && number <= double(T(-1)))) return false;
  *integer = static_cast<T>(number);
  return double(*integer) == number;
}

bool join(const double* halves, uint64_t* whole) {
  uint32_t low, high;
  if (!to(halves[0], &low) || !to(halves[1], &high)) return false;
  *whole = uint64_t{high} << 32 | low;
  return true;
}

void split(uint64_t whole, double* halves) {
  halves[0] = double(uint32_t(whole));
  halves[1] = double(uint32_t(whole >> 32));
}

}  // namespace

Status load_records(Circuit& circuit, std::span<const double> records) {
  for (size_t at = 0; at + kFields <= records.size(); at += kFields) {
    const double* record = records.data() + at;
    Operation it;
    uint8_t kind;
    if (!to(record[kKind], &kind) || !to(record[kTarget0], &it.targets[0]) ||
        !to(record[kTarget1], &it.targets[1]) || !to(record[kBit], &it.bit) ||
        !to(record[kControls], &it.controls) ||
        !to(record[kQubits], &it.qubits) || !to(record[kTable], &it.table) ||
        !join(record + kMaskLow, &it.when_mask) ||
        !join(record + kValueLow, &it.when_value)) {
      return Status::kNumber;
    }
    it.kind = static_cast<Kind>(kind);
    std::copy_n(record + kAngle0, 3, it.angles);
    if (const Status status = circuit.add(it); status != Status::kOk) {
      return status;
    }
  }
  return Status::kOk;
}

void save_records(const Circuit& circuit, std::span<double> records) {
  double* record = records.data();
  for (const Operation& it : circuit.operations()) {
    record[kKind] = double(it.kind);
    record[kTarget0] = it.targets[0];
    record[kTarget1] = it.targets[1];
    record[kBit] = it.bit;
    record[kControls] = it.controls;
    record[kQubits] = it.qubits;
    record[kTable] = it.table;
    std::copy_n(it.angles, 3, record + kAngle0);
    split(it.when_mask, record + kMaskLow);
    split(it.when_value, record + kValueLow);
    record += kFields;
  }
}

size_t tally(std::span<uint64_t> outcomes, std::span<uint32_t> counts) {
  // Outcomes that were sampled are sorted. Others are few; a heap is less code
  // than std::sort.
  if (!std::ranges::is_sorted(outcomes)) {
    std::ranges::make_heap(outcomes);
    std::ranges::sort_heap(outcomes);
  }
  size_t made = 0;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (made > 0 && outcomes[made - 1] == outcomes[i]) {
      ++counts[made - 1];
    } else {
      outcomes[made] = outcomes[i];
      counts[made++] = 1;
    }
  }
  return made;
}

}  // namespace apus::quantum
