/// \file
/// Tolerances between float32 and float64, between float32 sums in different orders, and between bf16 and float32. All
/// are relative to the size of what is compared, so that logits of 3 and of 20 must agree to the same number of digits.
/// Small models, plain and realistic, differ by at most a third of these.
#pragma once

namespace pinpoint::test {

/// Relative to the largest |logit| over the vocabulary: some ten roundings of 6e-8 each.
inline constexpr double float32_logits = 2e-6;

/// Relative to the largest effect of a head. An effect is a difference of logits that may be 20 times as large, but
/// most of their rounding cancels.
inline constexpr double float32_effects = 1e-5;

/// Relative to a loss, or to the norm of its gradient: sums over tokens and ranks in another order.
inline constexpr double float32_losses = 1e-6;
inline constexpr double float32_gradients = 2e-6;

/// After a few steps of AdamW, relative to the norm of the change of the weights, and to the first moments. (Relative
/// to the weights themselves it would test nothing: a few large ones dominate the norm, and all change by as much.)
inline constexpr double float32_moves = 1e-5;

/// bf16 has 8 bits, a rounding of 2e-3. The sums over channels and tokens increase it little.
inline constexpr double bf16_losses = 1e-2;
inline constexpr double bf16_gradients = 2e-2;

}  // namespace pinpoint::test
