#!/usr/bin/env bash
# Runs every test: installs what is missing, builds, tests, lints. Exit status 0
# if nothing failed; the last line is `N passed, N failed, N skipped`.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

usage() {
  cat <<'EOF'
usage: scripts/test.sh [--no-install] [--quick] [PHASE...]

Runs all phases, or those named and what they need, in this order:
  style    clang-format, shellcheck, ruff
  build    everything, with warnings as errors
  lit      lit tests, GoogleTest unit tests, an out-of-tree find_package(CCA) build
  pytest   the CPU path against HF transformers and a NumPy reference
  docs     the generated reference in docs/reference is up to date
  tidy     clang-tidy

  --quick       style, build and lit only
  --no-install  install nothing, neither Debian nor PyPI packages
EOF
}

ALL_PHASES=(style build lit pytest docs tidy)
chosen=()
install=1
for argument in "$@"; do
  case $argument in
  --no-install) install=0 ;;
  --quick) chosen+=(style build lit) ;;
  -h | --help) usage && exit ;;
  *)
    [[ " ${ALL_PHASES[*]} " == *" $argument "* ]] || { usage >&2 && die "unknown argument '$argument'"; }
    chosen+=("$argument")
    ;;
  esac
done
((${#chosen[@]})) || chosen=("${ALL_PHASES[@]}")
[[ "${chosen[*]}" == style ]] || chosen+=(build)

RESULTS=$ROOT/build/test-results
VENV=$ROOT/.venv
passed=0 failed=0 skipped=0
summary=() notes=()

#------------------------------------------------------------------------------
# Counting
#------------------------------------------------------------------------------

count() {
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
  phase_counts=("$((phase_counts[0] + $1))" "$((phase_counts[1] + $2))" "$((phase_counts[2] + $3))")
}

skip() {
  count 0 0 1
  notes+=("skipped: $1")
  echo "skipped: $1"
}

# check NAME COMMAND...: one test, which passes if the command succeeds.
check() {
  local name=$1
  shift
  if "$@"; then
    count 1 0 0
    echo "ok: $name"
  else
    count 0 1 0
    notes+=("FAILED:  $name")
    echo "FAILED: $name"
  fi
}

# count_junit NAME STATUS: adds up RESULTS/NAME.xml, which a runner that ended with
# STATUS has written. A runner that failed without a failed test is a failure too.
count_junit() {
  local counts note
  if ! counts=$("$PYTHON" scripts/junit_counts.py "$RESULTS/$1.xml"); then
    count 0 1 0
    notes+=("FAILED:  $1 wrote no results (exit status $2)")
    return
  fi
  local totals
  read -r -a totals <<<"${counts%%$'\n'*}"
  ((totals[1] > 0 || $2 == 0)) || totals[1]=1
  count "${totals[@]}"
  while IFS= read -r note; do notes+=("$note"); done < <(tail -n +2 <<<"$counts")
}

#------------------------------------------------------------------------------
# Phases
#------------------------------------------------------------------------------

cxx_sources() { find include lib tools unittests examples -name '*.cpp' -o -name '*.h'; }
shell_sources() { find scripts examples -name '*.sh' && echo .ci/run; }

run_style() {
  check "clang-format (to fix: git ls-files '*.cpp' '*.h' | xargs clang-format-22 -i)" clang_format
  check "shellcheck" shell_check
  if ruff --version >/dev/null 2>&1; then
    check "ruff check" ruff check --quiet .
    check "ruff format (to fix: ruff format)" ruff format --quiet --check .
  else
    skip "ruff check, ruff format: ruff is not installed"
  fi
}

clang_format() { cxx_sources | xargs --no-run-if-empty clang-format-22 --dry-run -Werror --ferror-limit=1; }
shell_check() { shell_sources | xargs shellcheck -x; }

run_build() {
  check "build" build all
}

run_lit() {
  local status=0
  LIT_OPTS="${LIT_OPTS-} --xunit-xml-output=$RESULTS/lit.xml" timeout 30m cmake --build build --target check-cca || status=$?
  count_junit lit "$status"
}

run_pytest() {
  local status=0
  PYTHONPATH=$ROOT/python CCA_BIN_DIR=$ROOT/build/bin timeout 45m "$TEST_PYTHON" -m pytest -ra \
    --junitxml="$RESULTS/pytest.xml" python/tests || status=$?
  count_junit pytest "$status"
}

run_docs() {
  check "mlir-doc" cmake --build build --target mlir-doc
  check "docs/reference is up to date" "$PYTHON" scripts/make_reference.py --check
}

run_tidy() {
  check "clang-tidy" timeout 45m run-clang-tidy-22 -quiet -p build -j "$(nproc)" "^$ROOT/(lib|tools|unittests)/"
}

#------------------------------------------------------------------------------
# What is needed: Debian packages, and from PyPI what Debian does not have
#------------------------------------------------------------------------------

# The virtual environment holds the oracle (HF transformers, torch) and ruff. Without
# it the tests that want them are skipped.
make_venv() {
  local requirements=python/requirements-oracle.txt
  if cmp -s "$requirements" "$VENV/requirements.txt"; then
    echo "PyPI packages: up to date in .venv"
    return
  fi
  echo "Installing from PyPI into .venv (HF transformers and torch: the oracle; ruff: lint; matplotlib: plots):"
  sed '/^ *#/d; /^ *$/d; s/^/  /' "$requirements"
  local quiet=()
  [[ -t 1 ]] || quiet=(-qq)
  "$PYTHON" -m venv --system-site-packages "$VENV" &&
    "$VENV/bin/pip" install "${quiet[@]}" --disable-pip-version-check --retries 1 --timeout 30 \
      -r "$requirements" &&
    cp "$requirements" "$VENV/requirements.txt" ||
    echo "PyPI is out of reach or lacks a package: the tests that need these are skipped."
}

prepare() {
  ((install)) || return 0
  phase "Packages"
  install_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}" "${LINT_PACKAGES[@]}" "${VENV_PACKAGES[@]}"
  make_venv
}

#------------------------------------------------------------------------------

prepare
export PATH="$PATH:$VENV/bin"
TEST_PYTHON=$PYTHON
[[ -f $VENV/requirements.txt ]] && TEST_PYTHON=$VENV/bin/python
mkdir -p "$RESULTS"
rm -f "$RESULTS"/*.xml

for name in "${ALL_PHASES[@]}"; do
  [[ " ${chosen[*]} " == *" $name "* ]] || continue
  phase_counts=(0 0 0)
  phase "$name"
  start=$SECONDS
  "run_$name"
  end_phase
  summary+=("$(printf '%-8s %7d %7d %8d %8s' "$name" "${phase_counts[@]}" "$(duration $((SECONDS - start)))")")
  if [[ $name == build && ${phase_counts[1]} != 0 ]]; then
    echo "The build failed: the phases after it are not run."
    break
  fi
done

phase "Summary"
printf '%-8s %7s %7s %8s %8s\n' phase passed failed skipped min
printf '%s\n' "${summary[@]}"
((${#notes[@]} == 0)) || printf '%s\n' "" "${notes[@]}"
printf '\nTotal time %s min.\n' "$(duration $SECONDS)"
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
((failed == 0))
