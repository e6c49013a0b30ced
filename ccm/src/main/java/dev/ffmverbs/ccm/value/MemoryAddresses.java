// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/**
 * The predetermined addresses at which partners reach a node's memory. They are the same on all nodes of a cluster.
 *
 * @param statusAddress  address of the boot-status variable; a multiple of the page size.
 * @param mailboxAddress address of the mailbox, which is the same for every partner; a multiple of the page size.
 */
public record MemoryAddresses(long statusAddress, long mailboxAddress) {

    /** Addresses are multiples of this, because devices map whole pages. */
    public static final long PAGE_BYTES = 4096;

    private static final MemoryAddresses DEFAULTS = new MemoryAddresses(0x0000_CC00_0000_0000L, 0x0000_CC00_0001_0000L);

    /**
     * Checks both addresses.
     *
     * @throws IllegalArgumentException if one is not a multiple of the page size, or both are equal.
     */
    public MemoryAddresses {
        requirePage("status address", statusAddress);
        requirePage("mailbox address", mailboxAddress);
        if (statusAddress == mailboxAddress) {
            throw new IllegalArgumentException("status and mailbox have the same address 0x"
                + Long.toHexString(statusAddress) + "; each needs a separate page");
        }
    }

    private static void requirePage(final String name, final long address) {
        if (address % PAGE_BYTES != 0) {
            throw new IllegalArgumentException(name + " 0x" + Long.toHexString(address)
                + " is not a multiple of the page size of " + PAGE_BYTES + " bytes");
        }
    }

    /**
     * Returns the addresses that are used if none are configured.
     *
     * @return 0xCC0000000000 and 0xCC0000010000.
     */
    public static MemoryAddresses defaults() {
        return DEFAULTS;
    }
}
