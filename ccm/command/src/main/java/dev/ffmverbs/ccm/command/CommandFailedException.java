// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.DeviceAddresses;
import dev.ffmverbs.cm.ConnectionException;
import java.net.InetAddress;

/** The command cannot do what it was asked to do. The message is printed for the user. */
final class CommandFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CommandFailedException(final String message, final Throwable cause) {
        super(message, cause);
    }

    /** Adds the addresses of the device to a failure to listen at one that it does not have. */
    static RuntimeException ofListening(final ConnectionException failure, final Device device) {
        return failure.reason() == ConnectionException.Reason.NO_SUCH_LOCAL_ADDRESS
            ? new CommandFailedException(failure.getMessage() + "; " + device.name() + " has the addresses "
                + DeviceAddresses.of(device).stream().map(InetAddress::getHostAddress).toList(), failure)
            : failure;
    }
}
