// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.libc.IncomingMessages;
import dev.ffmverbs.softroce.libc.UdpDescriptor;
import java.io.IOException;

/** A socket that counts system calls that receive. */
final class CountingDescriptor extends UdpDescriptor {

    int calls;
    /** How many of them asked for several messages. */
    int callsForSeveral;

    CountingDescriptor() throws IOException {
        // As its superclass.
    }

    @Override
    public int receive(final IncomingMessages messages) {
        calls++;
        callsForSeveral++;
        return super.receive(messages);
    }

    @Override
    public int receiveOne(final IncomingMessages messages) {
        calls++;
        return super.receiveOne(messages);
    }
}
