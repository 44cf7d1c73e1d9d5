#!/bin/sh
# Builds the addon with AddressSanitizer and UndefinedBehaviorSanitizer, apart from the one in use, and runs the native
# engine's tests (or those given as arguments) with it. Linux with GCC.
set -e
root=$(cd "$(dirname "$0")/.." && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
tests=${*:-test/engine/native/*.test.ts}

cd "$root"
cp -r package.json tsconfig.json src test native "$out"
ln -s "$root/node_modules" "$out/node_modules"
rm -rf "$out/native/build" "$out/native/prebuilds"
cd "$out"
sanitizers="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1"
CXXFLAGS="$sanitizers" LDFLAGS="-fsanitize=address,undefined" npm run build:native >build.log 2>&1 || {
  cat build.log
  exit 1
}
# Node is not instrumented and does not free everything at its end.
LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" \
  ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
  node --import tsx --test $tests
