# shellcheck shell=bash
# Builds what a command of this project runs, where that is not built, and says how far it is. Sourced by the scripts of
# ccm/bin, benchmarks/bin and benchmarks/lab.

PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# The build writes it last: the jars of all that a module needs, but for its own.
readonly CLASS_PATH_FILE=runtime.classpath
readonly PROGRESS_SECONDS=10

# find_jars MODULE, sets jars to the module's class path or module path; fails when it is not built. The artifact of
# module ccm/command is ccm-command, and that of ffm-verbs/examples is ffm-verbs-examples.
find_jars() {
    local target=$PROJECT/$1/target jar own='' needed=()
    [[ -r $target/$CLASS_PATH_FILE ]] || return 1
    for jar in "$target/${1//\//-}"-[0-9]*.jar; do
        [[ ! -f $jar || $jar == *-sources.jar || $jar == *-javadoc.jar || $jar == *-tests.jar ]] ||
            [[ -n $own && $own -nt $jar ]] || own=$jar
    done
    IFS=: read -ra needed <"$target/$CLASS_PATH_FILE"
    for jar in "${own:-none}" "${needed[@]}"; do
        [[ -f $jar ]] || return 1
    done
    # shellcheck disable=SC2034 # for the script that sources this one
    jars=$own:$(<"$target/$CLASS_PATH_FILE")
}

# is_fresh MODULE: whether no source has been changed since the module was built, by an editor or by git.
is_fresh() {
    local module sources=("$PROJECT/pom.xml")
    for module in $(modules_of "$1"); do
        sources+=("$PROJECT/$module/pom.xml" "$PROJECT/$module/src/main" "$PROJECT/$module/src/generated")
    done
    [[ -z $(find "${sources[@]}" -type f ! -name '.*' -newer "$PROJECT/$1/target/$CLASS_PATH_FILE" -print -quit \
        2>/dev/null) ]]
}

# Prints a module and those below it.
modules_of() {
    case $1 in
        benchmarks) echo ffm-verbs ccm benchmarks ;;
        ccm/command | ccm/store | ffm-verbs/examples) echo ffm-verbs ccm "$1" ;;
        *) echo "$1" ;;
    esac
}

# ensure_built PROGRAM MODULE, sets jars; without a way to build it says why and returns 69. Two who come at the same
# time build once. In a guest of the lab nothing is built: emulated, it would take longer than anyone waits.
ensure_built() {
    local program=$1 module=$2 lock
    if find_jars "$module"; then
        if [[ -n ${LAB_GUEST-} ]] || is_fresh "$module"; then
            return
        elif ! type -P mvn >/dev/null; then
            echo "$program: sources are newer than what is built, and no mvn is on PATH: running what is built" >&2
            return
        fi
    elif [[ -n ${LAB_GUEST-} ]]; then
        echo "$program: $module is not built, and it is not built in a guest of the lab: on the host, run" \
            "'mvn -DskipTests -pl $module -am package' in $PROJECT first" >&2
        return 69
    elif ! type -P mvn >/dev/null; then
        echo "$program: $module is not built, and no mvn is on PATH to build it: install maven" >&2
        return 69
    fi
    require_writable_target "$program" "$module" || return
    exec {lock}>"$PROJECT/$module/target/build.lock"
    if ! flock --nonblock "$lock"; then
        echo "$program: another process builds $module; waiting for it" >&2
        flock "$lock"
    fi
    if ! find_jars "$module" || ! is_fresh "$module"; then
        echo "$program: building $(modules_of "$module"); this takes about a minute" >&2
        run_maven "$program" -pl "$module" -am package -Dmaven.test.skip=true -Dcheckstyle.skip=true || return 69
        find_jars "$module" || { echo "$program: the build has left no jars of $module" >&2 && return 69; }
    fi
    exec {lock}>&-
}

