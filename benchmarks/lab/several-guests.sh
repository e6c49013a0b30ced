# shellcheck shell=bash
# Runs a script of this folder in several guests of the lab, which share a folder. Sourced by such scripts.

lab_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# What else 'lab run' is told, and what runs the script in a guest.
guest_options=() place=()

# run_in_guests NAME GUESTS SECONDS [ARGUMENT...]: calls the script as 'NAME guest FOLDER ARGUMENT...' in each guest, and
# returns its status. Sets folder to the shared folder, which is removed when this process ends.
run_in_guests() {
    local name=$1 guests=$2 timeout_s=$3 status=0
    shift 3
    mkdir -p "$lab_folder/work"
    folder=$(mktemp -d "$lab_folder/work/$name.XXXXXX")
    # shellcheck disable=SC2064 # the folder is known now
    trap "rm -rf '$folder'" EXIT
    "$lab_folder/lab" run --guests "$guests" --timeout "$timeout_s" --write "$folder" "${guest_options[@]}" -- \
        "${place[@]}" "$lab_folder/$name" guest "$folder" "$@" || status=$?
    ((status == 0)) || echo "$name: the guests ended with status $status" >&2
    return $status
}
