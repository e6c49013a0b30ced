// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/**
 * The predetermined addresses of a node's memory, as its partners name them; the same on all nodes of a cluster.
 *
 * @param statusAddress  address of the boot-status variable; a multiple of the page size.
 * @param mailboxAddress address of the mailbox, the same for every partner; a multiple of the page size.
 */
public record MemoryAddresses(long statusAddress, long mailboxAddress) {

    /** Addresses are multiples of this: devices map whole pages. */
    public static final long PAGE_BYTES = 4096;

    private static final MemoryAddresses DEFAULTS = new MemoryAddresses(0x0000_CC00_0000_0000L, 0x0000_CC00_0001_0000L);

    /**
     * Checks the addresses.
     *
     * @throws IllegalArgumentException when one is not a multiple of the page size, or both are the same.
     */
    public MemoryAddresses {
        requirePage("status address", statusAddress);
        requirePage("mailbox address", mailboxAddress);
        if (statusAddress == mailboxAddress) {
            throw new IllegalArgumentException("status and mailbox have the same address 0x"
                + Long.toHexString(statusAddress) + "; each needs a page of its own");
        }
    }

    private static void requirePage(final String name, final long address) {
        if (address % PAGE_BYTES != 0) {
            throw new IllegalArgumentException(name + " 0x" + Long.toHexString(address)
                + " is not a multiple of the page size of " + PAGE_BYTES + " bytes");
        }
    }

    /**
     * The addresses used when none are configured.
     *
     * @return 0xCC0000000000 and 0xCC0000010000.
     */
    public static MemoryAddresses defaults() {
        return DEFAULTS;
    }
}
