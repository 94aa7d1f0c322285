#!/usr/bin/env bash
# Runs small shapes of the packed kernels, and of whole blocks that libcca compiles,
# under compute-sanitizer. Exit status 0 if no tool found anything and all results are
# right.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'USAGE'
usage: test/Integration/sm90/sanitize.sh [--tools=memcheck,racecheck,initcheck,synccheck]
           [--logs=DIR] [small_shapes.py options, e.g. --every 4 --kinds block]
USAGE
}

tools=memcheck,racecheck,initcheck,synccheck
logs=$(mktemp -d)
options=()
for argument in "$@"; do
  case $argument in
  --tools=*) tools=${argument#*=} ;;
  --logs=*) logs=${argument#*=} ;;
  -h | --help) usage && exit ;;
  *) options+=("$argument") ;;
  esac
done
command -v compute-sanitizer >/dev/null || {
  echo "sanitize.sh: error: expects compute-sanitizer on the PATH (it comes with CUDA)" >&2
  exit 1
}
mkdir -p "$logs"

failed=0
for tool in ${tools//,/ }; do
  status=0
  compute-sanitizer --tool "$tool" --error-exitcode 9 \
    python3 small_shapes.py "${options[@]}" >"$logs/$tool.log" 2>&1 || status=$?
  if ((status == 0)); then
    echo "ok: $tool: $(tail -n 1 "$logs/$tool.log")"
  else
    failed=1
    echo "FAILED: $tool (exit status $status, all of it in $logs/$tool.log):"
    tail -n 20 "$logs/$tool.log"
  fi
done
exit "$failed"
