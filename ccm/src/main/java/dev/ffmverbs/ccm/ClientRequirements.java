// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.memory.ClientsPayload;
import dev.ffmverbs.ccm.internal.memory.Names;

/**
 * What a client asks for with every partner. Client and counterpart must ask for the same ports and memory.
 *
 * @param name          name of the client and of its counterpart: 1 to 32 letters, digits, dots, underscores and
 *                      hyphens.
 * @param portsRequired connected queue pairs with each partner, 0 to 128.
 * @param memoryBytes   bytes of memory that a partner can reach, separate memory for each partner; 0 for none.
 * @param queueDepth    send requests, and also receive requests, that each port may have outstanding, 1 to 8192; the
 *                      counterpart's may differ.
 */
public record ClientRequirements(String name, int portsRequired, long memoryBytes, int queueDepth) {

    private static final int DEFAULT_QUEUE_DEPTH = 64;
    private static final int MAXIMUM_QUEUE_DEPTH = 8192;

    /**
     * Checks what can be checked without a device.
     *
     * @throws IllegalArgumentException when something is malformed or out of range; the message says what.
     */
    public ClientRequirements {
        if (!Names.isName(name)) {
            throw new IllegalArgumentException("\"" + name + "\" is not a client name: 1 to 32 letters, digits, dots,"
                + " underscores and hyphens are, the first a letter or digit");
        }
        require(name, "portsRequired", portsRequired, 0, ClientsPayload.MAXIMUM_PORTS);
        require(name, "memoryBytes", memoryBytes, 0, Long.MAX_VALUE);
        require(name, "queueDepth", queueDepth, 1, MAXIMUM_QUEUE_DEPTH);
    }

    /**
     * Requirements with 64 requests for each port.
     *
     * @param name          name of the client.
     * @param portsRequired connected queue pairs with each partner, 0 to 128.
     * @param memoryBytes   bytes of memory that a partner can reach; 0 for none.
     * @throws IllegalArgumentException when something is malformed or out of range; the message says what.
     */
    public ClientRequirements(final String name, final int portsRequired, final long memoryBytes) {
        this(name, portsRequired, memoryBytes, DEFAULT_QUEUE_DEPTH);
    }

    private static void require(
        final String name, final String what, final long value, final long minimum, final long maximum) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException("client " + name + " asks for " + what + " " + value + "; it must be "
                + minimum + " to " + maximum);
        }
    }

    @Override
    public String toString() {
        return portsRequired + " ports and " + memoryBytes + " bytes";
    }
}
