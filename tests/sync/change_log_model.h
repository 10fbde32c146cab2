// A gateway's logs as they truly are, and what a naive holder knows of them.
// Arbitrary bytes choose what happens: changes, epochs, wiped logs, events that
// come twice, late or not at all, digests. Each verdict and each answer of the
// ChangeLog is compared.
#ifndef APUS_TESTS_SYNC_CHANGE_LOG_MODEL_H_
#define APUS_TESTS_SYNC_CHANGE_LOG_MODEL_H_

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "apus/sync/change_log.h"
#include "naive_holder.h"

namespace apus::sync::testing {

class Model {
 public:
  // `exact`: the ChangeLog remembers everything that happens here.
  Model(std::span<const uint8_t> input, bool exact)
      : input_(input), exact_(exact), changes_(exact ? 4096 : 4, 7) {
    // Keys of two buckets, so that logs grow; some by their hash tag.
    for (uint32_t i = 0; keys_.size() < 12; ++i) {
      const std::string key = (i % 32 == 8 ? "{k0}:" : "k") + std::to_string(i);
      const uint32_t log = bucket_of(key);
      if (first_ == kLogs) first_ = log;
      if (second_ == kLogs && log != first_) second_ = log;
      if (log == first_ || log == second_) keys_.push_back(key);
    }
  }

  void run() {
    must(changes_.usable());
    while (!input_.empty()) step();
  }

 private:
  uint32_t byte() {
    if (input_.empty()) return 0;
    const uint8_t byte = input_[0];
    input_ = input_.subspan(1);
    return byte;
  }
  template <typename T>
  const T& some(const std::vector<T>& all) {
    return all[byte() % all.size()];
  }
  uint32_t some_log() {
    const uint32_t which = byte() % 3;
    return which == 0 ? kTagsLog : which == 1 ? first_ : second_;
  }

  void append(uint32_t log, Event event) {
    auto& events = logs_[log];
    double& epoch = epochs_[log];
    if (epoch == 0) epoch = 100;
    const bool goes_on = !events.empty() && events.back().at.epoch == epoch;
    event.at = {epoch, goes_on ? events.back().at.offset + 1 : 0};
    events.push_back(event);
  }

  void step() {
    const uint32_t log = some_log();
    Holder& holder = holders_[log];
    auto& events = logs_[log];
    switch (byte() % 12) {
      case 0:
      case 1:
      case 2:
        if (log == kTagsLog) {
          const bool prefix = byte() % 3 == 0;
          append(log, {.subject = prefix ? Subject::kPrefix : Subject::kTag,
                       .name = prefix ? some(prefixes_) : some(tags_)});
        } else {
          const std::string& key = some(keys_);
          append(bucket_of(key), {.name = key});
        }
        break;
      case 3:
        if (byte() % 4 != 0) break;
        ++epochs_[log];
        if (byte() % 2 == 0)
          events.clear();  // wiped
        else
          append(log, {.begins = true});
        break;
      case 4:
        if (!holder.followed) follow(log);
        break;
      case 5:
      case 6:
        deliver(log, byte() % 4);
        break;
      case 7:
        if (holder.followed && byte() % 4 == 0) lose(log);
        break;
      case 8:
        digest(log);
        break;
      case 9:
        if (byte() % 8 != 0) break;
        changes_.leave(log);
        holder.followed = false;
        break;
      default:
        ask();
    }
    must(changes_.cursors().follows(log) == holder.followed);
    if (holder.followed) must(changes_.cursors().at(log) == holder.at);
  }

  // From the place of some event, or from the start of an empty log.
  void follow(uint32_t log) {
    Holder& holder = holders_[log];
    holder.followed = true;
    holder.empty = logs_[log].empty();
    if (holder.empty) {
      holder.at = {0, -1};
      changes_.place_empty(log, 0);
    } else {
      holder.at = some(logs_[log]).at;
      holder.doubt(holder.at);
      changes_.place(log, holder.at);
    }
  }

  // Some events around the cursor, as they lie in the log.
  void deliver(uint32_t log, uint32_t back) {
    Holder& holder = holders_[log];
    const auto& events = logs_[log];
    auto next = std::ranges::find_if(
        events, [&](const Event& event) { return event.at > holder.at; });
    const auto before = static_cast<uint32_t>(next - events.begin());
    const uint32_t first = before - std::min(before, back);
    const bool gap = byte() % 8 == 0;
    for (uint32_t i = first + gap, left = byte() % 6; i < events.size(); ++i) {
      if (left-- == 0) break;
      hear(log, events[i], i);
    }
  }

  void hear(uint32_t log, const Event& event, uint32_t index) {
    Holder& holder = holders_[log];
    const auto& events = logs_[log];
    const auto size = static_cast<uint32_t>(event.name.size());
    const Verdict verdict = event.begins
                                ? changes_.hear_epoch(log, event.at)
                                : changes_.hear(log, event.subject, event.at,
                                                bytes_of(event.name), size);
    Verdict right = Verdict::kGap;
    const bool follows = index > 0 && events[index - 1].at == holder.at;
    if (!holder.followed || event.at <= holder.at ||
        (holder.empty && event.at.epoch <= holder.at.epoch))
      right = Verdict::kOld;
    else if (event.begins)
      right = Verdict::kEpoch;
    else if (holder.empty ? event.at.offset == 0 : follows)
      right = Verdict::kNext;
    must(verdict == right);
    if (verdict == Verdict::kEpoch) holder.doubt(event.at);
    if (verdict == Verdict::kNext && holder.empty)
      holder.doubt({event.at.epoch, -1});
    if (verdict == Verdict::kNext) holder.heard.push_back(event);
    if (verdict == Verdict::kNext || verdict == Verdict::kEpoch) {
      holder.at = event.at;
      holder.empty = false;
    }
  }

