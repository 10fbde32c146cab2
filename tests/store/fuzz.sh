#!/bin/sh
# Fuzzes the segment reader with libFuzzer under ASan and UBSan:
#
#   ZSTD_SOURCE=<zstd's source> tests/store/fuzz.sh [seconds, default 600]
#
# Needs clang 19 or newer with its runtime (Debian: clang-19, libclang-rt-19-dev).
set -eu
cd "$(dirname "$0")/../.."
: "${ZSTD_SOURCE:?names the folder of the source of zstd 1.5.7}"
clang=${CLANG:-clang-19}
out=build/fuzz
mkdir -p "$out/zstd" "$out/corpus"
flags="-g -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all"
for source in "$ZSTD_SOURCE"/lib/common/*.c "$ZSTD_SOURCE"/lib/compress/*.c "$ZSTD_SOURCE"/lib/decompress/*.c; do
  object="$out/zstd/$(basename "$source" .c).o"
  [ -f "$object" ] || $clang -g -O1 -DZSTD_DISABLE_ASM=1 -fsanitize=fuzzer-no-link,address -c "$source" -o "$object"
done
${clang%clang*}clang++${clang#*clang} -std=c++23 $flags -fsanitize=fuzzer -Iinclude -isystem "$ZSTD_SOURCE/lib" \
  -fno-exceptions tests/store/segment_fuzz.cpp src/store/*.cpp src/base/status.cpp "$out"/zstd/*.o -o "$out/segment_fuzz"
# Hostile bytes may cost time and memory in proportion to their number only: an input of 256 KB at most
# that takes over 4 s or 1 GB here, where all is several times slower and larger, has found a defect.
ASAN_OPTIONS=quarantine_size_mb=32:allocator_may_return_null=1 "$out/segment_fuzz" -max_total_time="${1:-600}" \
  -max_len=262144 -timeout=4 -rss_limit_mb=1024 -print_final_stats=1 "$out/corpus"
