# shellcheck shell=bash
# Finds a Java that is new enough to run this project's commands; Maven may run on an older one. Sourced by the scripts
# of ccm/bin, benchmarks/bin and benchmarks/lab.

readonly LEAST_JAVA=22
# It takes a moment to ask a JVM for its version. A JVM in the folder of a JDK is asked once: each line of this file has
# its path, size, time of modification, and answer. A shim is asked every time, since its answer may depend on the
# folder.
JAVA_ANSWERS=$(dirname "${BASH_SOURCE[0]}")/../target/java-answers

# A JVM reads paths in the characters of the locale: with those of ASCII it finds nothing in a folder with an umlaut.
if [[ $PWD${BASH_SOURCE[0]}$HOME == *[!\ -~]* && $(locale charmap 2>/dev/null) != UTF-8 ]]; then
    export LC_ALL=C.UTF-8
fi

# find_java PROGRAM, sets java to the path of a Java that is new enough, and java_version to its full version. If there
# is none, prints what was found, and returns 69.
find_java() {
    local program=$1 candidate real asked='' reasons=()
    if [[ -n ${JAVA_HOME-} ]]; then
        if is_new_enough "$JAVA_HOME/bin/java"; then
            return
        fi
        reasons+=("JAVA_HOME, $JAVA_HOME: $reason")
    fi
    while read -r candidate; do
        real=$(readlink -f -- "$candidate") || real=$candidate
        [[ ":$asked:" != *":$real:"* ]] || continue
        asked+=:$real
        if is_new_enough "$candidate"; then
            ((${#reasons[@]} == 0)) || [[ ${reasons[0]} != JAVA_HOME* ]] ||
                echo "$program: ${reasons[0]}; using $java, Java $java_version" >&2
            return
        fi
        reasons+=("$candidate: $reason")
    done < <(type -P java; compgen -G '/usr/lib/jvm/*/bin/java' | sort -rV)
    echo "$program: no JDK $LEAST_JAVA or newer in JAVA_HOME, on PATH or in /usr/lib/jvm: install one, for example" \
        "temurin-25-jdk, or set JAVA_HOME to it. Found:" >&2
    printf '    %s\n' "${reasons[@]:-nothing}" >&2
    return 69
}

# is_new_enough JAVA, sets java and java_version if it is, and reason if it is not.
is_new_enough() {
    local candidate=$1 home
    if [[ ! -x $candidate || -d $candidate ]]; then
        reason='there is no program bin/java'
        return 1
    fi
    ask_java "$candidate"
    if [[ ! $java_version =~ ^[0-9]+ ]]; then
        reason='it does not say which Java it is'
    elif ((BASH_REMATCH[0] < LEAST_JAVA)); then
        reason="Java $java_version, and $LEAST_JAVA or newer is needed"
    else
        java=$home/bin/java
        [[ -x $java ]] || java=$candidate
        return 0
    fi
    return 1
}

# Sets java_version and home to what a JVM reports; java_version is empty if it reports none.
ask_java() {
    local candidate=$1 real file='' line
    java_version='' home=''
    real=$(readlink -f -- "$candidate")
    if [[ $real == */bin/java && -r ${real%/bin/java}/lib/jvm.cfg ]]; then
        file="$real $(stat -c '%s %Y' -- "$real")"
        line=$(grep -sFm 1 -- "$file " "$JAVA_ANSWERS") || true
        if [[ $line == "$file "* ]]; then
            java_version=${line#"$file "} home=${real%/bin/java}
            return
        fi
    fi
    while read -r line; do
        case $line in
            'java.home = '*) home=${line#* = } ;;
            'java.runtime.version = '*) java_version=${line#* = } ;;
        esac
    done < <(timeout 60 "$candidate" -XshowSettings:properties -version 2>&1 </dev/null)
    if [[ -n $file && -n $java_version ]]; then
        { [[ ! -d ${JAVA_ANSWERS%/*} ]] || echo "$file $java_version" >>"$JAVA_ANSWERS"; } 2>/dev/null || true
    fi
}
