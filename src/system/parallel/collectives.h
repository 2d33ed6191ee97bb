/// \file
/// Collectives on tensors and strings. All ranks of the communicator call them in the same order. A null communicator
/// returns its input. The bits of a floating-point sum depend on the number of ranks: do not use `sum_in_order` where
/// results must not depend on it. A transfer of 2^31 rows or more is a UserError.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "system/parallel/communicator.h"

namespace pinpoint::parallel {

/// Replaces the tensor of every rank by that of rank `root`. \pre contiguous, same shape and type on all ranks
void broadcast(const Communicator& communicator, at::Tensor& tensor, int root);
std::string broadcast(const Communicator& communicator, std::string text, int root);

/// The value of rank 0, for numbers that decide what all ranks do next. Ranks with different numbers of threads compute
/// different last bits.
double of_root(const Communicator& communicator, double value);
bool of_root(const Communicator& communicator, bool value);

/// Concatenates the tensors of all ranks along dimension 0, in order of rank. The sizes of dimension 0 may differ; the
/// other sizes and the type are equal.
at::Tensor all_gather(const Communicator& communicator, const at::Tensor& tensor);

/// The same, on rank 0 only. The other ranks get an undefined tensor.
at::Tensor gather(const Communicator& communicator, const at::Tensor& tensor);
/// The texts of all ranks, on rank 0 only. The other ranks get an empty list.
std::vector<std::string> gather(const Communicator& communicator, const std::string& text);

/// Replaces each tensor by the sum over all ranks, added in order of rank. Its bits are the same on every rank, and in
/// every run with the same number of ranks. \pre float32 or float64, contiguous, same shape and type on all ranks
void sum_in_order(const Communicator& communicator, at::Tensor& tensor);
double sum_in_order(const Communicator& communicator, double value);

std::int64_t maximum(const Communicator& communicator, std::int64_t value);
std::int64_t minimum(const Communicator& communicator, std::int64_t value);
std::int64_t sum(const Communicator& communicator, std::int64_t value);

}  // namespace pinpoint::parallel
