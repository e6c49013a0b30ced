// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.net.InetAddress;

/** Two software devices for the tests of this package. Tests must leave them without injected faults. */
final class SoftDevices {

    static final String LEFT_ADDRESS = PrivateLoopbackAddresses.address(0);
    static final String RIGHT_ADDRESS = PrivateLoopbackAddresses.address(3);

    /** Names of the devices. */
    static final String LEFT;
    static final String RIGHT;

    static {
        PrivateLoopbackAddresses.use();
        LEFT = add(LEFT_ADDRESS, SoftRoceSettings.DEFAULT);
        RIGHT = add(RIGHT_ADDRESS, SoftRoceSettings.DEFAULT);
    }

    private SoftDevices() {
    }

    /** Returns the name of the next device that is added. */
    static String nextName() {
        return "soft" + Verbs.devices().stream().filter(device -> device.provider().equals("softroce")).count();
    }

    static String add(final String address, final SoftRoceSettings settings) {
        return SoftRoceDevices.add(InetAddress.ofLiteral(address), settings);
    }

    static void heal() {
        SoftRoceDevices.injectFaults(LEFT, FaultSettings.NONE);
        SoftRoceDevices.injectFaults(RIGHT, FaultSettings.NONE);
    }
}
