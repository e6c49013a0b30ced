# shellcheck shell=bash
# The kernels that a guest can boot: those installed on this machine, and those that 'lab kernel' has fetched from
# Debian's backports into the work folder, without installing anything.
#
# Globals that it reads: WORK, EXIT_MISSING and die, of lab. Globals that it sets: kernel_version, kernel_image and
# kernel_root, the folder that has its lib/modules; read by image.sh and guests.sh.

# Sets the globals to the newest kernel with rdma_rxe. find_kernel VERSION chooses among those whose version begins with
# VERSION; find_kernel '' among the installed ones.
find_kernel() {
    local wanted=$1 roots=(/)
    [[ -z $wanted ]] || roots+=("$WORK"/kernels/*/)
    kernel_version=$(list_kernels "${roots[@]}" | version_begins_with "$wanted" | sort -V | tail -n 1)
    [[ -n $kernel_version ]] || die "$EXIT_MISSING" "no kernel $wanted here has rdma_rxe; to fetch one from Debian's \
backports: benchmarks/lab/lab kernel $wanted"
    kernel_root=/
    [[ -d /lib/modules/$kernel_version ]] || kernel_root=$WORK/kernels/$kernel_version
    kernel_image=${kernel_root%/}/boot/vmlinuz-$kernel_version
    [[ -r $kernel_image ]] || die "$EXIT_MISSING" "${kernel_root%/}/lib/modules/$kernel_version has rdma_rxe, but its \
kernel, $kernel_image, cannot be read: reinstall linux-image-$kernel_version, or make the file readable"
}

# list_kernels ROOT...: the versions with rdma_rxe below these folders.
list_kernels() {
    local root module
    for root in "$@"; do
        for module in "${root%/}"/lib/modules/*/kernel/drivers/infiniband/sw/rxe/rdma_rxe.ko*; do
            [[ -e $module ]] || continue
            module=${module#"${root%/}/lib/modules/"}
            echo "${module%%/*}"
        done
    done
}

# Version 6.1 is 6.1.0 and 6.1.170, but not 6.12.
version_begins_with() {
    local wanted=$1 version
    while read -r version; do
        [[ -n $wanted && $version != "$wanted" && $version != "$wanted"[!0-9]* ]] || echo "$version"
    done
}

# fetch_kernel VERSION: downloads the newest kernel of that version and unpacks it into the work folder.
fetch_kernel() {
    local wanted=$1 package version scratch
    mkdir -p "$WORK/kernels"
    scratch=$(mktemp -d "$WORK/fetching.XXXXXX")
    # shellcheck disable=SC2064 # the folder is known now
    trap "rm -rf '$scratch'" EXIT
    mkdir "$scratch/root"
    use_backports "$scratch"
    package=$(backports "$scratch" apt-cache --names-only search '^linux-image-[0-9].*-amd64$' | cut -d' ' -f1 |
        grep -Ev -- '-(cloud|rt)-amd64|-unsigned' | sed 's/^linux-image-//' | version_begins_with "$wanted" |
        sort -V | tail -n 1)
    [[ -n $package ]] || die "$EXIT_MISSING" "Debian's backports have no kernel $wanted"
    version=$package
    if [[ ! -d $WORK/kernels/$version ]]; then
        (cd "$scratch/root" && backports "$scratch" apt-get -qq download "linux-image-$version") ||
            die "$EXIT_MISSING" "cannot download linux-image-$version from Debian's backports"
        dpkg -x "$scratch"/root/*.deb "$scratch/unpacked"
        depmod -b "$scratch/unpacked" "$version"
        mv "$scratch/unpacked" "$WORK/kernels/$version"
    fi
    echo "lab: kernel $version is here; use it by --kernel $wanted, or by LAB_KERNEL=$wanted"
}

# Prepares a folder for the function 'backports'.
use_backports() {
    local folder=$1
    mkdir -p "$folder"/{parts,lists/partial,cache/archives/partial}
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian \
bookworm-backports main" >"$folder/sources.list"
    backports "$folder" apt-get -qq update || die "$EXIT_MISSING" "cannot reach Debian's backports"
}

# backports FOLDER COMMAND ARGUMENT...: runs a command of apt that knows nothing but the backports, and whose lists are
# in FOLDER.
backports() {
    local folder=$1 command=$2
    shift 2
    "$command" -o Dir::Etc::sourcelist="$folder/sources.list" -o Dir::Etc::sourceparts="$folder/parts" \
        -o Dir::State::lists="$folder/lists" -o Dir::Cache="$folder/cache" -o APT::Sandbox::User=root "$@"
}
