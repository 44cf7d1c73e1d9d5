// Weight gradients: aᵀ·d, one product over all rows of a minibatch's steps (K = B·T). In fp32, panels of a and d are
// read as they are: a row of a's panel holds 16 left elements of one k, a row of d's panel 16 right ones. In bf16,
// pairs of rows are interleaved first, once a step and in place (pair_left, pair_right).
#pragma once

#include <string.h>

#include "core/prefetch.h"
#include "product.h"

namespace understudy {
namespace {

/// Units along K of one pass: 256 lines of two panels of d are 32 KB.
constexpr size_t kGradientDepth = 256;

/// Rows of an operand in one unit along K, and so lines from one unit to the next.
template <class M>
constexpr size_t unit_rows() {
  return kUnitBytes / sizeof(typename M::Element);
}

/// First line of 16 columns of an operand, from the unit that `row` is in.
template <class M>
const char* sixteen_columns(OperandPanels operand, size_t index, size_t row) {
  return operand.from_panel(index / unit_rows<M>()).from_row(row + index % unit_rows<M>()).data;
}

/// Rows of one pass.
struct Rows {
  size_t first;
  size_t units;
};

/// Block function of `gradient`: tile [rows, 16·product_panels] (+)= a [depth, rows of 16 columns]ᵀ · d [depth,
/// 16·product_panels]. `d_stride` in bytes. `upcoming`: lines to prefetch meanwhile, one per unit.
template <class M>
struct GradientBlock {
  template <size_t rows>
  static void run(const char* a, const char* d, size_t d_stride, size_t depth, float* tile, size_t ld, bool first,
                  const char* upcoming) {
    using V = typename M::V;
    constexpr size_t panels = V::product_panels;
    constexpr size_t vectors = kPanelFloats / V::width;
    typename V::F sums[rows][panels][vectors];
    for_each_sum<rows, panels, vectors>([&](size_t i, size_t j, size_t v) {
      sums[i][j][v] = first ? V::set(0.0f) : V::load(tile + i * ld + j * kPanelFloats + v * V::width);
    });
    constexpr size_t unit_stride = unit_rows<M>() * kPanelBytes;
    for (size_t k = 0; k < depth; k++, a += unit_stride, d += unit_stride, upcoming += kPanelBytes) {
      prefetch_early(upcoming);
      accumulate_unit<M, rows, panels, vectors>(
          sums, [&](size_t j, size_t v) { return d + j * d_stride + v * V::width * kUnitBytes; },
          [&](size_t i) { return a + i * kUnitBytes; }, M::multiply_add);
    }
    for_each_sum<rows, panels, vectors>([&](size_t i, size_t j, size_t v) {
      V::store(tile + i * ld + j * kPanelFloats + v * V::width, sums[i][j][v]);
    });
  }
};

/// A piece of the panels that hold 16 columns, as large as these: all columns' pieces together are all of the panels.
template <class M>
const char* chunk(OperandPanels operand, size_t index, Rows rows) {
  constexpr size_t per_panel = unit_rows<M>();
  return operand.from_panel(index / per_panel).from_row(rows.first + index % per_panel * rows.units).data;
}

/// Lines to prefetch during block (i, j) of a pass, one per unit of the block: first a's next panel, then d's, then the
/// next pass's. The processor's own prefetcher stops at every page.
template <class M>
const char* upcoming_lines(const GradientTile& g, size_t i, size_t j, bool starts, Rows rows, Rows next) {
  constexpr size_t panels = M::V::product_panels;
  constexpr size_t per_panel = unit_rows<M>();
  const char* none = chunk<M>(g.a, i, rows);
  if (starts) return j == 0 && i + per_panel < g.a_panels * per_panel ? chunk<M>(g.a, i + per_panel, rows) : none;
  if (j + panels < g.d_panels * per_panel) return i < panels ? chunk<M>(g.d, j + panels + i, rows) : none;
  if (next.units == 0 || i >= panels + per_panel) return none;
  return i < panels ? chunk<M>(g.d, i, next) : chunk<M>(g.a, i - panels, next);
}

/// One pass over `rows`; `next` is prefetched.
template <class M>
void gradient_pass(const GradientTile& g, Rows rows, Rows next) {
  constexpr size_t panels = M::V::product_panels;
  const size_t ld = g.d_panels * unit_rows<M>() * kPanelFloats;
  for (size_t j = 0; j < g.d_panels * unit_rows<M>(); j += panels) {
    const char* d = sixteen_columns<M>(g.d, j, rows.first);
    const size_t d_stride = panels > 1 ? sixteen_columns<M>(g.d, j + 1, rows.first) - d : 0;
    for (size_t i = 0; i < g.a_panels * unit_rows<M>(); i++) {
      const char* a = sixteen_columns<M>(g.a, i, rows.first);
      float* block = g.tile + i * kPanelFloats * ld + j * kPanelFloats;
      for (size_t column = 0; column < kPanelFloats;) {
        const size_t columns = block_rows(kPanelFloats - column, M::V::product_rows);
        BlockTable<GradientBlock<M>, M::V::product_rows>::of(columns)(
            a + column * kUnitBytes, d, d_stride, rows.units, block + column * ld, ld, rows.first == 0,
            upcoming_lines<M>(g, i, j, column == 0, rows, next));
        column += columns;
      }
    }
  }
}

template <class M>
void gradient(const GradientTile& g) {
  const auto pass = [&](size_t first) {
    const size_t left = first < g.rows ? (g.rows - first) / unit_rows<M>() : 0;
    return Rows{first, left < kGradientDepth ? left : kGradientDepth};
  };
  for (Rows rows = pass(0); rows.units > 0;) {
    const Rows next = pass(rows.first + kGradientDepth * unit_rows<M>());
    gradient_pass<M>(g, rows, next);
    rows = next;
  }
}

/// Interleaves two lines [2][32 columns] to pairs along K: columns 0 … 15 in the first, 16 … 31 in the second.
inline void pair_two_rows(Bfloat16* rows) {
  constexpr size_t columns = kPanelBytes / sizeof(Bfloat16);
  Bfloat16 pairs[2 * columns];
  for (size_t i = 0; i < columns; i++) {
    pairs[2 * i] = rows[i];
    pairs[2 * i + 1] = rows[columns + i];
  }
  memcpy(rows, pairs, sizeof pairs);
}

template <void (*pair)(Bfloat16*)>
void pair_left(OperandPanels operand, size_t panels, size_t rows) {
  for (size_t panel = 0; panel < panels; panel++) {
    Bfloat16* lines = reinterpret_cast<Bfloat16*>(operand.from_panel(panel).data);
    for (size_t row = 0; row < rows; row += 2) pair(lines + row * kPanelBytes / sizeof(Bfloat16));
  }
}

template <void (*pair)(Bfloat16*)>
void pair_right(OperandPanels operand, size_t panels, size_t rows, char*) {
  pair_left<pair>(operand, panels, rows);
}

/// Copies a tile to the gradient vector. Squares are summed in fp32 along a row of one tile only, so that the length of
/// a row of tiles does not matter.
template <class V>
double store_tile(const float* tile, size_t ld, size_t rows, size_t columns, float* to, size_t to_ld) {
  double squares = 0;
  for (size_t row = 0; row < rows; row++, tile += ld, to += to_ld) {
    typename V::F sums = V::set(0.0f);
    size_t column = 0;
    for (; column + V::width <= columns; column += V::width) {
      const typename V::F values = V::load(tile + column);
      V::store(to + column, values);
      sums = V::fma(values, values, sums);
    }
    float rest = 0;
    for (; column < columns; column++) {
      to[column] = tile[column];
      rest += tile[column] * tile[column];
    }
    squares += static_cast<double>(V::reduce_add(sums)) + static_cast<double>(rest);
  }
  return squares;
}

}  // namespace
}  // namespace understudy
