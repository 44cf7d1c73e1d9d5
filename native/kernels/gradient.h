// Weight gradients: aᵀ·d, one product over all rows of a minibatch's steps (K = B·T). In fp32, panels of a and d are
// read as they stand: a row of a's panel holds 16 left elements of one k, a row of d's panel 16 right ones. In bf16,
// pairs of rows are brought together first, once a step and in place (pair_left, pair_right).
#pragma once

#include <string.h>

#include <utility>

#include "../prefetch.h"
#include "product.h"

namespace understudy {
namespace {

/// Units along K of one pass: so many lines of two panels of d are 32 KB.
constexpr size_t kGradientDepth = 256;

/// Rows of an operand in one unit along K, and so the lines from one unit's to the next one's.
template <class M>
constexpr size_t unit_rows() {
  return kUnitBytes / sizeof(typename M::Element);
}

/// 16 columns of an operand, from the unit that `row` is in.
template <class M>
const char* sixteen_columns(Operand operand, size_t index, size_t row) {
  return operand.from_panel(index / unit_rows<M>()).from_row(row + index % unit_rows<M>()).data;
}

/// Rows of one pass.
struct Rows {
  size_t first;
  size_t units;
};

/// tile [rows, 16·panels] (+)= a [depth, rows of 16 columns]ᵀ · d [depth, 16·panels]. `d_stride` in bytes. `soon`:
/// lines to ask for meanwhile, one a unit.
template <class M, size_t rows, size_t panels>
void gradient_block(const char* a, const char* d, size_t d_stride, size_t depth, float* tile, size_t ld, bool first,
                    const char* soon) {
  using V = typename M::V;
  constexpr size_t vectors = kPanelFloats / V::width;
  typename V::F sums[rows][panels][vectors];
#pragma GCC unroll 16
  for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++)
        sums[i][j][v] = first ? V::set(0.0f) : V::load(tile + i * ld + j * kPanelFloats + v * V::width);
  constexpr size_t unit_step = unit_rows<M>() * kPanelBytes;
  for (size_t k = 0; k < depth; k++, a += unit_step, d += unit_step, soon += kPanelBytes) {
    prefetch_early(soon);
    typename M::Right right[panels][vectors];
#pragma GCC unroll 2
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) right[j][v] = M::right(d + j * d_stride + v * V::width * kUnitBytes);
#pragma GCC unroll 16
    for (size_t i = 0; i < rows; i++) {
      const typename M::Left left = M::left(a + i * kUnitBytes);
#pragma GCC unroll 2
      for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
        for (size_t v = 0; v < vectors; v++) sums[i][j][v] = M::add(sums[i][j][v], left, right[j][v]);
    }
  }
#pragma GCC unroll 16
  for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) V::store(tile + i * ld + j * kPanelFloats + v * V::width, sums[i][j][v]);
}

template <class M>
struct GradientBlocks {
  using Function = void (*)(const char*, const char*, size_t, size_t, float*, size_t, bool, const char*);

  static Function of(size_t rows) { return table(std::make_index_sequence<M::V::product_rows>())[rows - 1]; }

 private:
  template <size_t... i>
  static const Function* table(std::index_sequence<i...>) {
    static constexpr Function functions[] = {gradient_block<M, i + 1, M::V::product_panels>...};
    return functions;
  }
};

/// As many bytes as sixteen columns have, of the panels that hold them: read all together in the end.
template <class M>
const char* chunk(Operand operand, size_t index, Rows rows) {
  constexpr size_t per_panel = unit_rows<M>();
  return operand.from_panel(index / per_panel).from_row(rows.first + index % per_panel * rows.units).data;
}

/// What the passes read for the first time soon after block (i, j) of one, a line for each unit of the block: first a's
/// next panel, then d's, then the next pass's. The processor's own prefetching stops at every page.
template <class M>
const char* read_soon(const GradientTile& g, size_t i, size_t j, bool starts, Rows rows, Rows next) {
  constexpr size_t panels = M::V::product_panels;
  constexpr size_t per_panel = unit_rows<M>();
  const char* nothing = chunk<M>(g.a, i, rows);
  if (starts) return j == 0 && i + per_panel < g.a_panels * per_panel ? chunk<M>(g.a, i + per_panel, rows) : nothing;
  if (j + panels < g.d_panels * per_panel) return i < panels ? chunk<M>(g.d, j + panels + i, rows) : nothing;
  if (next.units == 0 || i >= panels + per_panel) return nothing;
  return i < panels ? chunk<M>(g.d, i, next) : chunk<M>(g.a, i - panels, next);
}

/// One pass over some rows.
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
        GradientBlocks<M>::of(columns)(a + column * kUnitBytes, d, d_stride, rows.units, block + column * ld, ld,
                                       rows.first == 0, read_soon<M>(g, i, j, column == 0, rows, next));
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

/// Two lines [2][32 columns] to pairs along K: columns 0 … 15 in the first, 16 … 31 in the second.
inline void pair_two_rows(Bfloat* rows) {
  constexpr size_t columns = kPanelBytes / sizeof(Bfloat);
  Bfloat pairs[2 * columns];
  for (size_t i = 0; i < columns; i++) {
    pairs[2 * i] = rows[i];
    pairs[2 * i + 1] = rows[columns + i];
  }
  memcpy(rows, pairs, sizeof pairs);
}

template <void (*pair)(Bfloat*)>
void pair_left(Operand operand, size_t panels, size_t rows) {
  for (size_t panel = 0; panel < panels; panel++) {
    Bfloat* lines = reinterpret_cast<Bfloat*>(operand.from_panel(panel).data);
    for (size_t row = 0; row < rows; row += 2) pair(lines + row * kPanelBytes / sizeof(Bfloat));
  }
}

template <void (*pair)(Bfloat*)>
void pair_right(Operand operand, size_t panels, size_t rows, char*) {
  pair_left<pair>(operand, panels, rows);
}

/// Squares are summed in fp32 along a row of a tile only, so that it does not matter how long a row of tiles is.
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
    squares += static_cast<double>(V::sum(sums)) + static_cast<double>(rest);
  }
  return squares;
}

}  // namespace
}  // namespace understudy
