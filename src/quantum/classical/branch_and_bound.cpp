#include "apus/quantum/classical/branch_and_bound.h"

#include <cmath>

namespace apus::quantum {

std::expected<BranchAndBound, Status> BranchAndBound::create(
    const Ising& ising) {
  BranchAndBound search(ising);
  if (!search.arrange()) return std::unexpected(Status::kOutOfMemory);
  search.first_ = ising.size() - 1;
  search.begin();
  return search;
}

// Orders the spins so that each follows those that it is coupled to most: the
// few couplings between the spins that are set and the rest make good bounds.
bool BranchAndBound::arrange() {
  const uint32_t size = ising_->size();
  Array<uint32_t> at;        // position of a spin
  Array<uint32_t> attached;  // couplings to the spins that are placed
  if (!at.resize(size) || !attached.resize(size) || !order_.resize(size) ||
      !fields_.resize(size) || !starts_.resize(size + 1) ||
      !pull_.resize(size) || !least_.resize(size + 1) || !set_.resize(size) ||
      !best_.resize(size) || !levels_.resize(size + 1) || !answer_.resize(size))
    return false;
  for (uint32_t i = 0; i < size; ++i) at[i] = size;
  for (uint32_t place = 0; place < size; ++place) {
    uint32_t next = size;
    const auto better = [&](uint32_t a, uint32_t b) {
      if (attached[a] != attached[b]) return attached[a] > attached[b];
      return ising_->neighbors(a).size() < ising_->neighbors(b).size();
    };
    for (uint32_t i = 0; i < size; ++i)
      if (at[i] == size && (next == size || better(i, next))) next = i;
    at[next] = place;
    order_[place] = next;
    for (const auto& it : ising_->neighbors(next)) ++attached[it.spin];
  }
  double scale = 0;
  for (uint32_t place = 0; place < size; ++place) {
    const uint32_t spin = order_[place];
    fields_[place] = ising_->field(spin);
    if (fields_[place] != 0) symmetric_ = false;
    scale += std::abs(fields_[place]);
    starts_[place] = static_cast<uint32_t>(later_.size());
    for (const auto& it : ising_->neighbors(spin)) {
      scale += std::abs(it.weight);
      if (at[it.spin] > place && !later_.push_back({at[it.spin], it.weight}))
        return false;
    }
  }
  starts_[size] = static_cast<uint32_t>(later_.size());
  tolerance_ = 1e-12 * scale;
  return trail_.reserve(later_.size());
}

// The doll that begins at first_: its incumbent is the last doll's minimum with
// the best value of the new spin.
void BranchAndBound::begin() {
  const uint32_t first = first_;
  double slope = fields_[first];
  double floor = least_[first + 1] - std::abs(fields_[first]);
  for (const Later& it : later(first)) {
    slope += it.weight * best_[it.at];
    floor -= std::abs(it.weight);
  }
  best_[first] = slope > 0 ? -1 : 1;
  incumbent_ = least_[first + 1] - std::abs(slope);
  depth_ = first;
  levels_[first] = {0, 0, 0, 0};
  // Nothing to search when that is as good as it can get.
  if (incumbent_ <= floor + tolerance_) levels_[first].tried = 2;
}

void BranchAndBound::undo(size_t size) {
  while (trail_.size() > size) {
    pull_[trail_.back().at] = trail_.back().pull;
    trail_.pop_back();
  }
}

// Searches the doll. Returns whether it is done before `nodes` are used up.
bool BranchAndBound::search(uint64_t& nodes) {
  const uint32_t size = ising_->size();
  for (; nodes > 0; --nodes) {
    Level& level = levels_[depth_];
    undo(level.trail);
    const bool half = symmetric_ && depth_ == first_;
    if (level.tried == 2 || (half && level.tried == 1)) {
      if (depth_ == first_) return true;
      --depth_;
      continue;
    }
    ++nodes_;
    const double slope = fields_[depth_] + pull_[depth_];
    const bool down = (slope > 0) == (level.tried == 0);
    ++level.tried;
    const int8_t spin = down ? -1 : 1;
    set_[depth_] = spin;
    const double energy = level.energy + spin * slope;
    double pull = level.pull - std::abs(pull_[depth_]);
    for (const Later& it : later(depth_)) {
      const double before = pull_[it.at];
      const double after = before + it.weight * spin;
      (void)trail_.push_back({it.at, before});  // reserved
      pull_[it.at] = after;
      pull += std::abs(after) - std::abs(before);
    }
    if (energy + least_[depth_ + 1] - pull >= incumbent_ - tolerance_) continue;
    if (depth_ + 1 == size) {
      incumbent_ = energy;
      for (uint32_t i = first_; i < size; ++i) best_[i] = set_[i];
    } else {
      ++depth_;
      levels_[depth_] = {energy, pull, trail_.size(), 0};
    }
  }
  return false;
}

bool BranchAndBound::step(uint64_t nodes) {
  if (first_ == UINT32_MAX) return true;
  while (search(nodes)) {
    least_[first_] = incumbent_;
    if (first_-- == 0) {
      for (uint32_t i = 0; i < ising_->size(); ++i)
        answer_[order_[i]] = best_[i];
      least_[0] = ising_->energy(answer_.data());
      return true;
    }
    begin();
  }
  return false;
}

}  // namespace apus::quantum
