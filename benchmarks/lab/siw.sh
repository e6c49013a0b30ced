# shellcheck shell=bash
# The kernel's iWARP in software, siw, which Debian does not ship: builds it from Debian's source of the kernel that a
# guest boots. The result stays in the work folder. Nothing is installed.
#
# Globals that it reads: WORK, EXIT_MISSING and die, of lab; kernel_version and kernel_root, set by find_kernel.
# shellcheck disable=SC2154 # set by the functions above

# Debian package, and a command or a file (a pattern with a '/') that proves it is installed. They build the module, and
# are not needed to use it.
SIW_REQUIREMENTS=(
    'make      make'
    'gcc-12    gcc-12'
    'libelf1   /usr/lib/*/libelf.so.1'
)

# The folder of the module of one kernel.
siw_folder() {
    echo "$WORK/siw/$kernel_version"
}

# Ends lab unless the kernel has siw, delivered with it or built.
require_siw() {
    has_own_siw || [[ -e $(siw_folder)/siw.ko ]] ||
        die "$EXIT_MISSING" "kernel $kernel_version has no siw; to build it from Debian's source: benchmarks/lab/lab siw"
}

has_own_siw() {
    compgen -G "${kernel_root%/}/lib/modules/$kernel_version/kernel/drivers/infiniband/sw/siw/siw.ko*" >/dev/null
}

# Builds siw for the kernel that find_kernel has found, unless it is there.
build_siw() {
    local scratch
    if has_own_siw; then
        echo "lab: kernel $kernel_version comes with siw"
        return
    fi
    if [[ ! -e $(siw_folder)/siw.ko ]]; then
        require_siw_tools
        mkdir -p "$WORK/siw"
        scratch=$(mktemp -d "$WORK/building-siw.XXXXXX")
        # shellcheck disable=SC2064 # the folder is known now
        trap "rm -rf '$scratch'" EXIT
        fetch_siw_packages "$scratch"
        compile_siw "$scratch"
        mkdir "$scratch/result"
        mv "$scratch/siw/siw.ko" "$scratch/result/"
        mv --no-target-directory "$scratch/result" "$(siw_folder)"
    fi
    echo "lab: siw of kernel $kernel_version is here; use it by --devices siw, or by LAB_DEVICES=siw"
}

require_siw_tools() {
    local package proof missing=()
    while read -r package proof; do
        is_installed "$proof" || missing+=("$package")
    done < <(printf '%s\n' "${SIW_REQUIREMENTS[@]}")
    ((${#missing[@]} == 0)) || die "$EXIT_MISSING" "to build siw, these are not installed: ${missing[*]}
lab: install with: apt-get update && apt-get install -y ${missing[*]}"
}

# Downloads the headers and the source of the kernel, and unpacks the headers and siw. An installed kernel is from the
# system's archives, another one from the backports. The source may be that of a later update of the same series.
fetch_siw_packages() {
    local scratch=$1 series package apt=()
    series=$(cut -d. -f1,2 <<<"$kernel_version")
    mkdir "$scratch/packages" "$scratch/root"
    if [[ $kernel_root != / ]]; then
        use_backports "$scratch"
        apt=(backports "$scratch")
    fi
    for package in "linux-headers-$kernel_version" $(headers_need "${apt[@]}") "linux-source-$series"; do
        (cd "$scratch/packages" && "${apt[@]}" apt-get -qq -o APT::Sandbox::User=root download "$package") ||
            die "$EXIT_MISSING" "cannot download $package; if Debian has a newer kernel by now, install that one first"
    done
    for package in "$scratch"/packages/linux-{headers,kbuild}-*.deb; do
        dpkg -x "$package" "$scratch/root"
    done
    dpkg --fsys-tarfile "$scratch"/packages/linux-source-*.deb | tar -xO "./usr/src/linux-source-$series.tar.xz" |
        xz -dc --threads=0 | tar -x -C "$scratch" --strip-components=4 "linux-source-$series/drivers/infiniband/sw/siw"
}

# Prints the packages that the headers of the kernel depend on, except the compiler: the headers of all flavours, and the
# build tools. headers_need [COMMAND...]: the command that runs apt.
headers_need() {
    "$@" apt-cache depends "linux-headers-$kernel_version" |
        sed -n 's/^ *Depends: \(linux-\(headers\|kbuild\)-.*\)/\1/p'
}

# The headers' makefiles expect to be below /usr/src.
compile_siw() {
    local scratch=$1 headers=$1/root/usr/src/linux-headers-$kernel_version
    sed -i "s|/usr/src/|$scratch/root/usr/src/|g" "$headers/Makefile"
    make -s -C "$headers" M="$scratch/siw" CONFIG_RDMA_SIW=m modules >"$scratch/log" 2>&1 || {
        tail -n 40 "$scratch/log" >&2
        die "$EXIT_MISSING" "siw does not build with kernel $kernel_version"
    }
}
