// Weight gradients in 8 bits: as gradient.h, with four rows a unit along K. Before, once a step and in place, operands
// are made bytes: of every four rows' lines the first comes to hold the units of columns 0 … 15, the second those of
// columns 16 … 31. a are states and so within ±1: in steps of 1/127. Each column of d has a scale of its own, and anew
// for every `kByteRowsTogether` rows.
#pragma once

#include "gradient.h"
#include "product_int8.h"
#include "quantised.h"

namespace understudy {
namespace {

constexpr size_t kUnitRows = 4;
/// Rows of one pass, which share their columns' scales: the lines of two panels' units are 32 KB.
constexpr size_t kByteRowsTogether = 512;
/// Columns of an operand's panel.
constexpr size_t kByteColumns = kPanelBytes / sizeof(Bfloat);

/// What is kept of 16 columns of d for one pass.
struct ColumnScales {
  /// Value of one unit of a sum of products.
  float scales[kPanelFloats];
  /// Where sums of products begin, to make up for what is added to a.
  int32_t starts[kPanelFloats];
};

/// Bytes of the scales of one operand panel.
inline size_t scale_bytes_int8(size_t rows) {
  return (rows + kByteRowsTogether - 1) / kByteRowsTogether * 2 * sizeof(ColumnScales);
}

/// Four rows of 32 bytes to units of four, columns 0 … 15 in the first line, 16 … 31 in the second.
inline void store_units(const uint8_t rows[kUnitRows][kByteColumns], char* lines) {
  uint32_t units[kByteColumns];
  for (size_t i = 0; i < kByteColumns; i++)
    units[i] = static_cast<uint32_t>(rows[0][i]) | static_cast<uint32_t>(rows[1][i]) << 8 |
               static_cast<uint32_t>(rows[2][i]) << 16 | static_cast<uint32_t>(rows[3][i]) << 24;
  memcpy(lines, units, sizeof units);
}

/// Makes [rows, 32·panels] of states ready to be the left operand of `gradient_int8`; `rows` is a multiple of 4.
template <class M>
void prepare_left_int8(Operand a, size_t panels, size_t rows) {
  using V = typename M::V;
  const typename V::F steps = V::set(kLargestByte);
  const typename V::F added = V::set(static_cast<float>(M::added));
  for (size_t panel = 0; panel < panels; panel++) {
    char* lines = a.from_panel(panel).data;
    for (size_t row = 0; row < rows; row += kUnitRows, lines += kUnitRows * kPanelBytes) {
      alignas(64) uint8_t bytes[kUnitRows][kByteColumns];
      for (size_t i = 0; i < kUnitRows; i++)
        for (size_t v = 0; v < kByteColumns; v += V::width) {
          const typename V::F x = V::load(reinterpret_cast<const Bfloat*>(lines + i * kPanelBytes) + v);
          M::store(reinterpret_cast<int8_t*>(bytes[i] + v), V::fma(clamp_to_one<V>(x), steps, added));
        }
      store_units(bytes, lines);
    }
  }
}

/// The largest of each of 32 columns over some rows.
template <class V>
void largest_of_columns(const Bfloat* rows, size_t count, float largest[kByteColumns]) {
  for (size_t v = 0; v < kByteColumns; v += V::width) {
    typename V::F most = V::set(0.0f);
    for (size_t row = 0; row < count; row++) {
      const typename V::F x = V::load(rows + row * kByteColumns + v);
      most = V::max(most, V::max(x, V::subtract(V::set(0.0f), x)));
    }
    V::store(largest + v, most);
  }
}

/// One pass's rows of one panel.
template <class M>
void prepare_some_right_rows(char* lines, size_t rows, ColumnScales scales[2]) {
  using V = typename M::V;
  alignas(64) float largest[kByteColumns], steps[kByteColumns], totals[kByteColumns] = {};
  largest_of_columns<V>(reinterpret_cast<const Bfloat*>(lines), rows, largest);
  for (size_t i = 0; i < kByteColumns; i++) steps[i] = steps_for(largest[i]);
  for (size_t row = 0; row < rows; row += kUnitRows, lines += kUnitRows * kPanelBytes) {
    alignas(64) uint8_t bytes[kUnitRows][kByteColumns];
    for (size_t v = 0; v < kByteColumns; v += V::width) {
      typename V::F total = V::load(totals + v);
      for (size_t i = 0; i < kUnitRows; i++) {
        const typename V::F x = V::load(reinterpret_cast<const Bfloat*>(lines + i * kPanelBytes) + v);
        const typename V::F rounded = V::round(V::multiply(x, V::load(steps + v)));
        total = V::add(total, rounded);
        M::store(reinterpret_cast<int8_t*>(bytes[i] + v), rounded);
      }
      V::store(totals + v, total);
    }
    store_units(bytes, lines);
  }
  for (size_t i = 0; i < kByteColumns; i++) {
    // States are in steps of 1/127.
    scales[i / kPanelFloats].scales[i % kPanelFloats] = scale_of(largest[i], totals[i]) / kLargestByte;
    scales[i / kPanelFloats].starts[i % kPanelFloats] = start_for(M::added, totals[i]);
  }
}

/// Makes [rows, 32·panels] ready to be the right operand; `scales`: scale_bytes_int8(rows) for each panel.
template <class M>
void prepare_right_int8(Operand d, size_t panels, size_t rows, char* scales) {
  for (size_t panel = 0; panel < panels; panel++) {
    auto* to = reinterpret_cast<ColumnScales*>(scales + panel * scale_bytes_int8(rows));
    for (size_t row = 0; row < rows; row += kByteRowsTogether, to += 2) {
      const size_t some = rows - row < kByteRowsTogether ? rows - row : kByteRowsTogether;
      prepare_some_right_rows<M>(d.from_panel(panel).from_row(row).data, some, to);
    }
  }
}

/// One block's operands: `units` units along K; `soon` are lines to ask for meanwhile, one a unit.
struct GradientBytes {
  const char* a;
  const char* d;
  size_t d_stride;
  const char* scales;
  size_t scales_stride;
  size_t units;
  const char* soon;
};

constexpr size_t kUnitStep = kUnitRows * kPanelBytes;

/// tile [rows, 16·panels] (+)= aᵀ · d, where panels of 16 columns are `d_stride` or `scales_stride` bytes apart.
template <class M, size_t rows, size_t panels>
void byte_gradient_block(const GradientBytes& g, float* tile, size_t ld, bool first) {
  using V = typename M::V;
  constexpr size_t vectors = kPanelFloats / V::width;
  const auto scales_of = [&](size_t j) {
    return reinterpret_cast<const ColumnScales*>(g.scales + j * g.scales_stride);
  };
  typename M::Sums sums[rows][panels][vectors];
#pragma GCC unroll 16
  for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) sums[i][j][v] = M::start(scales_of(j)->starts + v * V::width);
  const char* a = g.a;
  const char* d = g.d;
  const char* soon = g.soon;
  const size_t d_stride = g.d_stride;
  for (size_t k = 0; k < g.units; k++, a += kUnitStep, d += kUnitStep, soon += kUnitStep) {
    prefetch_early(soon);
    typename M::Right right[panels][vectors];
#pragma GCC unroll 2
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) right[j][v] = M::right(d + j * d_stride + v * V::width * kUnitBytes);
#pragma GCC unroll 16
    for (size_t i = 0; i < rows; i++) {
      const typename M::Left left = M::left(reinterpret_cast<const int8_t*>(a + i * kUnitBytes));
#pragma GCC unroll 2
      for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
        for (size_t v = 0; v < vectors; v++) sums[i][j][v] = M::add(sums[i][j][v], right[j][v], left);
    }
  }
#pragma GCC unroll 2
  for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
    for (size_t v = 0; v < vectors; v++) {
      const typename V::F scale = V::load(scales_of(j)->scales + v * V::width);
#pragma GCC unroll 16
      for (size_t i = 0; i < rows; i++) {
        float* to = tile + i * ld + j * kPanelFloats + v * V::width;
        V::store(to, V::fma(M::to_floats(sums[i][j][v]), scale, first ? V::set(0.0f) : V::load(to)));
      }
    }
}

