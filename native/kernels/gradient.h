// fp32 weight gradients: aᵀ·d, one product over all rows of a minibatch's steps (K = B·T). Panels of a and d are read
// as they stand: a row of a's panel holds 16 left elements of one k, a row of d's panel 16 right ones.
#pragma once

#include <utility>

#include "kernels.h"
#include "product.h"

namespace understudy {
namespace {

/// Rows of one pass: 256 rows of a panel of a and of d are 32 KB.
constexpr size_t kGradientDepth = 256;

/// tile [rows, 16·panels] (+)= a [depth, rows of a panel's 16]ᵀ · d [depth, 16·panels].
template <class V, size_t rows, size_t panels>
void gradient_block(const float* a, const float* d, size_t d_stride, size_t depth, float* tile, size_t ld, bool first) {
  constexpr size_t vectors = kPanelFloats / V::width;
  typename V::F sums[rows][panels][vectors];
#pragma GCC unroll 16
  for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++)
        sums[i][j][v] = first ? V::set(0.0f) : V::load(tile + i * ld + j * kPanelFloats + v * V::width);
  for (size_t k = 0; k < depth; k++, a += kPanelFloats, d += kPanelFloats) {
    typename V::F right[panels][vectors];
#pragma GCC unroll 2
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) right[j][v] = V::load(d + j * d_stride + v * V::width);
#pragma GCC unroll 16
    for (size_t i = 0; i < rows; i++) {
      const typename V::F left = V::set(a[i]);
#pragma GCC unroll 2
      for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
        for (size_t v = 0; v < vectors; v++) sums[i][j][v] = V::fma(left, right[j][v], sums[i][j][v]);
    }
  }
#pragma GCC unroll 16
  for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) V::store(tile + i * ld + j * kPanelFloats + v * V::width, sums[i][j][v]);
}

template <class V>
struct GradientBlocks {
  using Function = void (*)(const float*, const float*, size_t, size_t, float*, size_t, bool);

  static Function of(size_t rows) { return table(std::make_index_sequence<V::product_rows>())[rows - 1]; }

 private:
  template <size_t... i>
  static const Function* table(std::index_sequence<i...>) {
    static constexpr Function functions[] = {gradient_block<V, i + 1, V::product_panels>...};
    return functions;
  }
};

template <class V>
void gradient(const GradientTile& g) {
  const size_t ld = g.d_panels * kPanelFloats;
  for (size_t k0 = 0; k0 < g.rows; k0 += kGradientDepth) {
    const size_t depth = g.rows - k0 < kGradientDepth ? g.rows - k0 : kGradientDepth;
    for (size_t j = 0; j < g.d_panels; j += V::product_panels) {
      const float* d = reinterpret_cast<const float*>(g.d.from_panel(j).from_row(k0).data);
      for (size_t panel = 0; panel < g.a_panels; panel++) {
        const float* a = reinterpret_cast<const float*>(g.a.from_panel(panel).from_row(k0).data);
        float* tile = g.tile + panel * kPanelFloats * ld + j * kPanelFloats;
        for (size_t row = 0; row < kPanelFloats;) {
          const size_t rows = block_rows(kPanelFloats - row, V::product_rows);
          GradientBlocks<V>::of(rows)(a + row, d, g.d.stride / sizeof(float), depth, tile + row * ld, ld, k0 == 0);
          row += rows;
        }
      }
    }
  }
}

}  // namespace
}  // namespace understudy
