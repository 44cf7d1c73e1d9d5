// Reductions over rows: the gradients of a one-hot input's weights (rows of d summed by symbol) and of biases (column
// sums); and the conversion of fp32 panels to operands.
#pragma once

#include "cell.h"
#include "kernels.h"

namespace understudy {
namespace {

/// Columns `columns` … `columns` + 16 of an operand's first row.
template <class T>
inline const T* columns_of(OperandPanels d, size_t columns) {
  constexpr size_t per_panel = kPanelBytes / sizeof(T);
  return panel_of<const T>(d, columns / per_panel) + columns % per_panel;
}

template <class V, class T>
void scatter(OperandPanels d, size_t d_panels, const uint8_t* symbols, size_t rows, float* out, size_t ld) {
  constexpr size_t per_panel = kPanelBytes / sizeof(T);
  for (size_t column = 0; column < d_panels * per_panel; column += kPanelFloats) {
    const T* from = columns_of<T>(d, column);
    for (size_t row = 0; row < rows; row++)
      for (size_t v = 0; v < kPanelFloats; v += V::width) {
        float* to = out + symbols[row] * ld + column + v;
        V::store(to, V::add(V::load(to), V::load(from + row * per_panel + v)));
      }
  }
}

template <class V, class T>
void column_sums(OperandPanels d, size_t d_panels, size_t rows, float* out) {
  constexpr size_t per_panel = kPanelBytes / sizeof(T);
  constexpr size_t vectors = kPanelFloats / V::width;
  for (size_t column = 0; column < d_panels * per_panel; column += kPanelFloats) {
    const T* from = columns_of<T>(d, column);
    typename V::F sums[vectors];
    for (size_t v = 0; v < vectors; v++) sums[v] = V::set(0.0f);
    for (size_t row = 0; row < rows; row++)
      for (size_t v = 0; v < vectors; v++) sums[v] = V::add(sums[v], V::load(from + row * per_panel + v * V::width));
    for (size_t v = 0; v < vectors; v++) V::store(out + column + v * V::width, sums[v]);
  }
}

template <class V, class T>
void to_operand(Fp32Panels source, size_t rows, size_t columns, OperandPanels out) {
  for_each_vector<V, T>(rows, columns, [&](size_t p, size_t i, size_t q, size_t j) {
    V::store(panel_of<T>(out, p) + i, V::load(source.panel(q) + j));
  });
}

}  // namespace
}  // namespace understudy
