// How matrices lie in memory. Everything the kernels touch is cut into *panels*: 64-byte-wide columns of a row-major
// matrix, one after the other.
//
//   matrix [rows, columns]  →  panels [columns / perPanel][rows][perPanel],  perPanel = 64 bytes / element
//
// One row of a panel is one cache line. The same bytes serve as the left operand of a product (a few rows of a panel,
// each a run along K) and as the right operand of a weight gradient (one panel is [K, 16]), so activations are never
// repacked. Columns are padded with zeros to a multiple of 32, so no kernel has a tail.
#pragma once

#include <cstddef>
#include <cstdint>

namespace understudy {

constexpr size_t kPanelBytes = 64;
/// fp32 columns of a panel.
constexpr size_t kPanelFloats = kPanelBytes / sizeof(float);
/// Columns are padded to a multiple of this: one bf16 panel, two fp32 panels, one AMX tile's depth.
constexpr size_t kPad = 32;

constexpr size_t padded(size_t columns) { return (columns + kPad - 1) / kPad * kPad; }

/// fp32 panels: what products write and pointwise code computes with. `stride`: floats from one panel to the next.
struct Values {
  float* data;
  size_t stride;

  float* panel(size_t index) const { return data + index * stride; }
  Values from_row(size_t row) const { return {data + row * kPanelFloats, stride}; }
  Values from_column(size_t column) const { return {panel(column / kPanelFloats), stride}; }
};

/// Panels in the element type that a mode's products read (fp32 or bf16). `stride`: bytes from one panel to the next.
struct Operand {
  char* data;
  size_t stride;

  Operand from_row(size_t row) const { return {data + row * kPanelBytes, stride}; }
  Operand from_panel(size_t index) const { return {data + index * stride, stride}; }
};

/// The 16 high bits of a float.
struct Bfloat {
  uint16_t bits;
};

}  // namespace understudy
