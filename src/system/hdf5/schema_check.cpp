#include "system/hdf5/schema_check.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "system/base/check.h"

namespace pinpoint::hdf5 {
namespace {

/// Compares one file with one description and collects the problems.
class Check {
 public:
  Check(const H5File& file, const Schema& schema) : file_(file), schema_(schema) {}

  std::vector<std::string> run() {
    for (const AttributeRule& rule : schema_.attributes) guarded([&] { check_attribute(rule); });
    guarded([&] { check_identity(); });
    guarded([&] { check_names(); });
    for (const AxisRule& rule : schema_.axes) guarded([&] { check_axis(rule); });
    for (const AxisRule& rule : schema_.axes) check_product(rule);
    for (const DataSetRule& rule : schema_.data_sets) guarded([&] { check_data_set(rule); });
    return std::move(problems_);
  }

 private:
  template <class... Args>
  void report(fmt::format_string<Args...> message, Args&&... args) {
    problems_.push_back(fmt::format(message, std::forward<Args>(args)...));
  }

  /// A value that cannot be read is a problem too. The name of the file is removed from its message.
  template <class Function>
  void guarded(Function&& function) {
    try {
      function();
    } catch (const UserError& error) {
      const std::string message = error.what(), prefix = file_.path().string() + ": ";
      problems_.push_back(message.starts_with(prefix) ? message.substr(prefix.size()) : message);
    }
  }

  void check_attribute(const AttributeRule& rule) {
    const auto [type, is_list] = file_.describe_attribute(rule.name);
    if (type != rule.type || is_list != rule.is_list)
      report("attribute {} is {}{} where {}{} belongs", rule.name, is_list ? "a list of " : "", name_of(type),
             rule.is_list ? "a list of " : "", name_of(rule.type));
  }

  void check_identity() {
    const auto version = file_.read_attribute<std::int64_t>("schema_version");
    if (version != schema_.version)
      report("schema_version is {}, this program knows {} of kind {}", version, schema_.version, schema_.kind);
  }

  void check_names() {
    std::set<std::string> known;
    for (const AxisRule& rule : schema_.axes) known.insert(rule.name);
    for (const DataSetRule& rule : schema_.data_sets) known.insert(rule.name);
    for (const std::string& name : file_.data_sets())
      if (!known.contains(name)) report("data set {} is not part of a file of kind {}", name, schema_.kind);
  }

  void check_axis(const AxisRule& rule) {
    const H5DataSet scale = file_.describe(rule.name);
    if (scale.shape.size() != 1 || scale.scales != std::vector{rule.name})
      return report("data set {} is not a dimension scale", rule.name);
    sizes_[rule.name] = scale.shape[0];
    check_type(rule.name, scale, rule.type);
    if (scale.is_length != rule.length_alone)
      return report("axis {} {}", rule.name,
                    rule.length_alone ? "has values, but should have only a length" : "has no values");
    if (scale.type == rule.type && !rule.length_alone) read_all(rule.name, rule.type);
  }

  void check_product(const AxisRule& rule) {
    const auto known = [&](const std::string& axis) { return sizes_.contains(axis); };
    if (rule.product_of.empty() || !known(rule.name)) return;
    if (!std::all_of(rule.product_of.begin(), rule.product_of.end(), known)) return;
    std::int64_t product = 1;
    for (const std::string& factor : rule.product_of) product *= sizes_[factor];
    if (sizes_[rule.name] != product)
      report("axis {} has size {}, not {}, the product of {}", rule.name, sizes_[rule.name], product,
             fmt::join(rule.product_of, " and "));
  }

  void check_data_set(const DataSetRule& rule) {
    if (!rule.required && !file_.contains(rule.name)) return;
    const H5DataSet found = file_.describe(rule.name);
    const std::size_t before = problems_.size();
    check_type(rule.name, found, rule.type);
    check_axes(rule, found);
    if (problems_.size() == before) check_values(rule, found);
  }

  void check_type(const std::string& name, const H5DataSet& found, H5Type expected) {
    if (found.type != expected)
      report("data set {} holds {} where {} belongs", name, name_of(found.type), name_of(expected));
    const bool empty = std::find(found.shape.begin(), found.shape.end(), 0) != found.shape.end();
    const bool can_be_checksummed = !found.shape.empty() && !empty && found.type != H5Type::text;
    if (can_be_checksummed && !found.checksummed) report("data set {} has no checksums (Fletcher32)", name);
  }

  void check_axes(const DataSetRule& rule, const H5DataSet& found) {
    if (found.shape.size() != rule.axes.size())
      return report("data set {} has {} axes where {} belong", rule.name, found.shape.size(), rule.axes.size());
    for (std::size_t i = 0; i < rule.axes.size(); ++i) {
      const std::string& axis = rule.axes[i];
      if (found.scales[i] != axis)
        report("data set {}: axis {} has {} where scale {} belongs", rule.name, i,
               found.scales[i].empty() ? "no scale" : "scale " + found.scales[i], axis);
      if (sizes_.contains(axis) && sizes_[axis] != found.shape[i])
        report("data set {}: axis {} has size {}, its scale {} has {}", rule.name, i, found.shape[i], axis,
               sizes_[axis]);
    }
  }

