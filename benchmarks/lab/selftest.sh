# shellcheck shell=bash
# Proves by running guests what README.md says about lab. It uses LAB_HOME, WORK and die, of lab; its other globals are
# its own.

SELFTESTS=(
    streams_output_shares_a_folder_and_passes_the_exit_status_on
    carries_traffic_between_the_devices_of_one_guest
    reports_what_the_guest_kernel_warns_of
    stops_at_the_time_limit_and_leaves_nothing_running
    leaves_nothing_running_when_it_is_ended
    leaves_nothing_running_when_it_is_killed
    connects_two_guests
)

# Marks, in their environment, the processes a test starts.
selftest_mark=$BASHPID.$RANDOM
selftest_folder=''

run_selftest() {
    local test failed=0 began
    mkdir -p "$WORK"
    selftest_folder=$(mktemp -d "$WORK/selftest.XXXXXX")
    trap 'rm -rf "$selftest_folder"' EXIT
    for test in "${SELFTESTS[@]}"; do
        began=$SECONDS
        if ("$test") >"$selftest_folder/log" 2>&1; then
            echo "ok      $((SECONDS - began)) s  ${test//_/ }"
        else
            echo "FAILED  $((SECONDS - began)) s  ${test//_/ }"
            sed 's/^/    /' "$selftest_folder/log"
            failed=$((failed + 1))
        fi
    done
    ((failed == 0)) || die 1 "$failed of ${#SELFTESTS[@]} tests failed"
}

# expect WHAT EXPECTED ACTUAL, ends the test, which runs in a subshell, if the two differ.
expect() {
    local what=$1 expected=$2 actual=$3
    [[ $actual == "$expected" ]] && return
    echo "$what: expected '$expected', got '$actual'"
    exit 1
}

# lab_run ARGUMENT..., runs lab with its output in the file 'output', and sets status.
lab_run() {
    status=0
    LAB_SELFTEST=$selftest_mark "$LAB_HOME/lab" run "$@" >"$selftest_folder/output" 2>&1 || status=$?
    cat "$selftest_folder/output"
}

# start_lab ARGUMENT..., starts lab in another session, and sets lab_process once its command has printed 'up'.
start_lab() {
    mkfifo "$selftest_folder/lines"
    LAB_SELFTEST=$selftest_mark setsid "$LAB_HOME/lab" run "$@" >"$selftest_folder/lines" 2>&1 &
    lab_process=$!
    trap 'kill "$lab_process" 2>/dev/null || true' EXIT
    exec {lines}<"$selftest_folder/lines"
    rm "$selftest_folder/lines"
    expect 'first line' up "$(next_line)"
}

next_line() {
    local line
    read -r -t 60 -u "$lines" line || line='(nothing within 60 s)'
    echo "$line"
}

# Waits for lab_process, and sets status.
await_lab() {
    status=0
    wait "$lab_process" || status=$?
}

# A killed process may take a moment to disappear.
expect_nothing_running() {
    local tries left
    for ((tries = 0; tries < 20; tries++)); do
        left=$(grep -lzsx "LAB_SELFTEST=$selftest_mark" /proc/[0-9]*/environ || true)
        [[ -n $left ]] || return 0
        sleep 0.1
    done
    expect 'processes still running' '' "$left"
}

streams_output_shares_a_folder_and_passes_the_exit_status_on() {
    local shared=$selftest_folder/shared
    # shellcheck disable=SC2016 # the guest expands it
    start_lab --write "$shared" -- sh -c 'echo up
        until [ -e "$0/go" ]; do sleep 0.1; done
        echo ready >"$0/answer"; echo second; exit 3' "$shared"
    touch "$shared/go"
    expect 'second line' second "$(next_line)"
    await_lab
    expect 'exit status' 3 "$status"
    expect 'what the guest wrote' ready "$(cat "$shared/answer")"
    expect_nothing_running
}

carries_traffic_between_the_devices_of_one_guest() {
    # shellcheck disable=SC2016 # the guest expands it
    lab_run --timeout 60 -- bash -euc '
        cat /sys/class/infiniband/rxe{0,1,2}/ports/1/gids/1
        ibv_rc_pingpong -d rxe1 -g 1 -n 50 & sleep 0.5; ibv_rc_pingpong -d rxe0 -g 1 -n 50 127.0.0.1; wait $!
        rping -s -a 10.9.9.2 -C 3 & sleep 0.5; rping -c -I 10.9.9.1 -a 10.9.9.2 -C 3; wait $!
        rping -s -a 10.9.9.1 -C 3 & sleep 0.5; rping -c -I 10.9.9.2 -a 10.9.9.1 -C 3; wait $!
        sent=$(cat /sys/class/net/v0/statistics/tx_packets)
        ((sent > 100)) || { echo "v0 sent only $sent packets: the traffic went elsewhere"; exit 1; }
        ip netns exec soft bash -c "echo hello >/dev/udp/10.9.8.1/4791"
        ip -netns soft neigh show 10.9.8.1 | grep lladdr
        timeout 1 rping -c -I 10.9.8.1 -a 10.9.8.2 -C 1 || true
        [[ $(ip netns exec soft cat /proc/net/snmp) =~ "Udp: 0 "[1-9] ]] || { echo "nothing reached soft"; exit 1; }'
    expect 'exit status' 0 "$status"
}

reports_what_the_guest_kernel_warns_of() {
    lab_run -- sh -c 'echo "<4>rxe: a test warning" >/dev/kmsg; echo "<6>rxe: a test notice" >/dev/kmsg
        echo "<4>hrtimer: interrupt took 1 ns" >/dev/kmsg; echo "<4>FS-Cache: Duplicate cookie" >/dev/kmsg'
    expect 'exit status' 0 "$status"
    expect 'output' 'lab: guest 1 kernel said: [TIME] rxe: a test warning' \
        "$(sed 's/\[ *[0-9.]*\]/[TIME]/' "$selftest_folder/output")"
}

stops_at_the_time_limit_and_leaves_nothing_running() {
    lab_run --timeout 10 -- sleep 1000
    expect 'exit status' 124 "$status"
    expect_nothing_running
}

leaves_nothing_running_when_it_is_ended() {
    start_lab -- sh -c 'echo up; sleep 1000'
    kill -TERM "$lab_process"
    await_lab
    expect 'exit status' 143 "$status"
    expect_nothing_running
}

leaves_nothing_running_when_it_is_killed() {
    start_lab -- sh -c 'echo up; sleep 1000'
    kill -KILL "$lab_process"
    await_lab
    expect 'exit status' 137 "$status"
    expect_nothing_running
}

connects_two_guests() {
    # shellcheck disable=SC2016 # the guests expand it
    lab_run --guests 2 --timeout 90 -- bash -euc '
        if [ "$LAB_GUEST" = 1 ]; then rping -s -a "$LAB_ADDRESS" -C 3; else sleep 1; rping -c -a "$LAB_PEER" -C 3; fi
        echo "guest $LAB_GUEST of $LAB_GUESTS is done"'
    expect 'exit status' 0 "$status"
    expect 'last line of guest 1' '[1] guest 1 of 2 is done' "$(grep '^\[1\]' "$selftest_folder/output" | tail -n 1)"
    expect 'last line of guest 2' '[2] guest 2 of 2 is done' "$(grep '^\[2\]' "$selftest_folder/output" | tail -n 1)"
    expect_nothing_running
}
