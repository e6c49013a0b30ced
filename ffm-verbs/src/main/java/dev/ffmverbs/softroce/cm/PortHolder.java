// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** An identifier that has a port number, at one device or at several. */
final class PortHolder {

    private volatile boolean shares;

    /**
     * Creates a holder without a port number.
     *
     * @param shares whether it shares a port number with other holders that share theirs.
     */
    PortHolder(final boolean shares) {
        this.shares = shares;
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
