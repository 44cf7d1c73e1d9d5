// What one step of a product multiplies. Operands and packed weights are read in units of four bytes along K: one fp32
// element, or a pair of neighbouring bf16 elements whose two products are added at once. So the same block functions
// (product.h, gradient.h) serve both.
#pragma once

#include "kernels.h"

namespace understudy {
namespace {

constexpr size_t kUnitBytes = 4;
/// Units of a panel's row, and columns of a packed panel.
constexpr size_t kUnits = kPanelBytes / kUnitBytes;

template <class Vector>
struct MultiplyFp32 {
  using V = Vector;
  using Element = float;
  using Right = typename V::F;
  using Left = typename V::F;

  static Right right(const char* p) { return V::load(reinterpret_cast<const float*>(p)); }
  static Left left(const char* p) { return V::broadcast(reinterpret_cast<const float*>(p)); }
  static typename V::F add(typename V::F sums, Left a, Right b) { return V::fma(a, b, sums); }
};

/// bf16 where the processor has no instruction for it: widened to fp32 and multiplied twice.
template <class Vector>
struct MultiplyBf16Widened {
  using V = Vector;
  using Element = Bfloat;
  struct Pair {
    typename V::F first, second;
  };
  using Right = Pair;
  using Left = Pair;

  static Right right(const char* p) {
    const typename V::F pairs = V::load(reinterpret_cast<const float*>(p));
    return {V::low_halves(pairs), V::high_halves(pairs)};
  }
  static Left left(const char* p) {
    const typename V::F pair = V::broadcast(reinterpret_cast<const float*>(p));
    return {V::low_halves(pair), V::high_halves(pair)};
  }
  static typename V::F add(typename V::F sums, const Left& a, const Right& b) {
    return V::fma(a.second, b.second, V::fma(a.first, b.first, sums));
  }
};

}  // namespace
}  // namespace understudy
