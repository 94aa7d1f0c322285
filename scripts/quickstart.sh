#!/usr/bin/env bash
# From a fresh clone to a checked result: installs what is missing, builds, and
# takes ZAYA1-8B's attention block from one op to numbers on the CPU.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

usage() {
  cat <<'EOF'
usage: scripts/quickstart.sh [--no-install]

Builds cca-opt and cca-run into build/bin/, shows ZAYA1-8B's attention block as
one cca.attention op and decomposed, compiles it for the CPU, runs it on random
weights and checks the result against a NumPy reference in double precision.

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

phase "2. Build cca-opt and cca-run"
build cca-opt cca-run || die "the build failed, see above"

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
end_phase

cat <<EOF

${BOLD}Done in $(duration $SECONDS) min: the block was built, run and checked.${PLAIN}
  next:  scripts/test.sh             runs all tests
         build/bin/cca-opt --help    lists the passes and pipelines
         docs/GettingStarted.md      goes on from here
EOF
