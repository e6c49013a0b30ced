# shellcheck shell=bash
# Lets the ccm command start from a cache of its classes: an AOT cache if the JDK supports it (25 and newer), otherwise
# an archive for class data sharing. It is made once for each build and JDK. If it cannot be made or used, the command
# starts without it, silently. Sourced by ccm/bin/ccm, which sets main_class, after java.sh and build.sh.
# shellcheck disable=SC2154

# How long the run that makes a cache may take; on a machine that needs longer, a cache is of no use.
readonly TRAINING_SECONDS=60

# use_start_cache OPTION..., sets start_cache_options to what the JVM needs besides these options to use the cache.
# Makes the cache first if there is none. An empty file means that it could not be made.
use_start_cache() {
    local target=$PROJECT/ccm/command/target
    local stamp=$target/$CLASS_PATH_FILE name=${java%/bin/java}_$java_version lock cache
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

# cache_options PURPOSE FILE, sets start_cache_options to what makes a JVM write, require or use a cache. Logging is off
# for 'use': a JVM that does not use a cache would say why on standard output.
cache_options() {
    local silently=("-Xlog:cds*=off")
    if ((${java_version%%[^0-9]*} >= 25)); then
        silently+=("-Xlog:aot*=off")
        case $1 in
            # Profiles are for the other compiler, and take time to load.
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

# make_start_cache FILE OPTION..., makes a cache from a run that does what nodes do from their start until they leave.
# Removes the caches of earlier builds.
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

# run_for_cache OPTION... COMMAND, runs the command on two devices that no other process uses.
run_for_cache() {
    local address=127.$((BASHPID >> 13 & 255)).$((BASHPID >> 5 & 255)) host=$(((BASHPID & 31) << 3))
    timeout $TRAINING_SECONDS "$java" "${@:1:$#-1}" "${start_cache_options[@]}" \
        "-Dsoftroce.addresses=$address.$((host + 3)),$address.$((host + 4))" "${main_class[@]}" "${@: -1}" \
        </dev/null >>"${stamp%/*}/start-cache.log" 2>&1
}
