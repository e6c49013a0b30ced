# shellcheck shell=bash
# Starts the guests of one run, shows what they print, and always ends all of them.
#
# Globals that it reads, and the functions that set them:
#   guests timeout_s memory_mb write_folder capture_folder devices command    parse_run_options in lab
#   kernel_version kernel_root                         find_kernel in kernels.sh
#   kernel_to_boot initramfs                           build_image in image.sh
#   WORK EXIT_TIMEOUT EXIT_GUEST_DIED EXIT_OUTPUT_CLOSED die    lab
# Globals that it sets, for itself alone: run_folder, machines, printers, nothing, qemu.
# shellcheck disable=SC2154 # set by the functions above

# Variables a command inherits, besides those named LAB_*.
INHERITED=(PATH HOME LANG JAVA_HOME MAVEN_OPTS)

# Set during a run: its folder, and the processes it has started, by guest.
run_folder='' machines=() printers=()

run_guests() {
    local guest
    trap stop_everything EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    sweep_killed_runs
    run_folder=$(mktemp -d "$WORK/run.$$.XXXXXX")
    mkdir "$run_folder/exchange"
    mkfifo "$run_folder/nothing"
    exec {nothing}<>"$run_folder/nothing"
    for ((guest = 1; guest <= guests; guest++)); do
        write_job "$guest" >"$run_folder/exchange/job.$guest"
        start_guest "$guest"
    done
    await_guests
    await_printers
    report_kernel_messages
    exit_as_the_command_did
}

stop_everything() {
    local status=$?
    trap '' HUP INT TERM
    end_processes "${machines[@]}" "${printers[@]}"
    [[ -z $run_folder ]] || rm -rf "$run_folder"
    exit "$status"
}

