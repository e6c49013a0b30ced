#!/bin/sh
# Generates package dev.ffmverbs.jextract from ffm_verbs.h and includes.txt.
#
#   generate.sh [OUTPUT_FOLDER]     default: ffm-verbs/src/generated/java of this repository
#
# Needs jextract on PATH and the headers of libibverbs and librdmacm; README.md lists the versions.
set -eu
export LC_ALL=C

config=$(cd "$(dirname "$0")" && pwd)
output=${1:-$(dirname "$config")/ffm-verbs/src/generated/java}
package=dev.ffmverbs.jextract
package_path=dev/ffmverbs/jextract
header_class=ffm_verbs_h

fail() {
    echo "generate.sh: $*" >&2
    exit 1
}

command -v jextract >/dev/null || fail "jextract is not on PATH; see README.md for the revision to use"
[ "$(uname -sm)" = "Linux x86_64" ] ||
    fail "this is $(uname -sm); the committed code is generated on Linux x86_64, and its substitutions assume that"
for header in infiniband/verbs.h rdma/rdma_cma.h; do
    [ -r "/usr/include/$header" ] ||
        fail "/usr/include/$header is missing; install libibverbs-dev and librdmacm-dev (Fedora: rdma-core-devel)"
done

mkdir -p "$output"
output=$(cd "$output" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
generated=$scratch/$package_path

# In this folder, so that jextract does not read a compile_flags.txt of the caller.
cd "$config"
jextract --output "$scratch" --target-package "$package" --header-class-name "$header_class" \
    @includes.txt ffm_verbs.h >"$scratch/log" 2>&1 || {
    cat "$scratch/log" >&2
    fail "jextract failed"
}

# jextract ignores entries that name nothing.
{
    find "$generated" -name '*.java' -exec basename {} .java ';'
    tr -cs 'A-Za-z0-9_' '\n' <"$generated/$header_class.java"
} | sort -u >"$scratch/names"
absent=$(sed -n 's/^--include-[a-z]* //p' includes.txt | sort -u | comm -23 - "$scratch/names")
[ -z "$absent" ] || fail "includes.txt lists what the headers do not declare:" "$absent"

# substitute CLASS LINES TEXT, replaces LINES in a class by TEXT; the lines must be there exactly once.
substitute() {
    lines=$2 text=$3 awk '
        { source = source $0 "\n" }
        END {
            lines = ENVIRON["lines"] "\n"
            start = index(source, lines)
            rest = substr(source, start + length(lines))
            if (!start || index(rest, lines)) exit 1
            printf "%s%s\n%s", substr(source, 1, start - 1), ENVIRON["text"], rest
        }' "$generated/$1.java" >"$scratch/substituted" ||
        fail "$1.java does not have, exactly once, the lines to substitute: $2"
    mv "$scratch/substituted" "$generated/$1.java"
}

# What jextract cannot express; README.md gives the reasons.
substitute "$header_class" \
    '    static final SymbolLookup SYMBOL_LOOKUP = SymbolLookup.loaderLookup()
            .or(Linker.nativeLinker().defaultLookup());' \
    "$(cat lookup.java.in)"
substitute "$header_class" \
    '    public static final AddressLayout C_POINTER = ValueLayout.ADDRESS
            .withTargetLayout(MemoryLayout.sequenceLayout(java.lang.Long.MAX_VALUE, JAVA_BYTE));' \
    "$(cat pointer.java.in)"
size=$header_class.SIZEOF_PTHREAD_MUTEX_T
substitute pthread_mutex_t \
    "        MemoryLayout.sequenceLayout(40, $header_class.C_CHAR).withName(\"__size\")," \
    "        MemoryLayout.sequenceLayout($size, $header_class.C_CHAR).withName(\"__size\"),"
# shellcheck disable=SC2016 # Java's own dollar
substitute pthread_mutex_t \
    '    private static long[] __size$DIMS = { 40 };' \
    "    private static long[] __size\$DIMS = { $size };"

# Generated code calls restricted methods in most classes, and is compiled with all of javac's lint.
find "$generated" -name '*.java' -exec sed -i 's/^public class /@SuppressWarnings("restricted")\n&/' {} +

cp package-info.java "$generated/"

mkdir -p "$output/$package_path"
rm -f "$output/$package_path"/*.java
cp "$generated"/*.java "$output/$package_path/"
echo "$(find "$generated" -type f | wc -l) files in $output/$package_path"
