#include "model/weights/layer_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>

#include "system/base/check.h"

namespace pinpoint::weights {
namespace {

std::int64_t align(std::int64_t bytes) { return (bytes + slice_alignment - 1) / slice_alignment * slice_alignment; }

std::int64_t product_of(const std::vector<std::int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::int64_t size_of(at::ScalarType dtype) { return static_cast<std::int64_t>(c10::elementSize(dtype)); }

/// LibTorch starts threads to copy more elements than this.
constexpr std::int64_t copied_alone = 32768;

}  // namespace

std::int64_t LayoutPart::elements() const { return product_of(shape); }
std::int64_t LayoutPart::bytes() const { return elements() * size_of(dtype); }

LayerLayout::LayerLayout(const transformer::ModelConfig& c, at::ScalarType matrices)
    : prefix_(transformer::family_of(c.architecture).names.layers), matrices_(matrices) {
  const transformer::Family& family = transformer::family_of(c.architecture);
  const transformer::TensorNames& names = family.names;
  const std::int64_t queries = c.heads_width(), keys = c.kv_width();
  add(&transformer::LayerWeights::attention_norm, {c.width}, names.attention_norm, "weight");
  add(&transformer::LayerWeights::query, {queries, c.width}, names.query, "weight");
  add(&transformer::LayerWeights::key, {keys, c.width}, names.key, "weight");
  add(&transformer::LayerWeights::value, {keys, c.width}, names.value, "weight");
  if (family.projection_biases) {
    add(&transformer::LayerWeights::query_bias, {queries}, names.query, "bias");
    add(&transformer::LayerWeights::key_bias, {keys}, names.key, "bias");
    add(&transformer::LayerWeights::value_bias, {keys}, names.value, "bias");
  }
  if (family.head_norms) {
    add(&transformer::LayerWeights::query_norm, {c.head_width}, names.query_norm, "weight");
    add(&transformer::LayerWeights::key_norm, {c.head_width}, names.key_norm, "weight");
  }
  add(&transformer::LayerWeights::output, {c.width, queries}, names.output, "weight");
  add(&transformer::LayerWeights::mlp_norm, {c.width}, names.mlp_norm, "weight");
  add(&transformer::LayerWeights::gate, {c.mlp_width, c.width}, names.gate, "weight");
  add(&transformer::LayerWeights::up, {c.mlp_width, c.width}, names.up, "weight");
  add(&transformer::LayerWeights::down, {c.width, c.mlp_width}, names.down, "weight");
}

void LayerLayout::add(at::Tensor transformer::LayerWeights::*tensor, std::vector<std::int64_t> shape,
                      std::string_view name, const char* kind) {
  LayoutPart part;
  part.tensor = tensor;
  part.shape = std::move(shape);
  part.dtype = part.shape.size() == 2 ? matrices_ : at::kFloat;
  part.offset = bytes_;
  part.first = elements();
  part.stored_name = fmt::format("{}.{}", name, kind);
  part.stored_shape = part.shape;
  bytes_ = align(bytes_ + part.bytes());

  // Parts of the same stored tensor lie in it one below the other.
  std::vector<LayoutPart*> together;
  for (LayoutPart& before : parts_)
    if (before.stored_name == part.stored_name) together.push_back(&before);
  for (const LayoutPart* before : together) part.stored_first += before->elements();
  parts_.push_back(std::move(part));
  for (LayoutPart* before : together) before->stored_shape[0] += parts_.back().shape[0];
  if (!together.empty()) parts_.back().stored_shape = together.front()->stored_shape;
}

transformer::LayerWeights LayerLayout::view(const at::Tensor& buffer) const {
  PINPOINT_EXPECT(buffer.scalar_type() == at::kByte && buffer.numel() >= bytes_);
  transformer::LayerWeights weights;
  for (const LayoutPart& part : parts_)
    weights.*part.tensor = buffer.narrow(0, part.offset, part.bytes()).view(part.dtype).view(part.shape);
  return weights;
}

std::int64_t LayerLayout::elements() const {
  return parts_.empty() ? 0 : parts_.back().first + parts_.back().elements();
}

transformer::LayerWeights LayerLayout::view_vector(const at::Tensor& vector) const {
  PINPOINT_EXPECT(vector.dim() == 1 && vector.numel() == elements());
  transformer::LayerWeights weights;
  for (const LayoutPart& part : parts_)
    weights.*part.tensor = vector.narrow(0, part.first, part.elements()).view(part.shape);
  return weights;
}

parallel::Range LayerLayout::elements_in(parallel::Range range) const {
  const auto before = [this](std::int64_t byte) {  // elements that begin before this byte
    std::int64_t count = 0;
    for (const LayoutPart& part : parts_)
      count += std::clamp<std::int64_t>(byte - part.offset, 0, part.bytes()) / size_of(part.dtype);
    return count;
  };
  return {before(range.begin), before(range.end)};
}

std::vector<at::Tensor> LayerLayout::pieces(const at::Tensor& slice, parallel::Range range) const {
  PINPOINT_EXPECT(slice.scalar_type() == at::kByte && slice.numel() == range.size());
  std::vector<at::Tensor> pieces;
  for (const LayoutPart& part : parts_) {
    const std::int64_t begin = std::max(range.begin, part.offset),
                       end = std::min(range.end, part.offset + part.bytes());
    if (begin < end) pieces.push_back(slice.narrow(0, begin - range.begin, end - begin).view(part.dtype));
  }
  return pieces;
}

void LayerLayout::read(TensorSource& source, std::int64_t layer, parallel::Range range, at::Tensor& slice) const {
  PINPOINT_EXPECT(slice.is_contiguous() && slice.numel() == range.size());
  PINPOINT_EXPECT(range.begin % slice_alignment == 0 && range.end % slice_alignment == 0);
  auto* const bytes = slice.data_ptr<std::uint8_t>();
  std::int64_t filled = range.begin;
  for (const LayoutPart& part : parts_) {
    const std::int64_t begin = std::max(range.begin, part.offset),
                       end = std::min(range.end, part.offset + part.bytes());
    if (begin >= end) continue;
    std::memset(bytes + (filled - range.begin), 0, static_cast<std::size_t>(begin - filled));
    const std::int64_t size = size_of(part.dtype);
    const std::int64_t first = part.stored_first + (begin - part.offset) / size;
    const at::Tensor destination = slice.narrow(0, begin - range.begin, end - begin).view(part.dtype);
    source.read_range(fmt::format("{}.{}.{}", prefix_, layer, part.stored_name), part.stored_shape,
                      {first, first + destination.numel()}, [&](std::int64_t at, const at::Tensor& elements) {
                        copy_elements(elements, destination, at - first);
                      });
    filled = end;
  }
  std::memset(bytes + (filled - range.begin), 0, static_cast<std::size_t>(range.end - filled));
}

void LayerLayout::check(TensorSource& source, std::int64_t layer) const {
  for (const LayoutPart& part : parts_)
    source.read_range(fmt::format("{}.{}.{}", prefix_, layer, part.stored_name), part.stored_shape, {}, {});
}

std::int64_t even_slice(std::int64_t bytes, std::int64_t ranks) { return align((bytes + ranks - 1) / ranks); }

void copy_elements(const at::Tensor& elements, const at::Tensor& destination, std::int64_t first) {
  if (elements.scalar_type() == destination.scalar_type() && elements.is_contiguous()) {
    std::memcpy(static_cast<char*>(destination.data_ptr()) + first * size_of(destination.scalar_type()),
                elements.data_ptr(), elements.nbytes());
    return;
  }
  const at::Tensor flat = destination.view({-1});
  for (std::int64_t begin = 0; begin < elements.numel(); begin += copied_alone) {
    const std::int64_t count = std::min(copied_alone, elements.numel() - begin);
    flat.narrow(0, first + begin, count).copy_(elements.narrow(0, begin, count));
  }
}

}  // namespace pinpoint::weights
