#!/bin/sh
# Checks kernels on a processor without their instructions, by emulation: whether they compute the right numbers, not
# how fast they are. AVX-VNNI, AVX-512 and AMX on any x64 processor with AVX2 (immintrin.h here stands in for the
# compiler's; needs SIMDe, Debian's libsimde-dev); NEON where there is a cross compiler and an emulator (Debian's
# g++-aarch64-linux-gnu and qemu-user-static).
set -e
cd "$(dirname "$0")/../.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# compile OBJECT COMPILER FLAG … SOURCE, in the background; `wait_for` below collects the results.
jobs=""
compile() {
  object=$1
  shift
  "$@" -c -o "$object" &
  jobs="$jobs $!"
}
wait_for() {
  for job in $jobs; do wait "$job"; done
  jobs=""
}
shared="test/emulation/check.cc engine/*.cc core/*.cc"

if [ "$(uname -m)" = x86_64 ] && echo '#include <simde/x86/avx512.h>' | ${CXX:-g++} -x c++ -E - >/dev/null 2>&1; then
  flags="-O2 -std=c++17 -Wno-psabi -ffp-contract=off -I. -DUNDERSTUDY_X64 -DUNDERSTUDY_DOT_PRODUCTS -mavx2 -mfma"
  for table in avxvnni avx512 avx512vnni avx512bf16 amx; do
    compile "$out/$table.o" ${CXX:-g++} $flags -w -Itest/emulation kernels/arch/x86/isa_$table.cc
  done
  wait_for
  ${CXX:-g++} $flags $shared kernels/arch/plain/isa_plain.cc kernels/arch/x86/isa_avx2.cc "$out"/*.o -o "$out/check" \
    -pthread
  "$out/check"
else
  echo "x64: skipped, because this is no x64 processor or SIMDe is not installed"
fi

cross=aarch64-linux-gnu-g++
if command -v $cross >/dev/null && command -v qemu-aarch64-static >/dev/null; then
  flags="-O2 -std=c++17 -ffp-contract=off -I. -static -DUNDERSTUDY_ARM64 -DUNDERSTUDY_DOT_PRODUCTS"
  $cross $flags -march=armv8.2-a+dotprod -c kernels/arch/arm/isa_neon_dot.cc -o "$out/neon_dot.oo"
  $cross $flags $shared kernels/arch/plain/isa_plain.cc kernels/arch/arm/isa_neon.cc "$out/neon_dot.oo" -o "$out/neon" \
    -pthread
  qemu-aarch64-static "$out/neon"
else
  echo "arm64: skipped, because $cross or qemu-aarch64-static is not installed"
fi
