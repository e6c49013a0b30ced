// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/**
 * Loopback addresses that no other process uses, for software devices of tests.
 *
 * <p>So builds beside each other on one machine do not take each other's UDP port.
 */
public final class PrivateLoopbackAddresses {

    private static final String PROPERTY = "softroce.addresses";

    /** Of the 22 bits of a process number, as many go into the last octet; 8 into each of two others. */
    private static final int LOW_BITS = 6;

    private PrivateLoopbackAddresses() {
    }

    /**
     * Gives this process two software devices, unless {@code softroce.addresses} says already which it has; empty, it
     * has none. To be called before devices are listed.
     */
    public static void use() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, address(1) + "," + address(2));
        }
    }

    /**
     * An address of this process; all of them are in one network of 256.
     *
     * @param number 0 to 3; {@link #use} takes 1 and 2.
     * @return the address as text.
     */
    public static String address(final int number) {
        final long process = ProcessHandle.current().pid();
        final long last = (process & (1 << LOW_BITS) - 1) << 2 | number;
        return "127." + (process >> LOW_BITS + 8 & 0xFF) + "." + (process >> LOW_BITS & 0xFF) + "." + last;
    }
}
