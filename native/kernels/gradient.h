// Weight gradients: aᵀ·d, one product over all rows of a minibatch's steps (K = B·T). In fp32, panels of a and d are
// read as they stand: a row of a's panel holds 16 left elements of one k, a row of d's panel 16 right ones. In bf16,
// pairs along K are brought together first, into panels of the same shape.
#pragma once

#include <utility>

#include "product.h"

namespace understudy {
namespace {

/// Units along K of one pass: 256 of a panel of a and of d are 32 KB.
constexpr size_t kGradientDepth = 256;

/// tile [rows, 16·panels] (+)= a [depth, rows of a panel's 16]ᵀ · d [depth, 16·panels]. `d_stride` in bytes.
template <class M, size_t rows, size_t panels>
void gradient_block(const char* a, const char* d, size_t d_stride, size_t depth, float* tile, size_t ld, bool first) {
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
  for (size_t k = 0; k < depth; k++, a += kPanelBytes, d += kPanelBytes) {
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
  using Function = void (*)(const char*, const char*, size_t, size_t, float*, size_t, bool);

  static Function of(size_t rows) { return table(std::make_index_sequence<M::V::product_rows>())[rows - 1]; }

 private:
  template <size_t... i>
  static const Function* table(std::index_sequence<i...>) {
    static constexpr Function functions[] = {gradient_block<M, i + 1, M::V::product_panels>...};
    return functions;
  }
};

/// 16-column panels of a and d, `depth` units deep.
struct GradientPass {
  Operand a;
  size_t a_panels;
  Operand d;
  size_t d_panels;
  size_t depth;
};

/// tile [16·a_panels, 16·d_panels] (+)= aᵀ·d.
template <class M>
void gradient_pass(const GradientPass& pass, float* tile, bool first) {
  const size_t ld = pass.d_panels * kPanelFloats;
  for (size_t j = 0; j < pass.d_panels; j += M::V::product_panels)
    for (size_t panel = 0; panel < pass.a_panels; panel++) {
      const char* a = pass.a.from_panel(panel).data;
      float* block = tile + panel * kPanelFloats * ld + j * kPanelFloats;
      for (size_t row = 0; row < kPanelFloats;) {
        const size_t rows = block_rows(kPanelFloats - row, M::V::product_rows);
        GradientBlocks<M>::of(rows)(a + row * kUnitBytes, pass.d.from_panel(j).data, pass.d.stride, pass.depth,
                                    block + row * ld, ld, first);
        row += rows;
      }
    }
}

template <class M>
void gradient_fp32(const GradientTile& g) {
  for (size_t k0 = 0; k0 < g.rows; k0 += kGradientDepth) {
    const size_t depth = g.rows - k0 < kGradientDepth ? g.rows - k0 : kGradientDepth;
    gradient_pass<M>({g.a.from_row(k0), g.a_panels, g.d.from_row(k0), g.d_panels, depth}, g.tile, k0 == 0);
  }
}

/// Two rows of a bf16 panel become pairs along K: columns 0 … 15 at `out`, columns 16 … 31 at `out + stride`.
inline void pair_rows(const Bfloat* even, const Bfloat* odd, char* out, size_t stride) {
  for (size_t half = 0; half < 2; half++)
    for (size_t i = 0; i < kPanelFloats; i++) {
      Bfloat* pair = reinterpret_cast<Bfloat*>(out + half * stride) + 2 * i;
      pair[0] = even[half * kPanelFloats + i];
      pair[1] = odd ? odd[half * kPanelFloats + i] : Bfloat{0};
    }
}

/// bf16 panels [rows, 32 columns] → twice as many panels of pairs, [rows / 2, 16 columns].
template <class PairRows>
Operand pair_panels(Operand from, size_t panels, size_t rows, char* out, size_t stride, PairRows pair) {
  constexpr size_t per_row = kPanelBytes / sizeof(Bfloat);
  for (size_t panel = 0; panel < panels; panel++) {
    const Bfloat* row = reinterpret_cast<const Bfloat*>(from.from_panel(panel).data);
    for (size_t k = 0; k < rows; k += 2)
      pair(row + k * per_row, k + 1 < rows ? row + (k + 1) * per_row : nullptr,
           out + 2 * panel * stride + k / 2 * kPanelBytes, stride);
  }
  return {out, stride};
}

constexpr size_t paired_bytes(size_t panels) { return 2 * panels * kGradientDepth * kPanelBytes; }

template <class M, void (*pair)(const Bfloat*, const Bfloat*, char*, size_t)>
void gradient_bf16(const GradientTile& g) {
  const size_t stride = kGradientDepth * kPanelBytes;
  for (size_t k0 = 0; k0 < g.rows; k0 += 2 * kGradientDepth) {
    const size_t rows = g.rows - k0 < 2 * kGradientDepth ? g.rows - k0 : 2 * kGradientDepth;
    const Operand a = pair_panels(g.a.from_row(k0), g.a_panels, rows, g.scratch, stride, pair);
    const Operand d =
        pair_panels(g.d.from_row(k0), g.d_panels, rows, g.scratch + paired_bytes(g.a_panels), stride, pair);
    gradient_pass<M>({a, 2 * g.a_panels, d, 2 * g.d_panels, (rows + 1) / 2}, g.tile, k0 == 0);
  }
}

}  // namespace
}  // namespace understudy
