// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import java.nio.ByteBuffer;

/** A poll as an object: completions are copied field by field into Java objects. */
final class PollCall extends JniStatefulCalls {

    /** A completion, copied from C's structure. */
    static final class Completion {
        private long identifier;
        private int status;
        private int opcode;
        private int vendorError;
        private int byteLength;
        private int queuePairNumber;
        private int flags;

        long identifier() {
            return identifier;
        }

        int status() {
            return status;
        }

        int opcode() {
            return opcode;
        }

        int vendorError() {
            return vendorError;
        }

        int byteLength() {
            return byteLength;
        }

        int queuePairNumber() {
            return queuePairNumber;
        }

        int flags() {
            return flags;
        }
    }

    private final ByteBuffer marshalled = JniSession.allocate(BindingSession.BATCH * VerbsLayout.COMPLETION_BYTES);
    private final long marshalledAddress = JniSession.address(marshalled);
    private final Completion[] completions = new Completion[BindingSession.BATCH];
    private final long queue;

    PollCall(final long queue) {
        this.queue = queue;
        for (int i = 0; i < completions.length; i++) {
            completions[i] = new Completion();
        }
    }

    /** Polls, and copies the completions for {@link #completion}. */
    int execute() {
        final int taken = executePoll(queue, BindingSession.BATCH, marshalledAddress);
        if (taken < 0) {
            throw new IllegalStateException("ibv_poll_cq returned " + taken);
        }
        unmarshal(taken);
        return taken;
    }

    /** Copies the completions that were taken into the objects. */
    void unmarshal(final int taken) {
        final ByteBuffer from = marshalled;
        for (int i = 0; i < taken; i++) {
            final int at = i * VerbsLayout.COMPLETION_BYTES;
            final Completion completion = completions[i];
            completion.identifier = from.getLong(at + VerbsLayout.COMPLETION_IDENTIFIER);
            completion.status = from.getInt(at + VerbsLayout.COMPLETION_STATUS);
            completion.opcode = from.getInt(at + VerbsLayout.COMPLETION_OPCODE);
            completion.vendorError = from.getInt(at + VerbsLayout.COMPLETION_VENDOR_ERROR);
            completion.byteLength = from.getInt(at + VerbsLayout.COMPLETION_BYTE_LENGTH);
            completion.queuePairNumber = from.getInt(at + VerbsLayout.COMPLETION_QUEUE_PAIR);
            completion.flags = from.getInt(at + VerbsLayout.COMPLETION_FLAGS);
        }
    }

    Completion completion(final int index) {
        return completions[index];
    }
}
