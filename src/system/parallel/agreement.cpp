#include "system/parallel/agreement.h"

#include <optional>
#include <string>

#include "system/base/check.h"
#include "system/parallel/as_error.h"
#include "system/parallel/collectives.h"
#include "system/parallel/mpi_call.h"

namespace pinpoint::parallel {
namespace {

std::optional<Error> error_of(const std::function<void()>& part) {
  try {
    part();
  } catch (const std::exception& error) {
    return as_error(error);
  }
  return std::nullopt;
}

}  // namespace

void together(const Communicator& ranks, const std::function<void()>& part) {
  if (ranks.is_null()) return part();
  const std::optional<Error> mine = error_of(part);
  const std::int64_t first = minimum(ranks, mine ? ranks.rank() : ranks.size());
  if (first == ranks.size()) return;
  const bool is_mine = first == ranks.rank();
  const std::string message = broadcast(ranks, is_mine ? mine->what() : "", static_cast<int>(first));
  const std::int64_t status = maximum(ranks, is_mine ? static_cast<std::int64_t>(mine->status()) : 0);
  if (status == static_cast<std::int64_t>(ExitStatus::user_error)) throw UserError(message);
  throw Error(static_cast<ExitStatus>(status), message);
}

bool meet(const Communicator& ranks, std::optional<std::chrono::seconds> patience) {
  if (ranks.is_null()) return true;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibarrier(comm(ranks), &request);
  if (!patience) {
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    return true;
  }
  const auto start = std::chrono::steady_clock::now();
  bool all = make_progress(request);
  while (!all && std::chrono::steady_clock::now() - start < *patience) all = make_progress(request);
  return all;
}

}  // namespace pinpoint::parallel
