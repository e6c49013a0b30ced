// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/**
 * Requests that move no data. Most devices take them without a local buffer. On iWARP they name a buffer of no bytes: a
 * READ has one buffer, and siw takes no receive without one ({@code push_recv_wqe} of libsiw).
 */
final class EmptyRequests {

    private EmptyRequests() {
    }

    /** Returns a receive for a message without data. */
    static ReceiveRequest receive(final Device device) {
        return Unsupported.isIwarp(device) ? ReceiveRequest.allocate(1).localAddress(0, 0, 0)
            : ReceiveRequest.allocate(0);
    }

    /** Returns a READ of no bytes. */
    static SendRequest read(final Device device) {
        return Unsupported.isIwarp(device) ? SendRequest.allocate(1).read(0, 0).localAddress(0, 0, 0)
            : SendRequest.allocate(0).read(0, 0);
    }
}
