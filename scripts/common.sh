# Shared by the scripts: the packages that the program needs on Debian 12, and the build. Sourced, not run.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# docs/dependencies.md explains each of them.
readonly PACKAGES=(
  g++ cmake ninja-build ccache git ca-certificates pkg-config
  libtorch-dev libopenblas0-pthread
  libopenmpi-dev openmpi-bin libhdf5-openmpi-dev
  libboost-log-dev libfmt-dev libcli11-dev libyaml-cpp-dev nlohmann-json3-dev
  libsentencepiece-dev libicu-dev libpcre2-dev libssl-dev libxxhash-dev
  libgtest-dev libgmock-dev
  python3 python3-h5py python3-numpy
)
# Optional, for tests: the compiler of the fuzzers; Slurm, which tests/slurm starts by itself.
readonly TEST_PACKAGES=(clang-14 libclang-rt-14-dev slurmctld slurmd slurm-client munge iproute2)

say() { printf '\n== %s\n' "$*"; }

as_root() {
  if [[ $EUID -eq 0 ]]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  else
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

# Prints the given packages that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

# apt_install PACKAGE...: installs missing packages. Without any, it changes nothing. It updates the package lists only if
# they do not have a package.
apt_install() {
  if ! command -v apt-get >/dev/null; then
    say "No apt-get here, so nothing is installed. CMake names missing packages (docs/dependencies.md)"
    return
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if [[ ${#missing[@]} -eq 0 ]]; then return; fi
  say "Installing ${missing[*]}"
  if ! apt-get install --simulate --no-install-recommends "${missing[@]}" >/dev/null 2>&1; then
    as_root apt-get update
  fi
  as_root apt-get install --yes --no-install-recommends "${missing[@]}"
}

install_packages() {
  apt_install "${PACKAGES[@]}"
}

install_test_packages() {
  apt_install "${TEST_PACKAGES[@]}" || say "Continuing without ${TEST_PACKAGES[*]}, which cannot be installed here"
}

# configure_and_build PRESET [TARGET...]: all targets, or only these
configure_and_build() {
  local preset=$1
  shift
  say "Building (preset $preset)"
  cmake --preset "$preset"
  cmake --build --preset "$preset" --target "${@:-all}"
}

# Prints the path of the fuzzers' compiler (preset fuzz); fails if there is none.
find_clang() {
  command -v clang++-14
}

# Prints the CUDA compiler's path; fails if there is none.
find_nvcc() {
  command -v nvcc || command -v "${CUDA_HOME:-/usr/local/cuda}/bin/nvcc"
}

# By default, Open MPI refuses to run as root, and more ranks than cores.
allow_small_machines() {
  if [[ $EUID -eq 0 ]]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  fi
  export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
}
