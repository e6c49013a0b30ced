// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/**
 * Loopback addresses for the software devices of tests. No other process uses them.
 *
 * <p>Parallel builds on one machine therefore do not conflict over a UDP port.
 */
public final class PrivateLoopbackAddresses {

    /** Highest number of {@link #address}. */
    public static final int HIGHEST = 5;

    /** For programs that have no other peer. The kernel module of rxe takes the usual port on all addresses. */
    public static final String OTHER_UDP_PORT = "-Dsoftroce.port=14791";

    private static final String PROPERTY = "softroce.addresses";
    private static final String SOCKET_PROPERTY = "softroce.socket";
    private static final String SECOND_SOCKET_PROPERTY = "softroce.socket.soft1";

    /** Property with a process number that replaces the number of this process. */
    private static final String PROCESS_PROPERTY = "test.processNumber";

    /** The bits of a process number that go into the last octet, 8 into each of the two before it. */
    private static final int LOW_BITS = 5;

    /** Number of addresses of a process. The first one and those after {@link #HIGHEST} are not used. */
    private static final int SHARE = 8;

    private PrivateLoopbackAddresses() {
    }

    /**
     * Gives this process two software devices, unless {@code softroce.addresses} already names its devices. If that
     * property is empty, the process has none. The second device uses a channel, so that tests run over both sockets
     * and between them, unless a property selects the socket. Call this method before devices are listed.
     */
    public static void use() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, address(1) + "," + address(2));
            if (System.getProperty(SOCKET_PROPERTY) == null && System.getProperty(SECOND_SOCKET_PROPERTY) == null) {
                System.setProperty(SECOND_SOCKET_PROPERTY, "channel");
            }
        }
    }

    /**
     * Returns an address of this process. All of them are in one network of 256. An address never ends with 0 or 255,
     * which may be network or broadcast addresses that no socket can be bound to.
     *
     * @param number 0 to 5; {@link #use} takes 1 and 2.
     * @return the address as text.
     */
    public static String address(final int number) {
        return address(Long.getLong(PROCESS_PROPERTY, ProcessHandle.current().pid()), number);
    }

    /** Returns an address of any process. */
    static String address(final long process, final int number) {
        if (number < 0 || number > HIGHEST) {
            throw new IllegalArgumentException("a process has addresses 0 to " + HIGHEST + ", not " + number);
        }
        final long last = process % (1 << LOW_BITS) * SHARE + 1 + number;
        return "127." + (process >> LOW_BITS + 8 & 0xFF) + "." + (process >> LOW_BITS & 0xFF) + "." + last;
    }
}
