# shellcheck shell=bash disable=SC2034  # variables are for the scripts that source this
# What quickstart.sh and test.sh share: phases with their times, installing what
# is missing, configuring the build. Source it; it changes into the project root.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT" || exit 1

# Debian's Python has Debian's NumPy; another one that comes first on PATH may not.
PYTHON=/usr/bin/python3

# Clones of this repository on one machine share compiled files.
export CCACHE_BASEDIR=$ROOT CCACHE_NOHASHDIR=1

# "package: what it is for"
BUILD_PACKAGES=(
  "libmlir-22-dev: MLIR 22, headers and libraries"
  "mlir-22-tools: mlir-tblgen, mlir-opt"
  "llvm-22-dev: LLVM 22, headers and libraries"
  "llvm-22-tools: FileCheck and lit, for the tests"
  "g++: C++17 compiler"
  "cmake: configures the build"
  "ninja-build: runs the build"
  "ccache: makes the next build quick"
  "python3: module generator, checks"
  "python3-numpy: the reference that results are checked against"
)
TEST_PACKAGES=(
  "libgtest-dev: GoogleTest, for the unit tests"
  "python3-pytest: runs the Python tests"
)
LINT_PACKAGES=(
  "clang-format-22: C++ formatting"
  "clang-tidy-22: C++ lint"
  "shellcheck: shell lint"
)
VENV_PACKAGES=(
  "python3-venv: the project's own virtual environment"
  "ca-certificates: lets pip verify who it talks to"
)

# Not installed, as no script needs them: libzstd-dev and zlib1g-dev link the preset
# `release`; NVIDIA's ptxas, of CUDA 12 or newer, says what kernels take; PyTorch, Triton
# and matplotlib run the benchmarks on a GPU and draw what they found.

if [[ -t 1 ]]; then BOLD=$'\e[1m' PLAIN=$'\e[0m'; else BOLD='' PLAIN=''; fi

die() {
  printf '%s: error: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

duration() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# phase TITLE: closes the phase before, with its time, and announces the next one.
phase() {
  end_phase
  PHASE=$1 PHASE_START=$SECONDS
  printf '\n%s==== %s ====%s\n' "$BOLD" "$1" "$PLAIN"
}

end_phase() {
  [[ -z ${PHASE-} ]] || printf -- '---- %s: %s min\n' "$PHASE" "$(duration $((SECONDS - PHASE_START)))"
  PHASE=''
}

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif [[ -t 0 ]]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

# install_packages "NAME: REASON"...: says which of them are missing and installs them.
install_packages() {
  local entry missing=()
  for entry in "$@"; do
    is_installed "${entry%%:*}" || missing+=("$entry")
  done
  if ((${#missing[@]} == 0)); then
    echo "All $# Debian packages needed are installed."
    return
  fi

  echo "Missing Debian packages, to be installed now:"
  printf '  %s\n' "${missing[@]}"
  local names=("${missing[@]%%:*}")
  command -v apt-get >/dev/null ||
    die "expected a Debian system with apt-get; install these yourself, then use --no-install: ${names[*]}"
  ((EUID == 0)) || command -v sudo >/dev/null ||
    die "installing needs root or sudo; as root, run: apt-get install --no-install-recommends ${names[*]}"

  # One source that cannot be reached is no reason to stop: the next check decides.
  as_root apt-get update -qq || true
  local name
  for name in "${names[@]}"; do
    [[ -n $(apt-cache madison "$name" 2>/dev/null) ]] ||
      die "apt has no package $name. Debian 12 has LLVM 22 in its security archive:" \
        "expected the suite bookworm-security among the apt sources, got: $(apt_suites)"
  done

  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${names[@]}")
  if [[ -t 1 ]]; then
    as_root "${apt[@]}"
  else
    quietly as_root "${apt[@]}"
  fi || die "apt-get could not install: ${names[*]}"
}

# Whether there is a Hopper GPU, with its driver.
has_hopper() {
  command -v nvidia-smi >/dev/null &&
    nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | grep -q '^9\.0'
}

# quietly COMMAND...: shows what it prints only if it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  ((status == 0)) || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

apt_suites() { apt-cache policy | sed -n 's/.*n=\([^,]*\).*/\1/p' | sort -u | tr '\n' ' '; }

# build TARGET...: configures the `dev` preset into build/ and builds.
build() {
  quietly cmake --preset dev || return
  cmake --build --preset dev --parallel "$(nproc)" --target "$@"
}
