// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** What the kernel says of an RDMA device in {@code /sys/class/infiniband}. */
final class SystemDevice {

    static final Path ROOT = Path.of("/sys/class/infiniband");

    /** Drivers whose posting and polling stay in user space and are bounded. */
    private static final Set<String> USER_SPACE_DRIVERS =
        Set.of("mlx5_core", "mlx4_core", "bnxt_re", "bnxt_en", "irdma", "ice", "efa", "hns3", "qedr", "erdma", "mana");

    private final Path directory;

    SystemDevice(final String name) {
        this.directory = ROOT.resolve(name);
    }

    /** Whether it is Linux rxe: only software devices on a network interface have a parent. */
    boolean isRxe() {
        return Files.exists(directory.resolve("parent"));
    }

    /**
     * Whether posting and polling may use critical calls: never where they can enter the kernel.
     *
     * <p>The system property {@code dev.ffmverbs.critical} set to {@code false} forbids them everywhere.
     */
    boolean allowsCriticalCalls() {
        if ("false".equals(System.getProperty("dev.ffmverbs.critical"))) {
            return false;
        }
        try {
            final Path driver = directory.resolve("device/driver").toRealPath().getFileName();
            return USER_SPACE_DRIVERS.contains(driver.toString());
        } catch (final IOException e) {
            return false;
        }
    }
}
