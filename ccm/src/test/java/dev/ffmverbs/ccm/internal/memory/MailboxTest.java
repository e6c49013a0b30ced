// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.Incarnation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class MailboxTest {

    private static final Incarnation SENDER = new Incarnation(BootId.random(), 3);
    private static final Incarnation OWNER = new Incarnation(BootId.random(), 5);

    private final Mailbox mailbox = new Mailbox(Arena.ofAuto().allocate(Mailbox.LENGTH_BYTES, 8),
        Arena.ofAuto().allocate(MailboxSlot.LONGEST_RECORD_BYTES, 8));
    private final MemorySegment source = Arena.ofAuto().allocate(MailboxSlot.LONGEST_RECORD_BYTES, 8);
    private final MailboxRecord record = new MailboxRecord(source);

    private void receive(final MailboxSlot slot) {
        MemorySegment.copy(source, 0, mailbox.memory(), slot.offsetBytes(), slot.recordBytes());
    }

    private void receiveEstablished() {
        record.write(MailboxSlot.ESTABLISHED, 1, SENDER, OWNER, BootPhase.ACTIVE);
        receive(MailboxSlot.ESTABLISHED);
    }

    @Test
    void holdsWhatItsPartnerWroteToThisIncarnation() {
        receiveEstablished();

        assertTrue(mailbox.holds(MailboxSlot.ESTABLISHED, SENDER, OWNER));
        assertFalse(mailbox.holds(MailboxSlot.HELLO, SENDER, OWNER), "nobody has sent HELLO");
    }

    @Test
    void holdsNothingFromAnotherIncarnationOfThePartner() {
        receiveEstablished();

        assertFalse(mailbox.holds(MailboxSlot.ESTABLISHED, new Incarnation(BootId.random(), 3), OWNER));
        assertFalse(mailbox.holds(MailboxSlot.ESTABLISHED, new Incarnation(SENDER.bootId(), 4), OWNER));
    }

    @Test
    void holdsNothingForAnotherIncarnationOfItsOwner() {
        receiveEstablished();

        assertFalse(mailbox.holds(MailboxSlot.ESTABLISHED, SENDER, new Incarnation(BootId.random(), 5)));
        assertFalse(mailbox.holds(MailboxSlot.ESTABLISHED, SENDER, new Incarnation(OWNER.bootId(), 6)));
    }

    @Test
    void holdsNothingAfterItWasCleared() {
        receiveEstablished();
        mailbox.clear();

        assertFalse(mailbox.holds(MailboxSlot.ESTABLISHED, SENDER, OWNER));
    }

    @Test
    void holdsNoRecordOfAnotherKindInASlot() {
        record.write(MailboxSlot.HELLO, 1, SENDER, OWNER, BootPhase.ACTIVE);
        receive(MailboxSlot.ESTABLISHED);

        assertFalse(mailbox.holds(MailboxSlot.ESTABLISHED, SENDER, OWNER));
    }

    @Test
    void isTornWithAnyOneByteOfAnotherRecord() {
        receiveEstablished();
        for (int offset = 0; offset < MailboxSlot.ESTABLISHED.recordBytes(); offset++) {
            receiveEstablished();
            final long at = MailboxSlot.ESTABLISHED.offsetBytes() + (long) offset;
            final byte damaged = (byte) (mailbox.memory().get(ValueLayout.JAVA_BYTE, at) ^ 0x10);
            mailbox.memory().set(ValueLayout.JAVA_BYTE, at, damaged);

            final boolean upperHalfOfSequence = offset >= 4 && offset < 8;
            assertEquals(upperHalfOfSequence, mailbox.holds(MailboxSlot.ESTABLISHED, SENDER, OWNER),
                "offset " + offset);
        }
    }
}