  void lose(uint32_t log) {
    Holder& holder = holders_[log];
    holder.empty = logs_[log].empty();
    if (holder.empty) {
      changes_.lose_empty(log);
      holder.at.offset = -1;
      return;
    }
    holder.at = logs_[log].back().at;
    holder.doubt(holder.at);
    changes_.lose(log, holder.at);
  }

  // A gateway that heard a part of the epoch tells what it knows.
  void digest(uint32_t log) {
    Holder& holder = holders_[log];
    const auto& events = logs_[log];
    if (events.empty()) return;
    const Position until = some(events).at;
    const Position at = some(events).at;
    const double since = byte() % 3 - 1.0;
    std::vector<double> row(digest_slots(log), -1);
    row.reserve(row.size() + 1);  // the digest points to it
    for (const Event& event : events) {
      if (event.at.epoch != until.epoch || event.at > until) continue;
      for (uint32_t slot = 0; slot < row.size(); ++slot)
        if (event.at.offset > since && event.in(slot))
          row[slot] = event.at.offset;
    }
    const double reach = std::max(since, std::ranges::max(row));
    const Digest digest{until.epoch, since, row.data()};
    const bool known = holder.followed && !holder.empty &&
                       holder.at.epoch == until.epoch && since <= until.offset;
    row.push_back(std::ranges::min(row));  // of prefixes
    if (since > until.offset) return;
    const uint32_t slots = digest_slots(log) + (log == kTagsLog);
    if (byte() % 2 == 0) {
      changes_.lower(log, digest);
      if (!known || reach < holder.at.offset) return;
      for (uint32_t slot = 0; slot < slots; ++slot) {
        double& floor = holder.floors[slot];
        floor = std::min(floor, std::max(since, row[slot]));
      }
      return;
    }
    if (holder.followed && at < holder.at) return;
    const bool right = known && at.epoch == until.epoch && reach >= at.offset;
    must(changes_.compare(log, at, digest) == right);
    if (!right) return;
    for (uint32_t slot = 0; slot < slots; ++slot) {
      const double changed = std::max(since, row[slot]);
      const bool lost = changed > holder.at.offset;
      must(changes_.lost()[slot] == lost);
      if (lost) holder.floors[slot] = std::min(changed, at.offset);
      for (const Event& event : events) {
        const bool missed = event.at > holder.at && event.at <= at;
        const bool here = slot < digest_slots(log)
                              ? event.in(slot)
                              : event.subject == Subject::kPrefix;
        must(lost || !missed || !here);
      }
    }
    holder.at = at;
  }

  Position some_place(uint32_t log) {
    const uint32_t how = byte() % 8;
    if (how == 2) return {holders_[log].at.epoch, byte() % 9 + 1.0};
    if (how == 0 || logs_[log].empty()) return kStart;
    if (how == 1 && !holders_[log].empty) return holders_[log].at;
    return some(logs_[log]).at;
  }

  void ask() {
    const std::string& key = some(keys_);
    const uint32_t log = bucket_of(key);
    std::string names = key;
    std::vector<Event> about{{.name = key}};
    for (uint32_t tags = byte() % 3; tags > 0; --tags) {
      about.push_back({.subject = Subject::kTag, .name = some(tags_)});
      names += '\0' + about.back().name;
    }
    names += '\0';
    about.push_back({.subject = Subject::kPrefix, .name = key});
    const Position as_of = some_place(log), tags = some_place(kTagsLog);
    const bool stale = changes_.stale(
        bytes_of(names), static_cast<uint32_t>(names.size()), as_of, tags);
    bool naive = false, truly = false, newest = true;
    for (const Event& it : about) {
      const uint32_t its = it.subject == Subject::kKey ? log : kTagsLog;
      const Position place = it.subject == Subject::kKey ? as_of : tags;
      const Holder& holder = holders_[its];
      naive |= holder.stale(it, place);
      truly |= stale_in_truth(its, it, place);
      newest &= !holder.followed || (!holder.empty && place >= holder.at);
    }
    if (exact_) must(stale == naive);
    if (truly) must(stale);
    if (newest && !naive) must(!stale);
  }

  // Whether it changed after the place, as far as the holder should know.
  bool stale_in_truth(uint32_t log, const Event& about, Position place) {
    const Holder& holder = holders_[log];
    if (!holder.followed || holder.empty || place == kStart) return false;
    if (place.epoch < holder.at.epoch) return true;
    return std::ranges::any_of(logs_[log], [&](const Event& event) {
      return event.at > place && event.at <= holder.at &&
             event.at.epoch == holder.at.epoch && matches(event, about);
    });
  }

  std::span<const uint8_t> input_;
  bool exact_;
  ChangeLog changes_;
  std::map<uint32_t, std::vector<Event>> logs_;
  std::map<uint32_t, double> epochs_;
  std::map<uint32_t, Holder> holders_;
  uint32_t first_ = kLogs, second_ = kLogs;
  std::vector<std::string> keys_;
  std::vector<std::string> tags_{"t0", "t1", "t2", "t3", ""};
  std::vector<std::string> prefixes_{"k", "k1", "x", "k12345", ""};
};

}  // namespace apus::sync::testing

#endif  // APUS_TESTS_SYNC_CHANGE_LOG_MODEL_H_
