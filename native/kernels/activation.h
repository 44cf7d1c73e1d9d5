// Activation functions on vectors: exp, sigmoid and tanh, within 3e-7 relative of the exact value, without branches,
// and never NaN for finite input or infinity.
#pragma once

namespace understudy {
namespace {

/// e^x, x clamped to ±87 (2ⁿ must be a normal number). Cody–Waite reduction and Cephes' polynomial for e^r, |r| ≤ ln 2
/// / 2.
template <class V>
inline typename V::F exponential(typename V::F x) {
  x = V::min(V::max(x, V::set(-87.0f)), V::set(87.0f));
  const typename V::F n = V::round(V::multiply(x, V::set(1.44269504088896341f)));
  typename V::F r = V::fma(n, V::set(-0.693359375f), x);
  r = V::fma(n, V::set(2.12194440e-4f), r);
  typename V::F p = V::set(1.9875691500e-4f);
  p = V::fma(p, r, V::set(1.3981999507e-3f));
  p = V::fma(p, r, V::set(8.3334519073e-3f));
  p = V::fma(p, r, V::set(4.1665795894e-2f));
  p = V::fma(p, r, V::set(1.6666665459e-1f));
  p = V::fma(p, r, V::set(5.0000001201e-1f));
  p = V::add(V::fma(V::multiply(p, r), r, r), V::set(1.0f));
  return V::multiply(p, V::power_of_two(n));
}

/// 1 / (1 + e^−x)
template <class V>
inline typename V::F sigmoid(typename V::F x) {
  const typename V::F one = V::set(1.0f);
  return V::divide(one, V::add(one, exponential<V>(V::subtract(V::set(0.0f), x))));
}

/// Odd rational approximation x·p(x²) / q(x²) of degree 13 / 6, clamped where tanh rounds to ±1 (coefficients:
/// Eigen's).
template <class V>
inline typename V::F hyperbolic_tangent(typename V::F x) {
  const float limit = 7.90531110763549805f;
  x = V::min(V::max(x, V::set(-limit)), V::set(limit));
  const typename V::F s = V::multiply(x, x);
  typename V::F p = V::fma(s, V::set(-2.76076847742355e-16f), V::set(2.00018790482477e-13f));
  p = V::fma(p, s, V::set(-8.60467152213735e-11f));
  p = V::fma(p, s, V::set(5.12229709037114e-08f));
  p = V::fma(p, s, V::set(1.48572235717979e-05f));
  p = V::fma(p, s, V::set(6.37261928875436e-04f));
  p = V::multiply(V::fma(p, s, V::set(4.89352455891786e-03f)), x);
  typename V::F q = V::fma(s, V::set(1.19825839466702e-06f), V::set(1.18534705686654e-04f));
  q = V::fma(q, s, V::set(2.26843463243900e-03f));
  q = V::fma(q, s, V::set(4.89352518554385e-03f));
  return V::divide(p, q);
}

}  // namespace
}  // namespace understudy
