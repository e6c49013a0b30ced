# shellcheck shell=bash
# Sourced by the commands that run one test class by itself, with more of something than the build has time for.

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source-path=SCRIPTDIR
source "$here/java.sh"
# shellcheck source-path=SCRIPTDIR
source "$here/build.sh"

# check_numbers MOST ARGUMENT..., ends the script before anything is built unless there are at most so many arguments,
# each a number. A number that is misspelt would otherwise be taken for one that is not given. If the first argument asks
# for help, prints the head of the script.
check_numbers() {
    local program=${0##*/} most=$1 argument
    shift
    if [[ ${1-} == -h || ${1-} == --help ]]; then
        sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"
        exit 0
    fi
    if (($# > most)); then
        echo "$program: $# arguments, and it takes at most $most; $program --help shows them" >&2
        exit 64
    fi
    for argument in "$@"; do
        if [[ ! $argument =~ ^[0-9]{1,9}$ ]] || ((10#$argument == 0)); then
            echo "$program: \"$argument\" is not a number from 1 to 999999999; $program --help shows the arguments" >&2
            exit 64
        fi
    done
}

# Builds the tests of ccm and its command for the command of this name.
build_tests() {
    cd "$here/../.." || return
    find_java "$1"
    ensure_tests_built "$1" ccm/command
}

# Runs CLASS or CLASS#METHOD of package dev.ffmverbs.ccm.command, with these JVM options, and returns its status.
run_test_class() {
    local kind=class
    [[ $1 != *#* ]] || kind=method
    "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED "${@:2}" \
        -cp "ccm/command/target/test-classes:ccm/command/target/classes:$(<ccm/command/target/test.classpath)" \
        org.junit.platform.console.ConsoleLauncher execute --disable-banner --details=testfeed \
        "--select-$kind=dev.ffmverbs.ccm.command.$1"
}
