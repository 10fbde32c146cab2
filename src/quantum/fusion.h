// Gates become blocks: a gate joins the last block on its qubits if that has at
// most `width` qubits then, and takes less time than the two apart. Greedy, as in qsim's fusers (Isakov et al.,
// "Simulations of quantum circuits with approximate noise using qsim and Cirq",
// 2021).
#ifndef APUS_QUANTUM_FUSION_H_
#define APUS_QUANTUM_FUSION_H_

#include "apus/base/array.h"
#include "block.h"

namespace apus::quantum {

class Fusion {
 public:
  // A plan's length: bounds its memory to about 1 MiB.
  static constexpr uint32_t kMaxBlocks = 1000;

  // `width` 0 fuses nothing; otherwise up to kMaxWidth.
  void start(uint32_t width);
  // Requires: not full(). False when memory is exhausted; then nothing changed.
  // O(4^width).
  [[nodiscard]] bool add(const Block& gate);
  bool full() const { return blocks_.size() >= kMaxBlocks; }
  // In an order in which they may be applied; those that were merged into
  // others have no qubits in their mask.
  const Array<Block>& blocks() const { return blocks_; }

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};

  // Appends a block that is the last on the qubits of `mask`.
  bool append(const Block& block, uint32_t mask);
  // Puts a block before another, which becomes both, unless that is too wide or
  // costs more than the two apart.
  bool join(const Block& earlier, Block& later) const;
  // Whether no block follows on any of its qubits.
  bool is_last(uint32_t index) const;

  Array<Block> blocks_;
  uint32_t width_ = 0;
  uint32_t last_[kMaxQubits];  // the last block on each qubit
};

}  // namespace apus::quantum

#endif  // APUS_QUANTUM_FUSION_H_
