#!/usr/bin/env bash
# What OSS-Fuzz calls: the build is that of ClusterFuzzLite.
set -euo pipefail
exec bash "$SRC/component-conformance/.clusterfuzzlite/build.sh"
