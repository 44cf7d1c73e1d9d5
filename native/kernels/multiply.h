// Multiply-accumulate of each operand type: the parameter M of product.h and gradient.h. Operands and packed weights
// are read in units of four bytes along K: one fp32 element, or a pair of neighbouring bf16 elements whose two products
// are added at once. So the same block functions serve both.
//
// Members of M: V (the vector type, vector_concept.h), Element (of operands), Left (one unit in all lanes), Right (a
// unit per lane), load_right, broadcast_left, and multiply_add(sums, left, right).
#pragma once

#include "kernels.h"

namespace understudy {
namespace {

constexpr size_t kUnitBytes = 4;
/// Units in one row of a panel, and columns of a packed panel.
constexpr size_t kUnits = kPanelBytes / kUnitBytes;

template <class Vector>
struct MultiplyFp32 {
  using V = Vector;
  using Element = float;
  using Right = typename V::F;
  using Left = typename V::F;

  static Right load_right(const char* p) { return V::load_bits(p); }
  static Left broadcast_left(const char* p) { return V::broadcast_bits(p); }
  static typename V::F multiply_add(typename V::F sums, Left a, Right b) { return V::fma(a, b, sums); }
};

/// bf16 without instructions for it: widened to fp32 and multiplied twice.
template <class Vector>
struct MultiplyBf16Widened {
  using V = Vector;
  using Element = Bfloat16;
  struct Pair {
    typename V::F first, second;
  };
  using Right = Pair;
  using Left = Pair;

  static Right load_right(const char* p) {
    const typename V::F pairs = V::load_bits(p);
    return {V::low_halves(pairs), V::high_halves(pairs)};
  }
  static Left broadcast_left(const char* p) {
    const typename V::F pair = V::broadcast_bits(p);
    return {V::low_halves(pair), V::high_halves(pair)};
  }
  static typename V::F multiply_add(typename V::F sums, const Left& a, const Right& b) {
    return V::fma(a.second, b.second, V::fma(a.first, b.first, sums));
  }
};

}  // namespace
}  // namespace understudy
