# shellcheck shell=bash
# Shows a command's help where the command is not built. Sourced by ccm/bin/ccm and benchmarks/bin/bench, after build.sh.

# print_help_if_not_built PROGRAM MODULE FOLDER ARGUMENT..., ends the script when the arguments ask for help and nothing
# else. The folder has a file for the program and for each subcommand, with what the built program prints: tests compare.
print_help_if_not_built() {
    local program=$1 module=$2 folder=$3 topic=$4
    shift 3
    case $topic in
        -h | --help) topic=$program ;;
        help) topic=${2:-$program} ;;
        *) [[ " ${*:2} " == *' --help '* || " ${*:2} " == *' -h '* ]] || return 0 ;;
    esac
    if [[ $topic =~ ^[a-z-]+$ && -r $folder/$topic.txt ]] && ! find_jars "$module"; then
        cat "$folder/$topic.txt"
        exit 0
    fi
}
