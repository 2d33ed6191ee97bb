#include "system/parallel/collectives.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "system/base/check.h"
#include "system/parallel/mpi_call.h"

namespace pinpoint::parallel {
namespace {

/// MPI counts are ints: tensors are counted in rows of dimension 0, each sent as one type.
std::int64_t row_bytes(const at::Tensor& tensor) {
  std::int64_t bytes = static_cast<std::int64_t>(tensor.element_size());
  for (std::int64_t i = 1; i < tensor.dim(); ++i) bytes *= tensor.size(i);
  return bytes;
}

at::Tensor on_cpu(const at::Tensor& tensor) { return tensor.cpu().contiguous(); }

struct Layout {
  std::vector<int> counts;   // rows of each rank
  std::vector<int> offsets;  // rows before it
  std::int64_t total = 0;
};

Layout layout_of(const Communicator& communicator, std::int64_t rows) {
  Layout layout;
  std::vector<std::int64_t> counts(static_cast<std::size_t>(communicator.size()));
  MPI_Allgather(&rows, 1, MPI_INT64_T, counts.data(), 1, MPI_INT64_T, comm(communicator));
  for (const std::int64_t count : counts) {
    layout.counts.push_back(count_of(count, "rows"));
    layout.offsets.push_back(count_of(layout.total, "rows"));
    layout.total += count;
  }
  return layout;
}

at::Tensor empty_rows(const at::Tensor& like, std::int64_t rows) {
  std::vector<std::int64_t> sizes = like.sizes().vec();
  sizes[0] = rows;
  return at::empty(sizes, like.options());
}

std::int64_t reduce(const Communicator& communicator, std::int64_t value, MPI_Op operation) {
  if (communicator.is_null()) return value;
  std::int64_t result = 0;
  MPI_Allreduce(&value, &result, 1, MPI_INT64_T, operation, comm(communicator));
  return result;
}

}  // namespace

void broadcast(const Communicator& communicator, at::Tensor& tensor, int root) {
  if (communicator.is_null() || tensor.numel() == 0) return;
  PINPOINT_EXPECT(tensor.is_contiguous());
  at::Tensor host = on_cpu(tensor);
  const BytesType row(row_bytes(host));
  MPI_Bcast(host.data_ptr(), count_of(host.size(0), "rows"), row, root, comm(communicator));
  if (!host.is_same(tensor)) tensor.copy_(host);
}

std::string broadcast(const Communicator& communicator, std::string text, int root) {
  if (communicator.is_null()) return text;
  auto size = static_cast<std::int64_t>(text.size());
  MPI_Bcast(&size, 1, MPI_INT64_T, root, comm(communicator));
  text.resize(static_cast<std::size_t>(size));
  MPI_Bcast(text.data(), count_of(size, "bytes of text"), MPI_CHAR, root, comm(communicator));
  return text;
}

double of_root(const Communicator& communicator, double value) {
  if (!communicator.is_null()) MPI_Bcast(&value, 1, MPI_DOUBLE, 0, comm(communicator));
  return value;
}

bool of_root(const Communicator& communicator, bool value) { return of_root(communicator, value ? 1.0 : 0.0) != 0; }

at::Tensor all_gather(const Communicator& communicator, const at::Tensor& tensor) {
  if (communicator.is_null()) return tensor;
  const at::Tensor host = on_cpu(tensor);
  const Layout layout = layout_of(communicator, host.size(0));
  at::Tensor all = empty_rows(host, layout.total);
  const BytesType row(row_bytes(host));
  MPI_Allgatherv(host.data_ptr(), count_of(host.size(0), "rows"), row, all.data_ptr(), layout.counts.data(),
                 layout.offsets.data(), row, comm(communicator));
  return all.to(tensor.device());
}

at::Tensor gather(const Communicator& communicator, const at::Tensor& tensor) {
  if (communicator.is_null()) return tensor;
  const at::Tensor host = on_cpu(tensor);
  const Layout layout = layout_of(communicator, host.size(0));
  at::Tensor all = communicator.is_root() ? empty_rows(host, layout.total) : at::Tensor();
  const BytesType row(row_bytes(host));
  MPI_Gatherv(host.data_ptr(), count_of(host.size(0), "rows"), row, all.defined() ? all.data_ptr() : nullptr,
              layout.counts.data(), layout.offsets.data(), row, 0, comm(communicator));
  return all;
}

std::vector<std::string> gather(const Communicator& communicator, const std::string& text) {
  if (communicator.is_null()) return {text};
  const Layout layout = layout_of(communicator, static_cast<std::int64_t>(text.size()));
  std::string all(communicator.is_root() ? static_cast<std::size_t>(layout.total) : 0, '\0');
  MPI_Gatherv(text.data(), count_of(std::ssize(text), "bytes of text"), MPI_CHAR, all.data(), layout.counts.data(),
              layout.offsets.data(), MPI_CHAR, 0, comm(communicator));
  std::vector<std::string> texts;
  if (communicator.is_root())
    for (std::size_t r = 0; r < layout.counts.size(); ++r)
      texts.push_back(
          all.substr(static_cast<std::size_t>(layout.offsets[r]), static_cast<std::size_t>(layout.counts[r])));
  return texts;
}

void sum_in_order(const Communicator& communicator, at::Tensor& tensor) {
  if (communicator.is_null() || tensor.numel() == 0) return;
  PINPOINT_EXPECT(tensor.is_contiguous() && tensor.is_floating_point());
  // Each rank adds its share of a chunk. So a rank needs memory for one more chunk, not for the tensors of other ranks.
  constexpr std::int64_t largest_share = 1 << 22;  // elements
  const std::int64_t size = communicator.size();
  const at::Tensor flat = tensor.view(-1);
  for (std::int64_t begin = 0; begin < flat.size(0); begin += size * largest_share) {
    const std::int64_t count = std::min(size * largest_share, flat.size(0) - begin);
    const std::int64_t share = (count + size - 1) / size;
    at::Tensor mine = at::zeros({size, share}, flat.options().device(at::kCPU));  // one row per rank
    mine.view(-1).narrow(0, 0, count).copy_(flat.narrow(0, begin, count));
    at::Tensor theirs = at::empty_like(mine);
    const BytesType row(row_bytes(mine));
    MPI_Alltoall(mine.data_ptr(), 1, row, theirs.data_ptr(), 1, row, comm(communicator));
    at::Tensor total = theirs[0].clone();
    for (std::int64_t rank = 1; rank < size; ++rank) total += theirs[rank];
    MPI_Allgather(total.data_ptr(), 1, row, mine.data_ptr(), 1, row, comm(communicator));
    flat.narrow(0, begin, count).copy_(mine.view(-1).narrow(0, 0, count));
  }
}

double sum_in_order(const Communicator& communicator, double value) {
  at::Tensor sum = at::full({1}, value, at::kDouble);
  sum_in_order(communicator, sum);
  return sum.item<double>();
}

std::int64_t maximum(const Communicator& communicator, std::int64_t value) {
  return reduce(communicator, value, MPI_MAX);
}
std::int64_t minimum(const Communicator& communicator, std::int64_t value) {
  return reduce(communicator, value, MPI_MIN);
}
std::int64_t sum(const Communicator& communicator, std::int64_t value) { return reduce(communicator, value, MPI_SUM); }

}  // namespace pinpoint::parallel
