# shellcheck shell=bash
# Finds the Java that runs in guests: Maven may be on an older one.

# Prints the path of a JDK's java, 22 or newer; $1 is the name of the program that needs it.
find_java() {
    local candidate
    for candidate in "${JAVA_HOME:-/nowhere}/bin/java" "$(command -v java || true)" /usr/lib/jvm/*/bin/java; do
        if [[ -x $candidate ]] && (($("$candidate" -XshowSettings:properties -version 2>&1 |
            sed -n 's/^ *java.specification.version = \([0-9]*\).*/\1/p') >= 22)); then
            echo "$candidate"
            return
        fi
    done
    echo "$1: no JDK 22 or newer found: install one, for example temurin-25-jdk, or set JAVA_HOME to it" >&2
    exit 69
}
