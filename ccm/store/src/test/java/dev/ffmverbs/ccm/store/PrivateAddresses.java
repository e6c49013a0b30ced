// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

/** Loopback addresses that no other process uses, so that concurrent builds do not take each other's ports. */
final class PrivateAddresses {

    private static final int LOWEST_PLACE = 1;
    private static final int HIGHEST_PLACE = 6;

    private PrivateAddresses() {
    }

    /**
     * Returns an address of this process. The system property {@code test.processNumber} selects another process's.
     *
     * @param place 1 to 6. The addresses of places 0 and 7 could end with 0 or 255, to which Java binds no socket.
     */
    static String address(final int place) {
        return address(Long.getLong("test.processNumber", ProcessHandle.current().pid()), place);
    }

    /** Returns an address of any process. */
    static String address(final long process, final int place) {
        if (place < LOWEST_PLACE || place > HIGHEST_PLACE) {
            throw new IllegalArgumentException(
                "a process has the places " + LOWEST_PLACE + " to " + HIGHEST_PLACE + ", not " + place);
        }
        return "127." + (process >> 13 & 0xFF) + "." + (process >> 5 & 0xFF) + "." + ((process & 0x1F) << 3 | place);
    }
}
