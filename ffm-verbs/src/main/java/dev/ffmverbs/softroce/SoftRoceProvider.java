// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import dev.ffmverbs.softroce.device.SoftDevice;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.DeviceOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.VerbsProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The provider of the software devices of this process, which {@link SoftRoceDevices} defines. */
public final class SoftRoceProvider implements VerbsProvider {

    /** The rank after hardware and after the kernel's software devices. */
    private static final int ORDER = 100;

    /** Creates the provider. */
    public SoftRoceProvider() {
        // Devices are configured when they are first listed.
    }

    @Override
    public String name() {
        return SoftRoceDevices.PROVIDER;
    }

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public Optional<String> unavailability() {
        return Optional.empty();
    }

    @Override
    public String whereSearched() {
        return "the system property " + SoftRoceDevices.ADDRESSES_PROPERTY + ", which names IPv4 addresses of this"
            + " machine separated by commas; if unset, it is 127.0.0.1, and if empty, there is no software device";
    }

    @Override
    public List<DeviceOperations> devices() throws ProviderException {
        return SoftRoceDevices.list();
    }

    @Override
    public ConnectionManagerOperations openConnectionManager(final List<String> deviceNames)
        throws ProviderException {
        final List<SoftDevice> devices = new ArrayList<>();
        for (final String name : deviceNames) {
            devices.add(SoftRoceDevices.device(name).orElseThrow(() -> new ProviderException(
                "rdma_create_event_channel", "device=" + name, Errno.ENODEV, "there is no such software device")));
        }
        return SoftDevice.openConnectionManager(devices);
    }

    @Override
    public String toString() {
        return "VerbsProvider " + name();
    }
}
