// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** An identifier that has a port number, at one device or at several. */
final class PortHolder {

    private final PortSpace portSpace;
    private volatile boolean shares;

    /**
     * Creates a holder without a port number.
     *
     * @param portSpace what its port number stands for.
     * @param shares    whether it shares a port number with other holders that share theirs.
     */
    PortHolder(final PortSpace portSpace, final boolean shares) {
        this.portSpace = portSpace;
        this.shares = shares;
    }

    PortSpace portSpace() {
        return portSpace;
    }

    boolean shares() {
        return shares;
    }

    void stopSharing() {
        shares = false;
    }

    @Override
    public String toString() {
        return "PortHolder[shares=" + shares + "]";
    }
}
