// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_device;
import dev.ffmverbs.spi.ContextOperations;
import dev.ffmverbs.spi.DeviceOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A kernel device, identified by its name. The C structure is looked up again when the device is opened, because it is
 * valid only as long as the list that contains it.
 *
 * @param name          the device's name.
 * @param guid          its identifier in host byte order.
 * @param nodeType      what kind of node it is.
 * @param transportType the protocol it speaks.
 */
@SuppressWarnings("restricted")
record IbverbsDevice(String name, long guid, int nodeType, int transportType) implements DeviceOperations {

    private static final ControlFunction OPEN_DEVICE = new ControlFunction("ibv_open_device",
        ffm_verbs_h::ibv_open_device$address, ffm_verbs_h::ibv_open_device$descriptor);

    static IbverbsDevice describe(final MemorySegment device) {
        final MemorySegment structure = device.reinterpret(ibv_device.sizeof());
        return new IbverbsDevice(
            IbverbsProvider.nameOf(device), Long.reverseBytes(ffm_verbs_h.ibv_get_device_guid(device)),
            ibv_device.node_type(structure), ibv_device.transport_type(structure));
    }

    @Override
    public boolean retriesForEverAtSeven() {
        return new SystemDevice(name).isRxe();
    }

    @Override
    public ContextOperations open() throws ProviderException {
        final MemorySegment[] opened = new MemorySegment[1];
        IbverbsProvider.withDeviceList(list -> {
            for (long index = 0; opened[0] == null; index++) {
                final MemorySegment device = list.getAtIndex(ValueLayout.ADDRESS, index);
                if (device.address() == 0) {
                    break;
                }
                if (IbverbsProvider.nameOf(device).equals(name)) {
                    opened[0] = OPEN_DEVICE.pointer(() -> "device=" + name, device);
                }
            }
        });
        if (opened[0] == null) {
            throw new ProviderException("ibv_open_device", "device=" + name, Errno.ENODEV,
                "the device was removed after it was listed");
        }
        return IbverbsContext.of(opened[0], name);
    }
}
