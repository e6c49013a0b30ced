#!/bin/sh
# Fails if the committed package dev.ffmverbs.jextract differs from what generate.sh generates from this folder. If that
# cannot be checked (no jextract, or other versions than README.md records), prints SKIPPED and the reason, and exits
# with 0.
set -eu
export LC_ALL=C

config=$(cd "$(dirname "$0")" && pwd)
committed=$(dirname "$config")/ffm-verbs/src/generated/java

skip() {
    echo "SKIPPED: $*"
    exit 0
}

# recorded NAME, prints the version in the provenance table of README.md.
recorded() {
    version=$(sed -n "s/^| $1 | \([^ |]*\) .*/\1/p" "$config/README.md")
    [ -n "$version" ] || { echo "check-drift.sh: README.md records no version of $1" >&2; exit 1; }
    echo "$version"
}

rdma_core=$(recorded rdma-core)
libclang=$(recorded libclang)

command -v jextract >/dev/null || skip "jextract is not on PATH"
[ "$(uname -sm)" = "Linux x86_64" ] || skip "this is $(uname -sm); the code is generated on Linux x86_64"
for package in libibverbs-dev librdmacm-dev; do
    installed=$(dpkg-query -W -f '${Version}' "$package" 2>/dev/null) || installed="not a Debian package"
    [ "$installed" = "$rdma_core" ] || skip "$package is $installed, the code is generated from rdma-core $rdma_core"
done
jextract --version 2>&1 | grep -qF "clang version $libclang" ||
    skip "jextract uses another libclang than $libclang: $(jextract --version 2>&1 | tail -n 1)"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$config/generate.sh" "$scratch" >/dev/null
if ! diff -r "$committed" "$scratch"; then
    echo "check-drift.sh: ffm-verbs/src/generated/java is not what jextract-config generates;" \
        "run jextract-config/generate.sh and commit the result, or undo the edit" >&2
    exit 1
fi
echo "OK: ffm-verbs/src/generated/java is what jextract-config generates"
