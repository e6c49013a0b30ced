# shellcheck shell=bash
# What lab needs from the machine, and the message if it is not there.
#
# It uses EXIT_MISSING and die, of lab, and find_kernel of kernels.sh.

# Debian package, and a command or a file (a pattern with a '/') that proves it is installed.
REQUIREMENTS=(
    'qemu-system-x86    qemu-system-x86_64'
    'linux-image-amd64  /lib/modules/*/kernel/drivers/infiniband/sw/rxe/rdma_rxe.ko*'
    'busybox-static     /bin/busybox'
    'cpio               cpio'
    'kmod               modprobe'
    'xz-utils           xz'
    'iproute2           rdma'
    'rdma-core          /lib/udev/rules.d/60-rdma-persistent-naming.rules'
    'ibverbs-utils      ibv_rc_pingpong'
    'ibverbs-providers  /usr/lib/*/libibverbs/librxe-rdmav*.so'
    'libibverbs-dev     /usr/include/infiniband/verbs.h'
    'librdmacm-dev      /usr/include/rdma/rdma_cma.h'
    'rdmacm-utils       rping'
    'perftest           ib_read_lat'
    'gcc                gcc'
)

list_packages() {
    local package
    for package in "${REQUIREMENTS[@]}"; do
        echo "${package%% *}"
    done
}

is_installed() {
    local proof=$1
    case $proof in
        /*) compgen -G "$proof" >/dev/null ;;
        *) command -v "$proof" >/dev/null ;;
    esac
}

# require_everything VERSION ends lab with a message that names everything that is missing, else finds the kernel.
require_everything() {
    local wanted=$1 package proof missing=()
    [[ $(uname -m) == x86_64 ]] ||
        die "$EXIT_MISSING" "runs on x86_64 hosts today, and this is $(uname -m)"
    while read -r package proof; do
        is_installed "$proof" || missing+=("$package")
    done < <(printf '%s\n' "${REQUIREMENTS[@]}")
    ((${#missing[@]} == 0)) ||
        die "$EXIT_MISSING" "not installed: ${missing[*]}
lab: install with: apt-get update && apt-get install -y ${missing[*]}"
    find_kernel "$wanted"
}
