/// \file
/// Collectives on tensors and strings. Every rank of the communicator calls them in the same order; a null
/// communicator returns what went in. A floating-point sum has an order, so its bits depend on the number of ranks:
/// nothing whose bits may not do so uses `sum_in_order`.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "system/parallel/communicator.h"

namespace pinpoint::parallel {

/// `tensor` of rank `root` replaces that of all others. \pre same shape and type everywhere, contiguous
void broadcast(const Communicator& communicator, at::Tensor& tensor, int root);
std::string broadcast(const Communicator& communicator, std::string text, int root);

/// The ranks' tensors one after the other along dimension 0, in order of rank. Their sizes along it may differ, the
/// other dimensions and the type agree.
at::Tensor all_gather(const Communicator& communicator, const at::Tensor& tensor);

/// The same, to rank 0 alone; the others get an undefined tensor.
at::Tensor gather(const Communicator& communicator, const at::Tensor& tensor);
/// Rank 0 gets every rank's text, the others nothing.
std::vector<std::string> gather(const Communicator& communicator, const std::string& text);

/// The sum of the ranks' tensors, added in order of rank, replaces each of them: the same bits on every rank, and
/// whenever the number of ranks is the same. \pre float32 or float64, contiguous, same shape and type everywhere
void sum_in_order(const Communicator& communicator, at::Tensor& tensor);
double sum_in_order(const Communicator& communicator, double value);

std::int64_t maximum(const Communicator& communicator, std::int64_t value);
std::int64_t minimum(const Communicator& communicator, std::int64_t value);
std::int64_t sum(const Communicator& communicator, std::int64_t value);

}  // namespace pinpoint::parallel
