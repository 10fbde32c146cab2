#include "apus/image/blur_hash.h"

#include <numbers>

namespace apus::image {
namespace {

constexpr uint32_t kMaxComponents = 9;  // in each direction
constexpr uint32_t kBase = 83;

struct Color {
  double channel[3];
};

// The digit's value, or kBase if it is not one.
uint32_t digit(uint8_t character) {
  constexpr char kDigits[] =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
      "#$%*+,-.:;=?@[]^_{|}~";
  static_assert(sizeof kDigits == kBase + 1);
  uint32_t value = 0;
  while (value < kBase && kDigits[value] != static_cast<char>(character))
    ++value;
  return value;
}

uint32_t number(const uint8_t* digits, uint32_t count) {
  uint32_t value = 0;
  for (uint32_t i = 0; i < count; ++i) value = value * kBase + digit(digits[i]);
  return value;
}

// sRGB to linear light. pow() would be half of the module: x^2.4 is x^2 times
// the fifth root of x^2, by Newton's method.
double linear(double x) {
  if (x <= 0.04045) return x / 12.92;
  const double base = (x + 0.055) / 1.055;
  const double square = base * base;
  double root = 1;
  for (int i = 0; i < 12; ++i) {
    const double fourth = root * root * root * root;
    root += (square / fourth - root) / 5;
  }
  return square * root;
}

// At [2 * level] the light of an sRGB level, between them the light where one
// level ends and the next begins.
struct Levels {
  double light[511];
  Levels() {
    for (int i = 0; i < 511; ++i) light[i] = linear(i / 510.0);
  }
};

uint8_t level(const Levels& levels, double light) {
  uint32_t low = 0;
  uint32_t high = 255;
  while (low < high) {
    const uint32_t middle = (low + high + 1) / 2;
    if (light >= levels.light[2 * middle - 1])
      low = middle;
    else
      high = middle - 1;
  }
  return static_cast<uint8_t>(low);
}

double amplitude(uint32_t quantum, double most) {
  const double value = (static_cast<double>(quantum) - 9) / 9;
  return (value < 0 ? -value : value) * value * most;
}

// cos(pi * position / size * k) for each k below `count`.
void cosines(uint32_t position, uint32_t size, uint32_t count, double* values) {
  const double angle = std::numbers::pi * position / size;
  double cosine = 1;
  double term = 1;
  for (int i = 1; i <= 15; ++i) {
    term *= -angle * angle / ((2 * i - 1) * (2 * i));
    cosine += term;
  }
  values[0] = 1;
  values[1] = cosine;
  for (uint32_t k = 2; k < count; ++k)
    values[k] = 2 * cosine * values[k - 1] - values[k - 2];
}

}  // namespace

bool decode_blur_hash(const uint8_t* hash, uint32_t size, uint32_t width,
                      uint32_t height, uint8_t* pixels) {
  if (size < 6 || size > kMaxHash) return false;
  if (width - 1 >= kMaxSide || height - 1 >= kMaxSide) return false;
  for (uint32_t i = 0; i < size; ++i)
    if (digit(hash[i]) == kBase) return false;
  const uint32_t across = digit(hash[0]) % kMaxComponents + 1;
  const uint32_t down = digit(hash[0]) / kMaxComponents + 1;
  const uint32_t average = number(hash + 2, 4);
  if (down > kMaxComponents || size != 4 + 2 * across * down ||
      average > 0xFFFFFF)
    return false;

  static const Levels levels;
  Color colors[kMaxComponents * kMaxComponents];
  for (uint32_t c = 0; c < 3; ++c)
    colors[0].channel[c] = levels.light[2 * (average >> (16 - 8 * c) & 255)];
  const double most = (digit(hash[1]) + 1) / 166.0;
  for (uint32_t i = 1; i < across * down; ++i) {
    const uint32_t value = number(hash + 4 + 2 * i, 2);
    colors[i] = {{amplitude(value / 361, most),
                  amplitude(value / 19 % 19, most),
                  amplitude(value % 19, most)}};
  }

  double waves[kMaxComponents];
  for (uint32_t y = 0; y < height; ++y) {
    cosines(y, height, kMaxComponents, waves);
    Color row[kMaxComponents] = {};
    for (uint32_t j = 0; j < down; ++j)
      for (uint32_t i = 0; i < across; ++i)
        for (uint32_t c = 0; c < 3; ++c)
          row[i].channel[c] += colors[i + j * across].channel[c] * waves[j];
    for (uint32_t x = 0; x < width; ++x, pixels += 4) {
      cosines(x, width, kMaxComponents, waves);
      for (uint32_t c = 0; c < 3; ++c) {
        double light = 0;
        for (uint32_t i = 0; i < across; ++i)
          light += row[i].channel[c] * waves[i];
        pixels[c] = level(levels, light);
      }
      pixels[3] = 255;
    }
  }
  return true;
}

}  // namespace apus::image
