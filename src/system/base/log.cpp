#include "system/base/log.h"

#include <boost/core/null_deleter.hpp>
#include <boost/log/attributes/clock.hpp>
#include <boost/log/attributes/constant.hpp>
#include <boost/log/core.hpp>
#include <boost/log/expressions/formatter.hpp>
#include <boost/log/sinks/sync_frontend.hpp>
#include <boost/log/sinks/text_ostream_backend.hpp>
#include <boost/log/sources/record_ostream.hpp>
#include <boost/log/sources/severity_logger.hpp>
#include <boost/log/support/date_time.hpp>
#include <boost/smart_ptr/make_shared_object.hpp>
#include <boost/smart_ptr/shared_ptr.hpp>
#include <unistd.h>

#include <fstream>
#include <iostream>

#include "system/base/check.h"
#include "system/base/terminal.h"

namespace pinpoint {
namespace {

namespace logging = boost::log;
using Sink = logging::sinks::synchronous_sink<logging::sinks::text_ostream_backend>;

const char* name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "?";
}

/// What decides which lines this process writes.
struct Audience {
  bool exists = false;
  int rank = 0;
  int world_size = 1;
  LogLevel level = LogLevel::warning;
};

Audience& audience() {
  static Audience value;  // one per process, like Boost.Log's core
  return value;
}

/// "warning: " and, in a run of several ranks, "rank 2: ". An info line has neither.
void add_prefix(logging::formatting_ostream& out, LogLevel level) {
  if (level != LogLevel::info) out << name_of(level) << ": ";
  if (audience().world_size > 1 && level >= LogLevel::warning) out << "rank " << audience().rank << ": ";
}

enum class Reader { user, file };

/// The lines of a file begin with the time and have no colours.
void add_sink(const boost::shared_ptr<std::ostream>& stream, Reader reader) {
  auto backend = boost::make_shared<logging::sinks::text_ostream_backend>();
  backend->add_stream(stream);
  backend->auto_flush(true);
  auto sink = boost::make_shared<Sink>(backend);
  sink->set_formatter([reader](const logging::record_view& record, logging::formatting_ostream& out) {
    if (reader == Reader::file) {
      const auto time = logging::extract<boost::posix_time::ptime>("TimeStamp", record);
      if (time) out << boost::posix_time::to_iso_extended_string(time.get()) << " ";
    }
    add_prefix(out, logging::extract<LogLevel>("Severity", record).get());
    const auto message = logging::extract<std::string>("Message", record);
    out << (reader == Reader::file ? without_colour(message.get()) : message.get());
  });
  logging::core::get()->add_sink(sink);
}

}  // namespace

LogLevel parse_log_level(std::string_view name) {
  for (const LogLevel level : {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error})
    if (name == name_of(level)) return level;
  throw UserError(fmt::format("--log-level {}: unknown level; use debug, info, warning or error", name));
}

LogSession::LogSession(int rank, int world_size, LogLevel level) {
  audience() = {true, rank, world_size, level};
  logging::core::get()->add_global_attribute("TimeStamp", logging::attributes::local_clock());
  add_sink(boost::shared_ptr<std::ostream>(&std::clog, boost::null_deleter()), Reader::user);
}

LogSession::~LogSession() {
  logging::core::get()->remove_all_sinks();
  audience() = {};
}

void LogSession::write_to(const std::filesystem::path& file) {
  auto stream = boost::make_shared<std::ofstream>(file, std::ios::app);
  validate(stream->good(), "{}: cannot be opened for writing (the log of this run); make its folder writable",
           file.string());
  add_sink(stream, Reader::file);
}

bool detail::log_enabled(LogLevel level) {
  const Audience& who = audience();
  return level >= who.level && (who.rank == 0 || level >= LogLevel::warning);
}

void detail::write_log(LogLevel level, const std::string& message) {
  if (!audience().exists) {
    std::cerr << name_of(level) << ": " << message << '\n';
    return;
  }
  logging::sources::severity_logger<LogLevel> logger;
  if (logging::record record = logger.open_record(logging::keywords::severity = level)) {
    logging::record_ostream stream(record);
    stream << message;
    stream.flush();
    logger.push_record(std::move(record));
  }
}

}  // namespace pinpoint
