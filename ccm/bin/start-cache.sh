# shellcheck shell=bash
# Lets the ccm command start from a cache of its classes: an AOT cache where the JDK has one (25 and newer), else an
# archive of class data sharing. It is made once for each build and JDK, and left out without a word where it cannot be
# made or used. Sourced by ccm/bin/ccm, after java.sh and build.sh, which sets main_class.
# shellcheck disable=SC2154

# How long the run that a cache is made from may take; a machine that needs longer has no use for one.
readonly TRAINING_SECONDS=60

# use_start_cache OPTION..., sets start_cache_options to what the JVM needs beyond these options to use the cache. It makes
# the cache first where there is none. An empty file says that it could not be made.
use_start_cache() {
    local target=$PROJECT/ccm/command/target
    local stamp=$target/$JARS_FILE name=${java%/bin/java}_$java_version lock cache
    ((${#name} < 200)) || name=${name: -200}
    cache=$target/start_${name//\//_}
    if [[ ! $cache -nt $stamp && -z ${LAB_GUEST-} && -w $target ]] && { exec {lock}>"$target/start.lock"; } 2>/dev/null; then
        flock "$lock"
        if [[ ! $cache -nt $stamp ]]; then
            echo "ccm: preparing faster starts, once; this takes some seconds" >&2
            make_start_cache "$cache" "$@" 2>/dev/null
        fi
        exec {lock}>&-
    fi
    start_cache_options=()
    [[ ! $cache -nt $stamp || ! -s $cache ]] || cache_options use "$cache"
}

# cache_options PURPOSE FILE, sets start_cache_options to what makes a JVM write, require or use a cache. A JVM would
# say on standard output why it does not use one.
cache_options() {
    local silently=("-Xlog:cds*=off")
    if ((${java_version%%[^0-9]*} >= 25)); then
        silently+=("-Xlog:aot*=off")
        case $1 in
            # Profiles are for a compiler that ccm does not use, and take time to load.
            write) start_cache_options=("-XX:AOTCacheOutput=$2" -XX:+IgnoreUnrecognizedVMOptions
                -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining) ;;
            require) start_cache_options=("-XX:AOTCache=$2" -XX:AOTMode=on) ;;
            use) start_cache_options=("-XX:AOTCache=$2" "${silently[@]}") ;;
        esac
    else
        case $1 in
            write) start_cache_options=("-XX:ArchiveClassesAtExit=$2") ;;
            require) start_cache_options=("-XX:SharedArchiveFile=$2" -Xshare:on) ;;
            use) start_cache_options=("-XX:SharedArchiveFile=$2" -Xshare:auto "${silently[@]}") ;;
        esac
    fi
}

# make_start_cache FILE OPTION..., from a run of what nodes do from their start until they leave; caches of builds before
# go.
make_start_cache() {
    local cache=$1 made=$1.$BASHPID
    shift
    find "${cache%/*}" -maxdepth 1 -name 'start_*' ! -newer "$stamp" -delete
    cache_options write "$made"
    if run_for_cache "$@" train && cache_options require "$made" && run_for_cache "$@" --version; then
        mv -f "$made" "$cache"
    else
        rm -f "$made"*
        : >"$cache"
    fi
}

# run_for_cache OPTION... COMMAND, on two devices that no other process has.
run_for_cache() {
    local address=127.$((BASHPID >> 13 & 255)).$((BASHPID >> 5 & 255)) host=$(((BASHPID & 31) << 3))
    timeout $TRAINING_SECONDS "$java" "${@:1:$#-1}" "${start_cache_options[@]}" \
        "-Dsoftroce.addresses=$address.$((host + 3)),$address.$((host + 4))" "${main_class[@]}" "${@: -1}" \
        </dev/null >>"${stamp%/*}/start-cache.log" 2>&1
}
