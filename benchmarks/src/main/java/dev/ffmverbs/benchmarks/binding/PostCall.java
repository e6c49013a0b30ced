// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import java.nio.ByteBuffer;

/** A post as an object: its requests are marshalled once, and unmarshalled in C at every execution. */
final class PostCall extends JniStatefulCalls {

    private static final int REQUEST_BYTES = 48;

    private final ByteBuffer command = JniSession.allocate(Long.BYTES + BindingSession.BATCH * REQUEST_BYTES);
    private final long commandAddress = JniSession.address(command);
    private final long queuePair;

    PostCall(final long queuePair) {
        this.queuePair = queuePair;
    }

    void begin() {
        command.clear().putLong(0);
    }

    void add(
        final Transfer transfer, final boolean signaled, final long localAddress, final int lengthBytes,
        final int localKey, final long remoteAddress, final int remoteKey) {
        final long count = command.getLong(0);
        command.putLong(0, count + 1);
        command.putLong(count).putLong(remoteAddress).putLong(localAddress)
            .putInt(transfer.opcode()).putInt(signaled ? VerbsLayout.FLAG_SIGNALED : 0)
            .putInt(remoteKey).putInt(lengthBytes).putInt(localKey).putInt(0);
    }

    void execute() {
        JniSession.requireSuccess("ibv_post_send", executePost(queuePair, commandAddress));
    }
}
