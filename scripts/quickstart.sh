#!/usr/bin/env bash
# From a fresh clone to a checked result: installs what is missing, builds, and
# takes ZAYA1-8B's attention block from one op to numbers on the CPU, to the
# kernels of a Hopper GPU, and to numbers of these: in the simulator, and on the
# GPU where there is one.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

usage() {
  cat <<'EOF'
usage: scripts/quickstart.sh [--no-install]

Builds cca-opt, cca-run and cca-compile into build/bin/, shows ZAYA1-8B's
attention block as one cca.attention op and decomposed, compiles it for the CPU,
runs it on random weights and checks the result against a NumPy reference in
double precision. Then compiles the block to PTX, shows its kernels, and runs and
checks these likewise: in the simulator, and on a Hopper GPU where there is one.

  --no-install  do not install Debian packages, take what is there
EOF
}

install=1
for argument in "$@"; do
  case $argument in
  --no-install) install=0 ;;
  -h | --help) usage && exit ;;
  *) usage >&2 && die "unknown argument '$argument'" ;;
  esac
done

export PYTHONPATH=$ROOT/python
module=$(mktemp --suffix=.mlir)
trap 'rm -f "$module"' EXIT

if ((install)); then
  phase "1. Packages"
  install_packages "${BUILD_PACKAGES[@]}"
fi

phase "2. Build cca-opt, cca-run and cca-compile"
build cca-opt cca-run cca-compile || die "the build failed, see above"

phase "3. ZAYA1-8B's attention block, as one op"
"$PYTHON" -m cca.emit --config zaya1-8b >"$module"
cat "$module"

phase "4. The same, decomposed (cca-opt --cca-decompose --canonicalize --cse)"
build/bin/cca-opt --cca-decompose --canonicalize --cse "$module" |
  sed -E '/^#map|arith\.constant|tensor\.(dim|empty|expand|collapse|extract)|linalg\.fill/d
    s/^(.{130}).+/\1.../'
echo "(long lines cut, reshapes and constants left out)"

phase "5. Compile for the CPU, run, check against NumPy in double precision"
"$PYTHON" -m cca.quickstart --bin build/bin || die "the result is not the expected one, see above"

phase "6. Compile to PTX for Hopper (cca-compile --print-kernels)"
"$PYTHON" -m cca.kernels --bin build/bin -o build/zaya1-8b.ptx || die "the block was not compiled, see above"
echo "The PTX is in build/zaya1-8b.ptx."

phase "7. Run these kernels in the simulator, check likewise"
"$PYTHON" -m cca.quickstart --bin build/bin --target sim || die "the result is not the expected one, see above"

phase "8. Run them on the GPU, check likewise"
if has_hopper; then
  "$PYTHON" -m cca.quickstart --bin build/bin --target gpu --seq 4096 ||
    die "the result on the GPU is not the expected one, see above"
else
  echo "No GPU of compute capability 9.0 and its driver here: left out."
fi
end_phase

cat <<EOF

${BOLD}Done in $(duration $SECONDS) min: the block was built, run and checked.${PLAIN}
  next:  scripts/test.sh             runs all tests
         build/bin/cca-opt --help    lists the passes and pipelines
         docs/GettingStarted.md      goes on from here
EOF
