# shellcheck shell=bash
# Shows the help of a command that would have to be built first. Sourced by ccm/bin/ccm and benchmarks/bin/bench, after build.sh.

# print_help_unless_built PROGRAM MODULE FOLDER ARGUMENT..., ends the script if the arguments ask only for help. The
# folder has a file for the program and for each subcommand, with what the built program prints; a test compares them.
print_help_unless_built() {
    local program=$1 module=$2 folder=$3 topic=$4
    shift 3
    case $topic in
        -h | --help) topic=$program ;;
        help) topic=${2:-$program} ;;
        *) [[ " ${*:2} " == *' --help '* || " ${*:2} " == *' -h '* ]] || return 0 ;;
    esac
    if [[ $topic =~ ^[a-z-]+$ && -r $folder/$topic.txt ]] && { ! find_jars "$module" || ! is_fresh "$module"; }; then
        cat "$folder/$topic.txt"
        exit 0
    fi
}
