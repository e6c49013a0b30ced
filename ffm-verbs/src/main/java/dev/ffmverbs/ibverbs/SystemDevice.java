// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The kernel's description of an RDMA device in {@code /sys/class/infiniband}. */
final class SystemDevice {

    static final Path ROOT = Path.of("/sys/class/infiniband");

    /**
     * The kernel's drivers of devices whose functions to post and to poll stay in user space and are bounded, also when
     * a request fails: {@code mlx5_post_send} and {@code mlx5_poll_cq}, {@code mlx4_post_send} and {@code
     * mlx4_poll_cq}, {@code efa_post_send} and {@code efa_poll_cq}, {@code qelr_post_send} and {@code qelr_poll_cq},
     * {@code erdma_post_send} and {@code erdma_poll_cq}, and those to receive.
     *
     * <p>The functions of other drivers make system calls with a lock held: {@code hns_roce_u_v2_poll_cq} and {@code
     * mana_poll_cq} after a failure, {@code irdma_upost_send} and {@code irdma_upost_recv} after the end of a
     * connection, {@code bnxt_re_post_send} for datagrams, and {@code bnxt_re_poll_cq} after a change of the size.
     */
    private static final Set<String> USER_SPACE_DRIVERS =
        Set.of("mlx5_core", "mlx4_core", "efa", "qedr", "erdma");

    private final Path directory;

    SystemDevice(final String name) {
        this.directory = ROOT.resolve(name);
    }

    /** Whether the kernel has a device of this name. */
    boolean exists() {
        return Files.exists(directory);
    }

    /** Whether the device is Linux rxe. Only software devices on a network interface have a parent. */
    boolean isRxe() {
        return Files.exists(directory.resolve("parent"));
    }

    /**
     * Whether posting and polling may use critical calls. They must not where they can enter the kernel.
     *
     * <p>The system property {@code dev.ffmverbs.critical} overrides this: {@code false} forbids critical calls on
     * every driver, and {@code true} also allows them on drivers that are not listed here.
     */
    boolean allowsCriticalCalls() {
        final String setting = System.getProperty("dev.ffmverbs.critical");
        if (setting != null) {
            return Boolean.parseBoolean(setting);
        }
        try {
            final Path driver = directory.resolve("device/driver").toRealPath().getFileName();
            return staysInUserSpace(driver.toString());
        } catch (final IOException e) {
            return false;
        }
    }

    /**
     * Whether a driver posts and polls without a system call.
     *
     * @param driver name of the kernel's driver of the device.
     */
    static boolean staysInUserSpace(final String driver) {
        return USER_SPACE_DRIVERS.contains(driver);
    }

    /**
     * Reads a port's counters: those of the device, and those that InfiniBand's management defines.
     *
     * @param port port number, from 1.
     * @return the counters by the names of the kernel's files.
     * @throws ProviderException {@code EINVAL} when the port does not exist, {@code EOPNOTSUPP} when it has no
     *                           counters.
     */
    Map<String, Long> portStatistics(final int port) throws ProviderException {
        final Path portDirectory = directory.resolve("ports").resolve(Integer.toString(port));
        if (!Files.isDirectory(portDirectory)) {
            throw new ProviderException("port statistics", portDirectory.toString(), Errno.EINVAL,
                "there is no such port");
        }
        final Map<String, Long> counters = new HashMap<>();
        readCounters(portDirectory.resolve("counters"), counters);
        readCounters(portDirectory.resolve("hw_counters"), counters);
        counters.remove("lifespan");
        if (counters.isEmpty()) {
            throw new ProviderException("port statistics", portDirectory.toString(), Errno.EOPNOTSUPP,
                "the kernel has no counters for this port");
        }
        return counters;
    }

    private static void readCounters(final Path folder, final Map<String, Long> counters) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (final Path file : files) {
                readCounter(file, counters);
            }
        } catch (final IOException noSuchCounters) {
            return;
        }
    }

    /** Reads one counter. Some counters exist as files but cannot be read, because the device lacks them. */
    private static void readCounter(final Path file, final Map<String, Long> counters) {
        try {
            counters.put(file.getFileName().toString(), Long.parseUnsignedLong(Files.readString(file).strip()));
        } catch (final IOException | NumberFormatException notCounted) {
            return;
        }
    }
}
