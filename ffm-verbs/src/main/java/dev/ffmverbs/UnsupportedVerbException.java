// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;

/** Thrown when a device lacks an operation permanently. Use another device, or avoid the operation. */
public final class UnsupportedVerbException extends VerbsException {

    private static final long serialVersionUID = 1L;

    /** Name of the device. */
    private final String deviceName;

    /**
     * Creates an exception for an operation that a device lacks.
     *
     * @param failure what the provider reported.
     * @param device  the device.
     */
    public UnsupportedVerbException(final ProviderException failure, final Device device) {
        super(failure.verb(), device + " does not support " + failure.verb() + ": " + failure.getMessage(),
            failure.errno());
        initCause(failure);
        this.deviceName = device.name();
    }

    /**
     * Whether an error number means that the operation does not exist.
     *
     * @param errno an error number.
     * @return true for {@code EOPNOTSUPP}, {@code ENOSYS} and {@code ENOTSUPP}.
     */
    static boolean means(final int errno) {
        return errno == Errno.EOPNOTSUPP || errno == Errno.ENOSYS || errno == Errno.ENOTSUPP;
    }

    /**
     * Returns the name of the device that lacks the operation.
     *
     * @return the device's name, for example {@code rxe0}.
     */
    public String deviceName() {
        return deviceName;
    }
}
