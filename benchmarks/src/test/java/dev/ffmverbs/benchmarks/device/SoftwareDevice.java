// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.device;

/** The software device of this process, at an address that concurrent builds do not use. */
public final class SoftwareDevice {

    private static final String PROPERTY = "softroce.addresses";

    private SoftwareDevice() {
    }

    /** Gives this process its device, unless it has one. Call it before devices are listed. */
    public static void use() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, LoopbackAddress.ofThisProcess(1));
        }
    }
}