# require_writable_target PROGRAM MODULE: makes the folders that a build writes to; if another user has built, says what
# to do and returns 69.
require_writable_target() {
    local folder part jar needed=()
    for part in $(modules_of "$2"); do
        folder=$PROJECT/$part/target
        if ! mkdir -p "$folder" 2>/dev/null || [[ ! -w $folder ]]; then
            [[ -e $folder ]] || folder=${folder%/*}
            echo "$1: $2 must be built, and $(id -un) may not write to $folder, which belongs to" \
                "$(stat -c %U -- "$folder"): build as that user, in $PROJECT," \
                "with 'mvn -DskipTests -pl $2 -am package'" >&2
            IFS=: read -ra needed 2>/dev/null <"$PROJECT/$2/target/$CLASS_PATH_FILE" || true
            for jar in "${needed[@]}"; do
                [[ -r $jar ]] || { echo "$1: $(id -un) cannot read $jar: build with" \
                    "-Dmaven.repo.local and a folder that everybody can read" >&2 && break; }
            done
            return 69
        fi
    done
}

# ensure_tests_built PROGRAM MODULE: the classes of a module and of those it needs, with their tests.
ensure_tests_built() {
    ! tests_are_fresh "$2" || return 0
    require_writable_target "$1" "$2" || return
    run_maven "$1" -DskipTests -pl "$2" -am process-test-classes
}

# tests_are_fresh MODULE: whether no source has been changed, added or removed since the tests were compiled. Maven
# compiles all tests of a module again with each build, so that every class is as old as the last one.
tests_are_fresh() {
    local module tests=() sources=("$PROJECT/pom.xml") oldest=''
    for module in $(modules_of "$1"); do
        [[ -s $PROJECT/$module/target/test.classpath && -d $PROJECT/$module/target/test-classes ]] || return 1
        tests+=("$PROJECT/$module/target/test-classes")
        sources+=("$PROJECT/$module/pom.xml" "$PROJECT/$module/src")
    done
    read -r _ oldest < <(find "${tests[@]}" -name '*.class' -printf '%T@ %p\n' | sort -n)
    [[ -n $oldest && -z $(find "${sources[@]}" -newer "$oldest" -print -quit) ]]
}

# run_maven PROGRAM ARGUMENT..., shows which step Maven is at and how long it has run; when it fails, its errors.
run_maven() {
    local program=$1 log=$PROJECT/ccm/target/build.log line='' part step='starting Maven' status=1 began=$SECONDS
    shift
    mkdir -p "${log%/*}"
    progress_module='' progress_due=$PROGRESS_SECONDS
    while true; do
        # What is read when the time is over may be a part of a line.
        if IFS= read -r -t 1 part; then
            line+=$part
            [[ ! $line =~ ^\[INFO\]\ ---\ [^\ ]+:([^\ :]+)\ .*@\ ([^\ ]+) ]] || step="${BASH_REMATCH[2]}, ${BASH_REMATCH[1]}"
            [[ $line != 'status '* ]] || status=${line#status }
            line=''
        elif (($? > 128)); then
            line+=$part
        else
            break
        fi
        show_progress "$program" $((SECONDS - began)) "$step"
    done < <(cd "$PROJECT" && { mvn -B -ntp -Dstyle.color=never "$@" 2>&1 | tee "$log"; printf '\nstatus %s\n' "${PIPESTATUS[0]}"; })
    [[ ! -t 2 ]] || printf '\r%s: built in %d s%-50s\n' "$program" $((SECONDS - began)) '' >&2
    if ((status != 0)); then
        echo "$program: the build failed; all that Maven said is in $log. It ended with:" >&2
        { grep '^\[ERROR\]' "$log" || tail -n 20 "$log"; } | sed 's/\x1b\[[0-9;]*m//g' >&2
        ! grep -Eq 'Unknown host|Network is unreachable|Connection (refused|timed out)|name resolution|offline mode' \
            "$log" || echo "$program: the network is needed once, for what is not in Maven's local repository yet" >&2
        return 1
    fi
}

# show_progress PROGRAM SECONDS STEP: a line that changes on a terminal; elsewhere one for each module, and now and then.
show_progress() {
    if [[ -t 2 ]]; then
        printf '\r%s: building, %d s: %-40s' "$1" "$2" "$3" >&2
    elif [[ ${3%,*} != "$progress_module" ]] || (($2 >= progress_due)); then
        echo "$1: building, $2 s: $3" >&2
        progress_module=${3%,*} progress_due=$(($2 + PROGRESS_SECONDS))
    fi
}