  void check_values(const DataSetRule& rule, const H5DataSet& found) {
    if (rule.type == H5Type::float32 && found.shape.size() == 1 && rule.nan != NanRule::incomplete)
      return check_long_list(rule, found.shape[0]);
    switch (rule.type) {
      case H5Type::float32: return check_numbers(rule, found, file_.read<float>(rule.name));
      case H5Type::float64: return check_numbers(rule, found, file_.read<double>(rule.name));
      case H5Type::int32: return check_places(rule, file_.read<std::int32_t>(rule.name));
      default: read_all(rule.name, rule.type);
    }
  }

  /// Reads in pieces, because the list may be larger than memory.
  void check_long_list(const DataSetRule& rule, std::int64_t size) {
    constexpr std::int64_t piece = 1 << 24;
    std::vector<float> values;
    for (std::int64_t begin = 0; begin < size; begin += piece) {
      values.resize(static_cast<std::size_t>(std::min(piece, size - begin)));
      file_.read_values(rule.name, begin, values);
      const auto bad = std::ranges::find_if_not(values, [](float v) { return std::isfinite(v); });
      if (bad != values.end() && rule.nan == NanRule::never)
        return report("data set {} holds {} at value {}", rule.name, *bad, begin + (bad - values.begin()));
    }
  }

  void read_all(const std::string& name, H5Type type) {
    if (type == H5Type::text) file_.read<std::string>(name);
    if (type == H5Type::int64) file_.read<std::int64_t>(name);
    if (type == H5Type::int32) file_.read<std::int32_t>(name);
  }

  template <class T>
  void check_numbers(const DataSetRule& rule, const H5DataSet& found, const std::vector<T>& values) {
    if (rule.nan == NanRule::allowed) return;
    const auto is_bad = [&](T v) { return std::isinf(v) || (std::isnan(v) && rule.nan == NanRule::never); };
    const auto bad = std::find_if(values.begin(), values.end(), is_bad);
    if (bad != values.end()) return report("data set {} holds {} at value {}", rule.name, *bad, bad - values.begin());
    if (rule.nan == NanRule::incomplete) check_missing_samples(rule, found, values);
  }

  /// NaN marks unfinished samples: all numbers of a sample or none, and only in incomplete files.
  template <class T>
  void check_missing_samples(const DataSetRule& rule, const H5DataSet& found, const std::vector<T>& values) {
    const auto samples = static_cast<std::size_t>(found.shape[0]);
    const std::size_t width = samples == 0 ? 0 : values.size() / samples;
    std::vector<bool> missing(samples);
    for (std::size_t i = 0; i < samples; ++i) {
      const auto row = values.begin() + static_cast<std::ptrdiff_t>(i * width);
      const auto count =
          std::count_if(row, row + static_cast<std::ptrdiff_t>(width), [](T v) { return std::isnan(v); });
      missing[i] = count > 0;
      if (count != 0 && static_cast<std::size_t>(count) != width)
        return report("data set {}: sample {} is NaN in a part of its values", rule.name, i);
    }
    const bool some_missing = std::find(missing.begin(), missing.end(), true) != missing.end();
    if (some_missing && file_.read_attribute<std::int64_t>("complete") != 0)
      return report("data set {} holds NaN, yet the file says that it is complete", rule.name);
    if (!missing_) missing_ = missing;
    if (missing != *missing_) report("data set {} lacks other samples than those before it", rule.name);
  }

  /// \param values [rows, columns], a column for each axis of `rule.within`
  void check_places(const DataSetRule& rule, const std::vector<std::int32_t>& values) {
    const std::size_t columns = std::max<std::size_t>(1, rule.within.size());
    std::set<std::vector<std::int32_t>> rows;
    for (std::size_t begin = 0; begin + columns <= values.size(); begin += columns) {
      const auto first = values.begin() + static_cast<std::ptrdiff_t>(begin);
      const std::vector<std::int32_t> row(first, first + static_cast<std::ptrdiff_t>(columns));
      for (std::size_t c = 0; c < rule.within.size(); ++c)
        if (row[c] < 0 || row[c] >= sizes_[rule.within[c]])
          return report("data set {}: {} in row {} is outside the axis {}", rule.name, row[c], begin / columns,
                        rule.within[c]);
      if (rule.distinct && !rows.insert(row).second)
        return report("data set {}: row {} occurs twice", rule.name, begin / columns);
    }
  }

  const H5File& file_;
  const Schema& schema_;
  std::vector<std::string> problems_;
  std::map<std::string, std::int64_t> sizes_;  // by axis
  std::optional<std::vector<bool>> missing_;   // samples that are NaN
};

}  // namespace

std::vector<std::string> problems_of(const H5File& file, const Schema& schema) {
  const Schema written_out = with_numbers(schema, file.data_sets());
  return Check(file, written_out).run();
}

std::vector<std::string> problems_of(const std::filesystem::path& path) {
  try {
    const H5File file = H5File::open(path);
    const auto kind = file.read_attribute<std::string>("schema");
    if (!schema_exists(kind)) return {fmt::format("attribute schema: no kind of file is called \"{}\"", kind)};
    return problems_of(file, load_schema(kind));
  } catch (const UserError& error) {
    const std::string message = error.what(), prefix = path.string() + ": ";
    return {message.starts_with(prefix) ? message.substr(prefix.size()) : message};
  }
}

}  // namespace pinpoint::hdf5
