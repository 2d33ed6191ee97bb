#!/usr/bin/env bash
# Fetches a LibTorch with CUDA for the preset `cuda` into external/torch. It is the one inside PyTorch's pip wheel, with
# those of its CUDA libraries that the CUDA Toolkit may lack. Needs pip, unzip and about 5 GB. An existing LibTorch is
# kept; remove external/ to fetch it again. PIP names another pip.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly PIP=${PIP:-pip}

if [[ -f external/torch/share/cmake/Torch/TorchConfig.cmake ]]; then
  echo "external/torch exists already ($(cat external/torch/version))"
  exit 0
fi
mkdir -p external/wheels
"$PIP" download torch --no-deps --only-binary=:all: --dest external/wheels

torch_wheel=$(find external/wheels -name 'torch-*.whl' | sort -V | tail -n 1)
# The wheel names them with their versions: cuDNN, cuSPARSELt, NCCL, NVSHMEM, and cuFile, which some installations of the
# Toolkit lack.
requirements=$(unzip -p "$torch_wheel" 'torch-*.dist-info/METADATA' | sed -nE 's/^Requires-Dist: ([^;]+).*/\1/p')
mapfile -t libraries < <(grep -oE '^nvidia-(cudnn|cusparselt|nccl|nvshmem|cufile)-cu[0-9]+==[0-9.]+' <<<"$requirements")
"$PIP" download "${libraries[@]}" --no-deps --only-binary=:all: --dest external/wheels
toolkit=$(sed -nE 's/^cuda-toolkit\[.*\](==[0-9.]+).*/cuda-toolkit[cufile]\1/p' <<<"$requirements")
if [[ -n $toolkit ]]; then "$PIP" download "$toolkit" --only-binary=:all: --dest external/wheels; fi

# Unpacked in another place first, so that external/torch is never incomplete.
rm -rf external/unpacked
mkdir external/unpacked
unzip -q "$torch_wheel" 'torch/lib/*' 'torch/include/*' 'torch/share/*' -d external/unpacked
find external/wheels -name 'nvidia_*.whl' -exec unzip -q -o {} 'nvidia/*' -d external/unpacked \;
find external/unpacked/nvidia -name '*.so*' -exec mv -t external/unpacked/torch/lib {} +
basename "$torch_wheel" | cut -d- -f2 >external/unpacked/torch/version
mv external/unpacked/torch external/torch
rm -rf external/unpacked external/wheels
echo "external/torch is LibTorch $(cat external/torch/version); next: cmake --preset cuda && cmake --build --preset cuda"