# Waiting for them here keeps bash from reporting each as killed.
end_processes() {
    (($# > 0)) || return 0
    kill -KILL "$@" 2>/dev/null || true
    wait "$@" 2>/dev/null || true
}

# A run that was killed with SIGKILL has left its folder, which is named after its process.
sweep_killed_runs() {
    local folder process
    for folder in "$WORK"/run.*; do
        process=${folder##*/run.}
        [[ ! -d $folder || -e /proc/${process%.*} ]] || rm -rf "$folder"
    done
}

# write_job GUEST, prints what the guest is to do, as assignments that guest-main reads.
write_job() {
    local guest=$1 name address=10.9.9.$1 peer=10.9.9.2 guest_name=lab environment=() directory=$PWD siw_module
    siw_module=$(siw_folder)/siw.ko
    if ((guests > 1)); then
        peer=10.9.9.$((guest % guests + 1))
        guest_name=lab$guest
    fi
    for name in "${INHERITED[@]}" $(compgen -e LAB_ || true); do
        [[ ! -v $name ]] || environment+=("$name=${!name}")
    done
    environment+=("LAB_GUEST=$guest" "LAB_GUESTS=$guests" "LAB_ADDRESS=$address" "LAB_PEER=$peer")
    declare -p guests guest_name address devices siw_module kernel_version kernel_root write_folder capture_folder \
        directory environment command
}

# The guest has its own session, so that Ctrl-C reaches this process alone, which then ends the guest. If this process
# is killed and runs no trap, the guest dies with it.
start_guest() {
    local guest=$1 qemu
    mkfifo "$run_folder/output.$guest"
    start_printer "$guest"
    set_qemu_command "$guest"
    setsid setpriv --pdeathsig KILL "${qemu[@]}" </dev/null >"$run_folder/qemu.$guest" 2>&1 &
    machines[guest]=$!
}

start_printer() {
    local guest=$1
    if ((guests == 1)); then
        cat <"$run_folder/output.$guest" &
    else
        sed --unbuffered "s/^/[$guest] /" <"$run_folder/output.$guest" &
    fi
    printers[guest]=$!
}

# set_qemu_command GUEST, sets qemu, the command that starts the guest.
set_qemu_command() {
    local guest=$1
    # Only warnings and worse reach the console. Mitigations protect nothing here and cost much under emulation. All
    # emulated processors read one time stamp counter; the kernel would not trust it, and programs would read the clock
    # through system calls that cost more than what is timed.
    local boot_line="console=ttyS0 loglevel=5 panic=-1 nokaslr no_timer_check mitigations=off tsc=reliable"
    boot_line+=" lab.guest=$guest"
    # shellcheck disable=SC2054 # commas are QEMU's
    qemu=(qemu-system-x86_64 -no-user-config -nodefaults -display none -no-reboot -machine q35 -cpu max -smp 2
        -accel "$(accelerator)" -m "${memory_mb}M"
        -kernel "$kernel_to_boot" -initrd "$initramfs" -append "$boot_line"
        -chardev "file,id=console,path=$(escape_commas "$run_folder/console.$guest")" -serial chardev:console
        -chardev "file,id=output,path=$(escape_commas "$run_folder/output.$guest")"
        -device virtio-serial-pci -device virtserialport,chardev=output)
    share_folder host / readonly=on
    share_folder exchange "$run_folder/exchange" readonly=off
    [[ -z $write_folder ]] || share_folder write "$write_folder" readonly=off
    [[ -z $capture_folder ]] || share_folder capture "$capture_folder" readonly=off
    ((guests == 1)) || qemu+=(-netdev "tap,id=link,ifname=tap$guest,script=no,downscript=no"
        -device "virtio-net-pci,netdev=link,romfile=,speed=10000,duplex=full,mac=52:54:00:09:09:0$guest")
}

share_folder() {
    local tag=$1 folder=$2 mode=$3
    qemu+=(-virtfs "local,path=$(escape_commas "$folder"),mount_tag=$tag,security_model=none,multidevs=remap,$mode")
}

# QEMU's options are separated by commas, and a doubled comma stands for one.
escape_commas() {
    echo "${1//,/,,}"
}

# A host that cannot nest virtual machines may have /dev/kvm nevertheless, and a guest dies there at once.
accelerator() {
    if [[ -r /dev/kvm && -w /dev/kvm ]] && grep -qwE 'vmx|svm' /proc/cpuinfo; then
        echo kvm
    else
        echo tcg,thread=multi
    fi
}

create_bridge() {
    local guest
    ip link add bridge0 type bridge
    for ((guest = 1; guest <= guests; guest++)); do
        ip tuntap add "tap$guest" mode tap
        ip link set "tap$guest" master bridge0 up
    done
    ip link set bridge0 up
}

await_guests() {
    local guest deadline_us=$((${EPOCHREALTIME//[.,]/} + timeout_s * 1000000))
    while ((${#machines[@]} > 0)); do
        ((${EPOCHREALTIME//[.,]/} < deadline_us)) || time_is_up
        pause
        for guest in "${!machines[@]}"; do
            if kill -0 "${machines[guest]}" 2>/dev/null; then
                require_open_output "$guest"
            else
                unset "machines[guest]"
                require_status "$guest"
            fi
        done
    done
}

# Waits 50 ms without starting a process; a signal ends the wait at once.
pause() {
    read -r -t 0.05 -u "$nothing" || true
}

time_is_up() {
    end_processes "${machines[@]}"
    await_printers
    report_kernel_messages
    die "$EXIT_TIMEOUT" "stopped after $timeout_s s (--timeout): ${command[*]}"
}

# The reader of this output may leave early, as 'head' does; then there is no reason to go on.
require_open_output() {
    kill -0 "${printers[$1]}" 2>/dev/null || wait "${printers[$1]}" || exit "$EXIT_OUTPUT_CLOSED"
}

# A guest that ended without a status of its command has died.
require_status() {
    local guest=$1
    [[ ! -s $run_folder/exchange/status.$guest ]] || return 0
    {
        echo "lab: guest $guest died before its command ended; its console and QEMU said last:"
        tail -n 60 "$run_folder/console.$guest" "$run_folder/qemu.$guest" | tr -d '\r'
    } >&2
    exit "$EXIT_GUEST_DIED"
}

# The machines are gone, so the printers reach the end of their input, unless nobody reads what they print.
await_printers() {
    local guest tries
    for guest in "${!printers[@]}"; do
        for ((tries = 0; tries < 100; tries++)); do
            kill -0 "${printers[guest]}" 2>/dev/null || break
            pause
        done
    done
}

# Prints the kernels' warnings and worse from the time the devices were there, except those about the lab itself: an
# emulated timer that was late, and files that the host replaced while a guest had them.
report_kernel_messages() {
    local guest
    for ((guest = 1; guest <= guests; guest++)); do
        awk -v prefix="lab: guest $guest kernel said: " '
            { sub(/\r$/, "") }
            /lab: devices from here on/ { on = 1; next }
            /lab: the command has ended/ { on = 0 }
            /hrtimer: interrupt took|FS-Cache: / { next }
            on { print prefix $0 }' "$run_folder/console.$guest" >&2
    done
}

exit_as_the_command_did() {
    local guest status
    for ((guest = 1; guest <= guests; guest++)); do
        status=$(<"$run_folder/exchange/status.$guest")
        ((status == 0)) || exit "$status"
    done
    exit 0
}
