/// \file
/// What calls of MPI take: communicators, counts and types. Only the .cpp files that call MPI include it.
///
/// Their return codes are not checked, because MPI never returns from an error (mpi_session.h).
#pragma once

#include <mpi.h>

#include <cstdint>
#include <string_view>

#include "system/parallel/communicator.h"

namespace pinpoint::parallel {

/// \pre !communicator.is_null()
inline MPI_Comm comm(const Communicator& communicator) { return *static_cast<const MPI_Comm*>(communicator.handle()); }

/// `count` as MPI takes it. \param what the items counted, for the message ("rows")
/// \throws UserError above 2^31 - 1
int count_of(std::int64_t count, std::string_view what);

/// A type of a fixed number of bytes, with which MPI counts more than 2^31 - 1 of them. MPI keeps it until the
/// transfers that use it are done.
class BytesType {
 public:
  /// \throws UserError above 2^31 - 1 bytes
  explicit BytesType(std::int64_t bytes);
  ~BytesType() { MPI_Type_free(&type_); }
  BytesType(const BytesType&) = delete;
  BytesType& operator=(const BytesType&) = delete;
  operator MPI_Datatype() const { return type_; }

 private:
  MPI_Datatype type_ = MPI_DATATYPE_NULL;
};

/// Lets MPI move data for up to half a millisecond. One call moves one of many fragments; half a millisecond of calls
/// moves some megabytes and takes little of a product's time. True when the transfer is done.
bool make_progress(MPI_Request& request);

}  // namespace pinpoint::parallel