template <class M>
struct ByteGradientBlocks {
  using Function = void (*)(const GradientBytes&, float*, size_t, bool);

  static Function of(size_t rows) { return table(std::make_index_sequence<M::V::product_rows>())[rows - 1]; }

 private:
  template <size_t... i>
  static const Function* table(std::index_sequence<i...>) {
    static constexpr Function functions[] = {byte_gradient_block<M, i + 1, M::V::product_panels>...};
    return functions;
  }
};

/// Sixteen columns' first line, from the unit that `row` is in.
inline const char* sixteen_columns_of_bytes(Operand operand, size_t index, size_t row) {
  return operand.from_panel(index / 2).from_row(row + index % 2).data;
}

/// One pass over rows `first` … `first + rows`.
template <class M>
void gradient_pass_int8(const GradientTile& g, size_t first, size_t rows) {
  constexpr size_t panels = M::V::product_panels;
  static_assert(panels <= 2 && 2 % panels == 0, "panels of one block share an operand panel");
  const size_t ld = g.d_panels * kByteColumns;
  const size_t a_all = g.a_panels * 2;
  const size_t d_all = g.d_panels * 2;
  GradientBytes block{};
  block.d_stride = kPanelBytes;
  block.scales_stride = sizeof(ColumnScales);
  block.units = rows / kUnitRows;
  for (size_t j = 0; j < d_all; j += panels) {
    block.d = sixteen_columns_of_bytes(g.d, j, first);
    block.scales =
        g.d_scales + j / 2 * scale_bytes_int8(g.rows) + (first / kByteRowsTogether * 2 + j % 2) * sizeof(ColumnScales);
    for (size_t i = 0; i < a_all; i++) {
      const char* a = sixteen_columns_of_bytes(g.a, i, first);
      float* to = g.tile + i * kPanelFloats * ld + j * kPanelFloats;
      // What is read for the first time soon: a's next columns, then d's.
      const char* soon = a;
      if (j == 0 && i + 1 < a_all) soon = sixteen_columns_of_bytes(g.a, i + 1, first);
      else if (i < panels && j + panels + i < d_all) soon = sixteen_columns_of_bytes(g.d, j + panels + i, first);
      for (size_t column = 0; column < kPanelFloats;) {
        const size_t columns = block_rows(kPanelFloats - column, M::V::product_rows);
        block.a = a + column * kUnitBytes;
        block.soon = column == 0 ? soon : a;
        ByteGradientBlocks<M>::of(columns)(block, to + column * ld, ld, first == 0);
        column += columns;
      }
    }
  }
}

template <class M>
void gradient_int8(const GradientTile& g) {
  for (size_t row = 0; row < g.rows; row += kByteRowsTogether)
    gradient_pass_int8<M>(g, row, g.rows - row < kByteRowsTogether ? g.rows - row : kByteRowsTogether);
}

}  // namespace
}  // namespace understudy
