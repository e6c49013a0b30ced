# shellcheck shell=bash
# Sourced by the commands that run one test class by itself, with more of something than the build has time for.

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source-path=SCRIPTDIR
source "$here/java.sh"
# shellcheck source-path=SCRIPTDIR
source "$here/build.sh"

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
