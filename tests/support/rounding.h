/// \file
/// How far float32 arithmetic may be from float64, or from itself in another order, and bf16 from float32: in parts of
/// the size of what is compared, so that logits of 3 and of 20 are held to the same number of digits. Small models,
/// plain and realistic, differ by a third of these at most.
#pragma once

namespace pinpoint::test {

/// Of the largest |logit| over the vocabulary: some ten roundings of 6e-8 each.
inline constexpr double float32_logits = 2e-6;

/// Of the largest effect of a head, which is a difference of logits that may be 20 times larger; most of their rounding
/// is the same in both.
inline constexpr double float32_effects = 1e-5;

/// Of a loss, and of the norm of its gradient: sums over tokens and ranks in another order.
inline constexpr double float32_losses = 1e-6;
inline constexpr double float32_gradients = 2e-6;

/// After a few steps of AdamW: of the norm by which the weights moved, and of the first moments. (Of the weights
/// themselves it would be no test: a few large ones make the norm, and all move alike.)
inline constexpr double float32_moves = 1e-5;

/// bf16 has 8 bits, a rounding of 2e-3; the sums over channels and tokens make little more of it.
inline constexpr double bf16_losses = 1e-2;
inline constexpr double bf16_gradients = 2e-2;

}  // namespace pinpoint::test
