// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.libc.OutgoingMessages;
import dev.ffmverbs.softroce.libc.UdpDescriptor;
import dev.ffmverbs.spi.Errno;
import java.io.IOException;

/** A socket on a system with little buffer space or without trains. */
final class RefusingDescriptor extends UdpDescriptor {

    /** Number of messages that the system still accepts. Negative means no limit. */
    int room = -1;
    /** Error number for a train, or 0. */
    int trainError;
    /** Error number for a single packet, or 0. */
    int packetError;
    /** Thrown by the next call, or null. */
    Error thrown;
    /** Number of single packets that are still refused. Negative means all. */
    int packetErrors = -1;

    RefusingDescriptor() throws IOException {
        // As its superclass.
    }

    @Override
    public int send(final OutgoingMessages messages, final int first, final int count) {
        if (thrown != null) {
            final Error now = thrown;
            thrown = null;
            throw now;
        }
        final boolean single = first == OutgoingTrains.MAX_MESSAGES;
        if (single ? packetError != 0 && packetErrors != 0 : trainError != 0) {
            packetErrors -= single ? 1 : 0;
            return single ? -packetError : -trainError;
        }
        if (room == 0) {
            return -Errno.EAGAIN;
        }
        final int sent = super.send(messages, first, room < 0 ? count : Math.min(count, room));
        room = room < 0 ? room : room - sent;
        return sent;
    }
}
