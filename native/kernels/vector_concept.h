// The vector type of an instruction set: the members that kernels use, as a skeleton and as a check (C++17 has no
// concepts). A new vector_*.h copies the skeleton; vector_plain.h is its simplest implementation.
//
//   struct Vector {
//     static constexpr size_t width;                       // floats: a divisor of 16
//     static constexpr size_t product_rows;                // register block of products and weight gradients: its
//     static constexpr size_t product_panels;              //   rows × 16·panels sums must leave a few registers free
//     using F;                                             // `width` floats
//     static F load(const float*);                         // unaligned
//     static void store(float*, F);
//     static F set(float);                                 // the same in every lane
//     static F load_bits(const void*);                     // `width` units of four bytes, whatever their type
//     static F broadcast_bits(const void*);                // one unit of four bytes in every lane
//     static F add(F, F), subtract(F, F), multiply(F, F), divide(F, F);
//     static F fma(F a, F b, F c);                         // a·b + c, rounded once where the processor can
//     static F max(F a, F b), min(F a, F b);               // b where a is NaN
//     static F sqrt(F);
//     static F round(F);                                   // to the nearest integer, ties to even, for |a| < 2²²
//     static F power_of_two(F n);                          // 2ⁿ for an integer n from −126 to 127
//     static float reduce_add(F), reduce_max(F);           // over all lanes
//
//     static F load(const Bfloat16*);                      // `width` bf16, widened
//     static void store(Bfloat16*, F);                     // rounds to the nearest, ties to even
//     static F low_halves(F pairs), high_halves(F pairs);  // first and second elements of pairs of bf16, as fp32
//
//     static constexpr size_t inference_rows;              // register block of inference: streams, and panels of
//     static constexpr size_t inference_panels;            //   columns for one stream
//     using Sums;                                          // `width` int32
//     using Pairs;                                         // `width` pairs of int16
//     static Sums zero_sums();
//     static Pairs load_pairs(const int8_t*);              // 2·width bytes, widened
//     static Pairs broadcast_pair(const int16_t*);         // one pair in every lane
//     static Sums multiply_add_pairs(Sums, Pairs, Pairs);  // each sum plus both products of its pair
//     static F to_floats(Sums);
//     static void store(int16_t*, F);                      // rounds to the nearest, ties to even
//   };
//
// The results of add … multiply_add_pairs have to be those of IEEE 754 or of exact integers: engine/self_check.cc
// compares every table with the plain one before it is offered.
#pragma once

#include "panels.h"

namespace understudy {
namespace {

/// Whether V has the members of the skeleton above. A missing or different one is a compiler error at its line here.
template <class V>
constexpr bool is_vector() {
  using F = typename V::F;
  using Sums = typename V::Sums;
  using Pairs = typename V::Pairs;
  static_assert(kPanelFloats % V::width == 0);
  static_assert(V::product_rows > 0 && 2 % V::product_panels == 0, "a block's panels share an operand panel");
  static_assert(V::inference_rows > 0 && V::inference_panels > 0);
  [[maybe_unused]] constexpr F (*unary[])(F) = {V::sqrt, V::round, V::power_of_two, V::low_halves, V::high_halves};
  [[maybe_unused]] constexpr F (*binary[])(F, F) = {V::add, V::subtract, V::multiply, V::divide, V::max, V::min};
  [[maybe_unused]] constexpr F (*fma)(F, F, F) = V::fma;
  [[maybe_unused]] constexpr float (*reductions[])(F) = {V::reduce_add, V::reduce_max};
  [[maybe_unused]] constexpr F (*set)(float) = V::set;
  [[maybe_unused]] constexpr F (*load)(const float*) = V::load;
  [[maybe_unused]] constexpr F (*load_bits[])(const void*) = {V::load_bits, V::broadcast_bits};
  [[maybe_unused]] constexpr F (*load_bf16)(const Bfloat16*) = V::load;
  [[maybe_unused]] constexpr void (*store)(float*, F) = V::store;
  [[maybe_unused]] constexpr void (*store_bf16)(Bfloat16*, F) = V::store;
  [[maybe_unused]] constexpr void (*store_int16)(int16_t*, F) = V::store;
  [[maybe_unused]] constexpr Sums (*zero_sums)() = V::zero_sums;
  [[maybe_unused]] constexpr Pairs (*load_pairs)(const int8_t*) = V::load_pairs;
  [[maybe_unused]] constexpr Pairs (*broadcast_pair)(const int16_t*) = V::broadcast_pair;
  [[maybe_unused]] constexpr Sums (*multiply_add_pairs)(Sums, Pairs, Pairs) = V::multiply_add_pairs;
  [[maybe_unused]] constexpr F (*to_floats)(Sums) = V::to_floats;
  return true;
}

}  // namespace
}  // namespace understudy
