// A token bucket that refills over time and through give(). In a rate limiter,
// each request takes a token. In a retry budget, each request gives a fraction
// of a token and each retry takes one, which limits retries to a share of the
// traffic. A hedging budget works the same way.
//
// Source: the token bucket algorithm; the retry budget follows Finagle's
// RetryBudget and gRPC's proposal A6.
//
// Memory: 32 bytes. Every call is O(1). Times are ms; a time earlier than the
// last one refills nothing.
#ifndef APUS_LAZY_TOKEN_BUCKET_H_
#define APUS_LAZY_TOKEN_BUCKET_H_

namespace apus::lazy {

class TokenBucket {
 public:
  // Starts full. Requires: capacity >= 1, per_second >= 0, both finite.
  TokenBucket(double capacity, double per_second, double now);

  // Adds tokens, up to the capacity. Requires: count >= 0.
  void give(double now, double count);

  // Takes `count` tokens and returns 0. When there are fewer, takes none and
  // returns the ms until there could be enough, or infinity when time alone
  // never brings them. Requires: count >= 0.
  double take(double now, double count);

  double tokens(double now);

 private:
  void refill(double now);

  double capacity_;
  double per_ms_;
  double tokens_;
  double updated_;
};

}  // namespace apus::lazy

#endif  // APUS_LAZY_TOKEN_BUCKET_H_
