// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.SendRequest;
import dev.ffmverbs.ccm.internal.link.AcceptGreeting.RemoteRegion;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;

/**
 * The work requests to a partner's memory: one READ and one WRITE. The WRITE is changed for each slot, which is
 * possible because one operation is outstanding at a time.
 */
final class OutgoingRequests {

    private final OutgoingBuffers buffers;
    private final RemoteRegion mailbox;
    private final boolean notifies;
    private final SendRequest read;
    private final SendRequest write = SendRequest.allocate(1);

    /**
     * Creates the requests for one connection.
     *
     * @param buffers  local buffers of READs and WRITEs.
     * @param status   the partner's boot-status variable.
     * @param mailbox  the partner's mailbox.
     * @param notifies whether immediate data notifies the partner of what is written after the handshake.
     */
    OutgoingRequests(
        final OutgoingBuffers buffers, final RemoteRegion status, final RemoteRegion mailbox, final boolean notifies) {
        this.buffers = buffers;
        this.mailbox = mailbox;
        this.notifies = notifies;
        this.read = SendRequest.allocate(1).read(status.address(), status.rkey())
            .localMemory(buffers.region(), OutgoingBuffers.STATUS_OFFSET, BootStatusVariable.LENGTH_BYTES);
    }

    SendRequest read() {
        return read;
    }

    SendRequest write(final MailboxSlot slot) {
        final long address = mailbox.address() + slot.offsetBytes();
        if (notifies && !slot.isOfHandshake()) {
            write.writeWithImmediate(address, mailbox.rkey(), slot.kind());
        } else {
            write.write(address, mailbox.rkey());
        }
        return write.localMemory(buffers.region(), OutgoingBuffers.RECORD_OFFSET, slot.recordBytes());
    }
}
