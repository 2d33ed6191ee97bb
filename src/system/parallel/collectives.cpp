#include "system/parallel/collectives.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <mpi.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "system/base/check.h"

namespace pinpoint::parallel {
namespace {

MPI_Comm comm(const Communicator& communicator) { return *static_cast<const MPI_Comm*>(communicator.handle()); }

/// MPI counts are ints: tensors are counted in rows of dimension 0, sent as one contiguous type.
class RowType {
 public:
  explicit RowType(std::int64_t bytes) {
    validate(bytes <= std::numeric_limits<int>::max(), "a row of {} bytes is more than MPI sends as one", bytes);
    MPI_Type_contiguous(static_cast<int>(bytes), MPI_BYTE, &type_);
    MPI_Type_commit(&type_);
  }
  ~RowType() { MPI_Type_free(&type_); }
  RowType(const RowType&) = delete;
  RowType& operator=(const RowType&) = delete;
  operator MPI_Datatype() const { return type_; }

 private:
  MPI_Datatype type_ = MPI_DATATYPE_NULL;
};

std::int64_t row_bytes(const at::Tensor& tensor) {
  std::int64_t bytes = static_cast<std::int64_t>(tensor.element_size());
  for (std::int64_t i = 1; i < tensor.dim(); ++i) bytes *= tensor.size(i);
  return bytes;
}

at::Tensor on_cpu(const at::Tensor& tensor) { return tensor.cpu().contiguous(); }

struct Layout {
  std::vector<int> counts;   // rows of every rank
  std::vector<int> offsets;  // rows before it
  std::int64_t total = 0;
};

Layout layout_of(const Communicator& communicator, std::int64_t rows) {
  Layout layout;
  layout.counts.resize(static_cast<std::size_t>(communicator.size()));
  const int mine = static_cast<int>(rows);
  MPI_Allgather(&mine, 1, MPI_INT, layout.counts.data(), 1, MPI_INT, comm(communicator));
  layout.offsets.resize(layout.counts.size());
  std::exclusive_scan(layout.counts.begin(), layout.counts.end(), layout.offsets.begin(), 0);
  layout.total = std::accumulate(layout.counts.begin(), layout.counts.end(), std::int64_t{0});
  validate(layout.total <= std::numeric_limits<int>::max(), "{} rows are more than MPI counts", layout.total);
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
  const RowType row(row_bytes(host));
  MPI_Bcast(host.data_ptr(), static_cast<int>(host.size(0)), row, root, comm(communicator));
  if (!host.is_same(tensor)) tensor.copy_(host);
}

std::string broadcast(const Communicator& communicator, std::string text, int root) {
  if (communicator.is_null()) return text;
  auto size = static_cast<std::int64_t>(text.size());
  MPI_Bcast(&size, 1, MPI_INT64_T, root, comm(communicator));
  text.resize(static_cast<std::size_t>(size));
  MPI_Bcast(text.data(), static_cast<int>(size), MPI_CHAR, root, comm(communicator));
  return text;
}

at::Tensor all_gather(const Communicator& communicator, const at::Tensor& tensor) {
  if (communicator.is_null()) return tensor;
  const at::Tensor host = on_cpu(tensor);
  const Layout layout = layout_of(communicator, host.size(0));
  at::Tensor all = empty_rows(host, layout.total);
  const RowType row(row_bytes(host));
  MPI_Allgatherv(host.data_ptr(), static_cast<int>(host.size(0)), row, all.data_ptr(), layout.counts.data(),
                 layout.offsets.data(), row, comm(communicator));
  return all.to(tensor.device());
}

at::Tensor gather(const Communicator& communicator, const at::Tensor& tensor) {
  if (communicator.is_null()) return tensor;
  const at::Tensor host = on_cpu(tensor);
  const Layout layout = layout_of(communicator, host.size(0));
  at::Tensor all = communicator.is_root() ? empty_rows(host, layout.total) : at::Tensor();
  const RowType row(row_bytes(host));
  MPI_Gatherv(host.data_ptr(), static_cast<int>(host.size(0)), row, all.defined() ? all.data_ptr() : nullptr,
              layout.counts.data(), layout.offsets.data(), row, 0, comm(communicator));
  return all;
}

std::vector<std::string> gather(const Communicator& communicator, const std::string& text) {
  if (communicator.is_null()) return {text};
  const Layout layout = layout_of(communicator, static_cast<std::int64_t>(text.size()));
  std::string all(communicator.is_root() ? static_cast<std::size_t>(layout.total) : 0, '\0');
  MPI_Gatherv(text.data(), static_cast<int>(text.size()), MPI_CHAR, all.data(), layout.counts.data(),
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
  // Every rank adds its share of a chunk, so that a rank needs room for one chunk more and no whole tensors of others.
  constexpr std::int64_t largest_share = 1 << 22;  // elements
  const std::int64_t size = communicator.size();
  const at::Tensor flat = tensor.view(-1);
  for (std::int64_t begin = 0; begin < flat.size(0); begin += size * largest_share) {
    const std::int64_t count = std::min(size * largest_share, flat.size(0) - begin);
    const std::int64_t share = (count + size - 1) / size;
    at::Tensor mine = at::zeros({size, share}, flat.options().device(at::kCPU));  // a row for every rank
    mine.view(-1).narrow(0, 0, count).copy_(flat.narrow(0, begin, count));
    at::Tensor theirs = at::empty_like(mine);
    const RowType row(row_bytes(mine));
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
