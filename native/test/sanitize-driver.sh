#!/bin/sh
# Runs threads.cc under ThreadSanitizer, or under the sanitizers given as argument (address,undefined), with the kernels
# of the plain architecture and of AVX2 or NEON. Linux with GCC.
set -e
sanitizers=${1:-thread}
cd "$(dirname "$0")/.."
if [ "$(uname -s)" != Linux ] || ! gcc -print-file-name=libtsan.so | grep -q /; then
  echo "Skipped: this needs Linux, and GCC with its sanitizers."
  exit 0
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

case $(uname -m) in
  x86_64)
    define=UNDERSTUDY_X64
    tables="kernels/arch/x86/isa_avx2.cc"
    ;;
  aarch64)
    define=UNDERSTUDY_ARM64
    tables="kernels/arch/arm/isa_neon.cc"
    ;;
esac
flags="-O1 -g -std=c++17 -I. -fsanitize=$sanitizers -fno-sanitize-recover=all -D$define"
# SOURCE → object, with the instruction set of its name.
compile() {
  case $1 in
    *avx2.cc) isa="-mavx2 -mfma" ;;
    *plain.cc) isa="-O0" ;; # optimising its unrolled loops with the sanitizers' checks takes minutes
    *) isa= ;;
  esac
  ${CXX:-g++} $flags $isa -c "$1" -o "$out/$(basename "$1" .cc).o"
}
sources="$tables kernels/arch/plain/isa_plain.cc test/threads.cc engine/*.cc core/*.cc memory/*.cc"
jobs=$(getconf _NPROCESSORS_ONLN)
running=0
for source in $sources; do
  compile "$source" &
  running=$((running + 1))
  if [ $((running % jobs)) -eq 0 ]; then wait; fi
done
wait
${CXX:-g++} $flags "$out"/*.o -o "$out/threads" -pthread
TSAN_OPTIONS=halt_on_error=1 UBSAN_OPTIONS=print_stacktrace=1 "$out/threads"
