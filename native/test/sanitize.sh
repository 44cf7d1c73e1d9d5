#!/bin/sh
# Runs the tests of the native code (or those given as arguments) with AddressSanitizer and UndefinedBehaviorSanitizer,
# on a build in a folder of its own. --short: runs threads.cc instead, without Node. Linux with GCC.
set -e
root=$(cd "$(dirname "$0")/../.." && pwd)
if [ "$(uname -s)" != Linux ] || ! gcc -print-file-name=libasan.so | grep -q /; then
  echo "Skipped: this needs Linux, and GCC with its sanitizers."
  exit 0
fi
if [ "$1" = --short ]; then exec sh "$root/native/test/sanitize-driver.sh" address,undefined; fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
tests=$*

cd "$root"
# The objects here have the sanitizers' own weak symbols.
[ -n "$tests" ] || tests=$(ls test/engine/native/*.test.ts test/memory/*.test.ts | grep -v weak-symbols)
mkdir "$out/native"
cp -r package.json tsconfig.json src test "$out"
for part in native/*; do
  case $part in native/build | native/prebuilds) ;; *) cp -r "$part" "$out/native" ;; esac
done
ln -s "$root/node_modules" "$out/node_modules"
cd "$out"
sanitizers="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1"
CXXFLAGS="$sanitizers" LDFLAGS="-fsanitize=address,undefined" JOBS=max npm run build:native >build.log 2>&1 || {
  cat build.log
  exit 1
}
# Node is not instrumented and does not free everything at its end.
LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" \
  ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
  node --import tsx --test $tests
