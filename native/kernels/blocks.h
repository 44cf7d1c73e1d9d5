// Register blocks: the parts that all block functions of products and weight gradients share. A block function keeps
// `rows` × 16·`panels` sums in registers while it runs along K (BLIS's micro-kernel).
#pragma once

#include <utility>

#include "panels.h"

namespace understudy {
namespace {

/// Number of rows of the next block, so that `left` rows fall into as few blocks as possible, all about equal.
inline size_t block_rows(size_t left, size_t max_rows) {
  const size_t blocks = (left + max_rows - 1) / max_rows;
  return (left + blocks - 1) / blocks;
}

/// Block functions for 1 … max_rows rows, chosen at run time: `Block::run<rows>`.
template <class Block, size_t max_rows>
struct BlockTable {
  using Function = decltype(&Block::template run<1>);

  static Function of(size_t rows) { return table(std::make_index_sequence<max_rows>())[rows - 1]; }

 private:
  template <size_t... i>
  static const Function* table(std::index_sequence<i...>) {
    static constexpr Function functions[] = {&Block::template run<i + 1>...};
    return functions;
  }
};

/// f(panel, vector) for the vectors of one row of a block, unrolled.
template <size_t panels, size_t vectors, class F>
UNDERSTUDY_ALWAYS_INLINE void for_each_vector_of_row(F f) {
#pragma GCC unroll 2
  for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
    for (size_t v = 0; v < vectors; v++) f(j, v);
}

/// f(row, panel, vector) for every sum of a block, unrolled.
template <size_t rows, size_t panels, size_t vectors, class F>
UNDERSTUDY_ALWAYS_INLINE void for_each_sum(F f) {
#pragma GCC unroll 16
  for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) f(i, j, v);
}

/// One unit along K of a block: sums += left · right, the left unit of each row broadcast. `right_at(panel, vector)`
/// and `left_at(row)` point at the units.
template <class M, size_t rows, size_t panels, size_t vectors, class Sums, class RightAt, class LeftAt, class Add>
UNDERSTUDY_ALWAYS_INLINE void accumulate_unit(Sums& sums, RightAt right_at, LeftAt left_at, Add add) {
  typename M::Right right[panels][vectors];
#pragma GCC unroll 2
  for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
    for (size_t v = 0; v < vectors; v++) right[j][v] = M::load_right(right_at(j, v));
#pragma GCC unroll 16
  for (size_t i = 0; i < rows; i++) {
    const typename M::Left left = M::broadcast_left(left_at(i));
#pragma GCC unroll 2
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) sums[i][j][v] = add(sums[i][j][v], left, right[j][v]);
  }
}

}  // namespace
}  // namespace understudy
