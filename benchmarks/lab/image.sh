# shellcheck shell=bash
# What a guest boots: the kernel, and an initramfs that can mount the host's file system. Both are kept in the work
# folder for the next run, under names that change with their content.
#
# Globals that it reads: kernel_version, kernel_image and kernel_root, set by find_kernel in kernels.sh; WORK, LAB_HOME,
# EXIT_GUEST_DIED and die, of lab. Globals that it sets: kernel_to_boot and initramfs, read by guests.sh.
# shellcheck disable=SC2154 # set by the functions above

# Modules that a guest needs before it sees the host's /lib/modules, from where it loads the others.
BOOT_MODULES=(virtio_pci 9pnet_virtio 9p overlay)
BOOT_APPLETS=(sh mount mkdir ln insmod cp switch_root)

# Sets kernel_to_boot and initramfs, building what is not there yet.
build_image() {
    local kernel_sum scripts_sum
    kernel_sum=$(sha256sum <"$kernel_image" | head -c 12)
    scripts_sum=$(cat "$LAB_HOME"/{image.sh,guest-boot,guest-main} /bin/busybox | sha256sum | head -c 12)
    kernel_to_boot=$WORK/kernel-$kernel_version-$kernel_sum
    initramfs=$WORK/initramfs-$kernel_version-$kernel_sum-$scripts_sum
    mkdir -p "$WORK"
    [[ -e $kernel_to_boot ]] || build_once "$kernel_to_boot" unpack_kernel
    [[ -e $initramfs ]] || build_once "$initramfs" build_initramfs
}

# build_once FILE BUILDER: lets BUILDER write another file, which then becomes FILE, so that a concurrent run never sees
# half of it. Removes the file that was built from something else for this kernel version.
build_once() {
    local file=$1 builder=$2 kind=${1%%-"$kernel_version"*} scratch
    scratch=$(mktemp -d "$WORK/building.XXXXXX")
    if ! "$builder" "$scratch"; then
        rm -rf "$scratch"
        die "$EXIT_GUEST_DIED" "could not build $file: $builder failed"
    fi
    rm -f "$kind-$kernel_version"-*
    mv "$scratch/result" "$file"
    rm -rf "$scratch"
}

# Under emulation a kernel takes 4 s of every boot to unpack itself. QEMU also boots the unpacked file, so it is
# unpacked once, here. The offsets are those of the x86 boot protocol (Documentation/arch/x86/boot.rst). The 4 bytes
# after the payload's xz stream belong to the kernel.
unpack_kernel() {
    local result=$1/result setup_sectors payload_offset payload_bytes
    setup_sectors=$(kernel_header 0x1f1 1)
    payload_offset=$(kernel_header 0x248 4)
    payload_bytes=$(kernel_header 0x24c 4)
    tail -c +$(((setup_sectors + 1) * 512 + payload_offset + 1)) "$kernel_image" | head -c $((payload_bytes - 4)) |
        xz -dc >"$result" 2>/dev/null || true
    # A kernel that is packed in another way boots too, but later.
    [[ $(head -c 4 "$result") == $'\x7fELF' ]] || cp "$kernel_image" "$result"
}

kernel_header() {
    local offset=$1 bytes=$2
    od -An -t "u$bytes" -j $((offset)) -N "$bytes" "$kernel_image" | tr -d ' '
}

build_initramfs() {
    local scratch=$1 root=$1/root applet
    mkdir -p "$root"/{bin,dev,proc,sys,modules,host,memory,root}
    cp /bin/busybox "$root/bin/busybox"
    for applet in "${BOOT_APPLETS[@]}"; do
        ln -s busybox "$root/bin/$applet"
    done
    cp "$LAB_HOME/guest-boot" "$root/init"
    cp "$LAB_HOME/guest-main" "$root/guest-main"
    chmod 755 "$root/init" "$root/guest-main"
    copy_boot_modules "$root/modules"
    (cd "$root" && find . | cpio --quiet --create --format=newc --owner=0:0) >"$scratch/result"
}

# Copies the boot modules and all they depend on, uncompressed, with their order of loading in a file 'order'.
copy_boot_modules() {
    local folder=$1 module file name
    for module in "${BOOT_MODULES[@]}"; do
        modprobe --dirname "$kernel_root" --set-version "$kernel_version" --show-depends "$module" 2>/dev/null
    done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r file; do
        name=$(basename "${file%.xz}")
        case $file in
            *.xz) xz -dc "$file" >"$folder/$name" ;;
            *) cp "$file" "$folder/$name" ;;
        esac
        echo "$name" >>"$folder/order"
    done
}
