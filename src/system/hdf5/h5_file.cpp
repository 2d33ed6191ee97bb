#include "system/hdf5/h5_file.h"

#include <hdf5.h>

#include "system/base/check.h"
#include "system/hdf5/seal.h"

namespace pinpoint::hdf5 {
namespace {

constexpr std::size_t memory_step = 1 << 20;  // bytes by which the file in memory grows

H5Handle file_access() { return H5Handle(H5Pcreate(H5P_FILE_ACCESS)); }

void require_hdf5(bool is_hdf5, const std::filesystem::path& path) {
  validate(is_hdf5, "{}: not an HDF5 file (its signature is missing); name a file that is one", path.string());
}

}  // namespace

H5File::H5File(std::filesystem::path path, std::unique_ptr<files::AtomicFile> target, H5Handle file)
    : path_(std::move(path)), target_(std::move(target)), file_(std::move(file)) {}

H5File H5File::create(const std::filesystem::path& path) {
  silence_hdf5();
  auto target = std::make_unique<files::AtomicFile>(path);
  const H5Handle access = file_access();
  H5Pset_fapl_core(access.id(), memory_step, false);
  H5File file(path, std::move(target), H5Handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id())));
  file.check(file.file_.valid(), "cannot be made");
  return file;
}

H5File H5File::open(const std::filesystem::path& path, SealCheck seal) {
  silence_hdf5();
  if (seal == SealCheck::now) require_intact(path);
  require_hdf5(H5Fis_hdf5(path.c_str()) > 0, path);
  const H5Handle access = file_access();
  // Our files never change once they have their names, and some parallel file systems have no locks.
  H5Pset_file_locking(access.id(), false, true);
  H5File file(path, nullptr, H5Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id())));
  file.check(file.file_.valid(), "cannot be opened");
  return file;
}

H5File H5File::open(const files::InputFile& input) {
  silence_hdf5();
  require_intact(input);
  require_hdf5(input.bytes.starts_with("\x89HDF\r\n\x1a\n"), input.path);
  const H5Handle access = file_access();
  H5Pset_fapl_core(access.id(), memory_step, false);
  // HDF5 only reads the buffer, but takes it without const.
  H5Pset_file_image(access.id(), const_cast<char*>(input.bytes.data()), input.bytes.size());
  // HDF5 refuses an image under the name of a file that exists, and takes images of one name for one file.
  const std::string name = input.path.string() + " in memory, SHA-256 " + input.sha256;
  H5File file(input.path, nullptr, H5Handle(H5Fopen(name.c_str(), H5F_ACC_RDONLY, access.id())));
  file.check(file.file_.valid(), "cannot be opened");
  return file;
}

/// Closes a new file. \returns its bytes
std::string H5File::finish() {
  PINPOINT_EXPECT(target_);
  check(H5Fflush(file_.id(), H5F_SCOPE_GLOBAL) >= 0, "cannot be finished");
  const ssize_t size = H5Fget_file_image(file_.id(), nullptr, 0);
  check(size >= 0, "has no size");
  std::string image(static_cast<std::size_t>(size), '\0');
  check(H5Fget_file_image(file_.id(), image.data(), image.size()) == size, "cannot be finished");
  file_.close();
  return image;
}

void H5File::commit() {
  const std::string image = finish();
  target_->write(image);
  target_->write(seal_of(image));
  target_->commit();
}

std::unique_ptr<files::AtomicFile> H5File::hand_over() {
  target_->write(finish());
  return std::move(target_);
}

void H5File::check(bool done, const std::string& what) const {
  if (done) return;
  const char* advice =
      target_ ? "give the job more memory" : "it is damaged, or another program wrote it: make it again";
  throw UserError(fmt::format("{}: {} (HDF5: {}); {}", path_.string(), what, hdf5_reason(), advice));
}

}  // namespace pinpoint::hdf5
