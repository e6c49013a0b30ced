// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_device;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.DeviceOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.VerbsProvider;
import dev.ffmverbs.spi.constants.ForkStatuses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The kernel's RDMA devices, through libibverbs. */
@SuppressWarnings("restricted")
public final class IbverbsProvider implements VerbsProvider {

    private static final int ORDER = 0;

    private static final ControlFunction FORK_INIT = new ControlFunction("ibv_fork_init",
        ffm_verbs_h::ibv_fork_init$address, ffm_verbs_h::ibv_fork_init$descriptor);
    private static final ControlFunction IS_FORK_INITIALIZED = new ControlFunction("ibv_is_fork_initialized",
        ffm_verbs_h::ibv_is_fork_initialized$address, ffm_verbs_h::ibv_is_fork_initialized$descriptor);
    private static final ControlFunction GET_DEVICE_LIST = new ControlFunction("ibv_get_device_list",
        ffm_verbs_h::ibv_get_device_list$address, ffm_verbs_h::ibv_get_device_list$descriptor);

    private final String verbsLibrary;
    private final String connectionManagerLibrary;

    /** Creates the provider over {@code libibverbs.so.1} and {@code librdmacm.so.1}. */
    public IbverbsProvider() {
        this("libibverbs.so.1", "librdmacm.so.1");
    }

    IbverbsProvider(final String verbsLibrary, final String connectionManagerLibrary) {
        this.verbsLibrary = verbsLibrary;
        this.connectionManagerLibrary = connectionManagerLibrary;
    }

    @Override
    public String name() {
        return "ibverbs";
    }

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public Optional<String> unavailability() {
        return flaw(verbsLibrary, "apt-get install libibverbs1 ibverbs-providers librdmacm1,"
            + " or dnf install libibverbs librdmacm");
    }

    /** Returns why a library cannot be called, and what to do; empty when it can be called. */
    private static Optional<String> flaw(final String library, final String installation) {
        try {
            SymbolLookup.libraryLookup(library, Arena.global());
            return Optional.empty();
        } catch (final IllegalArgumentException e) {
            return Optional.of(library + " cannot be opened; install it: " + installation);
        } catch (final IllegalCallerException e) {
            return Optional.of(NativeAccess.describeDenial());
        }
    }

    /** Does not load the library, which would take longer than everything else when a software device is opened. */
    @Override
    public boolean isLikelyToHave(final String deviceName) {
        return new SystemDevice(deviceName).exists();
    }

    @Override
    public String whereSearched() {
        return "ibv_get_device_list(3) found none in " + SystemDevice.ROOT + ". Without RDMA hardware,"
            + " 'rdma link add rxe0 type rxe netdev eth0' (package iproute2) makes a device where the kernel has"
            + " rdma_rxe. See \"What works where\" in the README of ffm-verbs";
    }

    @Override
    public List<DeviceOperations> devices() throws ProviderException {
        final List<DeviceOperations> devices = new ArrayList<>();
        withDeviceList(list -> {
            for (long index = 0; list.getAtIndex(ValueLayout.ADDRESS, index).address() != 0; index++) {
                devices.add(IbverbsDevice.describe(list.getAtIndex(ValueLayout.ADDRESS, index)));
            }
        });
        return devices;
    }

    @Override
    public void prepareForFork() throws ProviderException {
        if (!copiesForChildren()) {
            FORK_INIT.status(() -> "");
        }
    }

    /** Where the kernel copies, the C function refuses memory that is registered already, for no reason. */
    private boolean copiesForChildren() {
        try {
            return forkStatus() == ForkStatuses.UNNEEDED;
        } catch (final ProviderException notToBeAsked) {
            return false;
        }
    }

    @Override
    public int forkStatus() throws ProviderException {
        return unavailability().isEmpty()
            ? Math.toIntExact(IS_FORK_INITIALIZED.number(() -> "")) : ForkStatuses.UNNEEDED;
    }

    /** An action on a NULL-terminated array of {@code struct ibv_device *}. */
    interface DeviceListUse {
        void with(MemorySegment list) throws ProviderException;
    }

    /** Lends the device list to an action. A device in it stays valid afterwards only while a context of it is open. */
    static void withDeviceList(final DeviceListUse use) throws ProviderException {
        final MemorySegment list;
        try {
            list = GET_DEVICE_LIST.pointer(() -> "", MemorySegment.NULL).reinterpret(Long.MAX_VALUE);
        } catch (final ProviderException e) {
            if (e.errno() == Errno.ENOSYS || e.errno() == Errno.ENOENT) {
                return;
            }
            throw e;
        }
        try {
            use.with(list);
        } finally {
            ffm_verbs_h.ibv_free_device_list(list);
        }
    }

    @Override
    public ConnectionManagerOperations openConnectionManager(final List<String> deviceNames)
        throws ProviderException {
        final Optional<String> flaw =
            flaw(connectionManagerLibrary, "apt-get install librdmacm1, or dnf install librdmacm");
        if (flaw.isPresent()) {
            throw new ProviderException(
                "rdma_create_event_channel", "devices=" + deviceNames, Errno.ENOSYS, flaw.get());
        }
        return new RdmaConnectionManager();
    }

    /** Reads a device's name through {@code ibv_get_device_name(3)}. */
    static String nameOf(final MemorySegment device) {
        return ffm_verbs_h.ibv_get_device_name(device).reinterpret(ibv_device.sizeof()).getString(0);
    }

    @Override
    public String toString() {
        return "VerbsProvider " + name();
    }
}
