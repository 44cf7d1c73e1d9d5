// The pointwise half of a GRU step, forward and backward, on panels. T is the operands' element type: float or Bfloat.
//
//   r, u = σ(sums)      c = tanh(sum)      h' = u∘h + (1 − u)∘c
#pragma once

#include "../prefetch.h"
#include "activation.h"
#include "kernels.h"

namespace understudy {
namespace {

template <class T>
inline T* panel_of(Operand operand, size_t index) {
  return reinterpret_cast<T*>(operand.data + index * operand.stride);
}

/// Calls at(operand panel, offset in it, fp32 panel, offset in it) for every vector of [rows, columns]. One operand
/// panel spans one (fp32) or two (bf16) fp32 panels.
template <class V, class T, class At>
inline void for_each_vector(size_t rows, size_t columns, At at) {
  constexpr size_t per_panel = kPanelBytes / sizeof(T);
  constexpr size_t halves = per_panel / kPanelFloats;
  for (size_t panel = 0; panel < columns / per_panel; panel++)
    for (size_t half = 0; half < halves; half++)
      for (size_t row = 0; row < rows; row++)
        for (size_t v = 0; v < kPanelFloats; v += V::width)
          at(panel, row * per_panel + half * kPanelFloats + v, panel * halves + half, row * kPanelFloats + v);
}

/// Asks for the line of the next panel that corresponds: between its rows of one step and those of the next panel lie
/// those of all other steps, so the processor does not foresee it. After the last of `columns` come another thread's.
template <class T>
inline void prefetch_next(Operand operand, size_t panel, size_t columns, size_t i) {
  const size_t next = (panel + 1) * kPanelBytes < columns * sizeof(T) ? panel + 1 : panel;
  prefetch_to_write(operand.data + next * operand.stride + i * sizeof(T));
}

template <class V, class T>
void gates_forward(const CellForward& s) {
  constexpr size_t per_panel = kPanelBytes / sizeof(T);
  const Values r_sums = s.sums;
  const Values u_sums = s.sums.from_column(s.units);
  const Operand r_saved = s.gates;
  const Operand u_saved = s.gates.from_panel(s.gates_step / per_panel);
  for_each_vector<V, T>(s.rows, s.units, [&](size_t p, size_t i, size_t q, size_t j) {
    const typename V::F r = sigmoid<V>(V::load(r_sums.panel(q) + j));
    const typename V::F u = sigmoid<V>(V::load(u_sums.panel(q) + j));
    const typename V::F h = V::load(s.state.panel(q) + j);
    prefetch_next<T>(r_saved, p, s.units, i);
    prefetch_next<T>(u_saved, p, s.units, i);
    prefetch_next<T>(s.kept, p, s.units, i);
    V::store(panel_of<T>(r_saved, p) + i, r);
    V::store(panel_of<T>(u_saved, p) + i, u);
    V::store(u_sums.panel(q) + j, u);
    V::store(panel_of<T>(s.kept, p) + i, V::multiply(r, h));
  });
}

template <class V, class T>
void candidate_forward(const CellForward& s) {
  constexpr size_t per_panel = kPanelBytes / sizeof(T);
  const Values u_values = s.sums.from_column(s.units);
  const Values c_sums = s.sums.from_column(2 * s.units);
  const Operand c_saved = s.gates.from_panel(2 * s.gates_step / per_panel);
  for_each_vector<V, T>(s.rows, s.units, [&](size_t p, size_t i, size_t q, size_t j) {
    const typename V::F c = hyperbolic_tangent<V>(V::load(c_sums.panel(q) + j));
    const typename V::F u = V::load(u_values.panel(q) + j);
    const typename V::F h = V::load(s.state.panel(q) + j);
    const typename V::F after = V::fma(u, V::subtract(h, c), c);
    prefetch_next<T>(c_saved, p, s.units, i);
    prefetch_next<T>(s.after, p, s.units, i);
    V::store(panel_of<T>(c_saved, p) + i, c);
    V::store(s.state.panel(q) + j, after);
    V::store(panel_of<T>(s.after, p) + i, after);
  });
}

template <class V, class T>
void candidate_backward(const CellBackward& s) {
  constexpr size_t per_panel = kPanelBytes / sizeof(T);
  const Operand u_saved = s.gates.from_panel(s.gates_step / per_panel);
  const Operand c_saved = s.gates.from_panel(2 * s.gates_step / per_panel);
  const typename V::F one = V::set(1.0f);
  for_each_vector<V, T>(s.rows, s.units, [&](size_t p, size_t i, size_t q, size_t j) {
    prefetch_next<T>(u_saved, p, s.units, i);
    prefetch_next<T>(c_saved, p, s.units, i);
    prefetch_next<T>(s.before, p, s.units, i);
    T* u_at = panel_of<T>(u_saved, p) + i;
    T* c_at = panel_of<T>(c_saved, p) + i;
    const typename V::F u = V::load(u_at);
    const typename V::F c = V::load(c_at);
    const typename V::F h = V::load(panel_of<T>(s.before, p) + i);
    const typename V::F dh = V::add(V::load(s.above.panel(q) + j), V::load(s.carry.panel(q) + j));
    const typename V::F kept = V::multiply(dh, u);
    const typename V::F rest = V::subtract(dh, kept);  // dh∘(1 − u)
    V::store(s.carry.panel(q) + j, kept);
    // σ′ = u(1 − u), tanh′ = 1 − c²
    V::store(u_at, V::multiply(V::multiply(rest, u), V::subtract(h, c)));
    V::store(c_at, V::multiply(rest, V::subtract(one, V::multiply(c, c))));
  });
}

template <class V, class T>
void reset_backward(const CellBackward& s) {
  const typename V::F one = V::set(1.0f);
  for_each_vector<V, T>(s.rows, s.units, [&](size_t p, size_t i, size_t q, size_t j) {
    prefetch_next<T>(s.gates, p, s.units, i);
    T* r_at = panel_of<T>(s.gates, p) + i;
    float* carry = s.carry.panel(q) + j;
    const typename V::F r = V::load(r_at);
    const typename V::F h = V::load(panel_of<T>(s.before, p) + i);
    const typename V::F through_r = V::multiply(V::load(s.d_kept.panel(q) + j), r);
    V::store(carry, V::add(V::load(carry), through_r));
    V::store(r_at, V::multiply(V::multiply(through_r, h), V::subtract(one, r)));
  });
}

}  // namespace
}  // namespace understudy
