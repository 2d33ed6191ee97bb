#include "system/parallel/agreement.h"

#include <optional>
#include <string>

#include "system/base/check.h"
#include "system/parallel/collectives.h"

namespace pinpoint::parallel {
namespace {

std::optional<Error> error_of(const std::function<void()>& part) {
  try {
    part();
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& error) {
    return Failure(error.what());
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

}  // namespace pinpoint::parallel
