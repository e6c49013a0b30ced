// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.ccm.mirror.MirrorState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StoreStatusTest {

    private static final StoreStatus OWNER = new StoreStatus(Tenure.Phase.SERVING, 7,
        TimeUnit.MILLISECONDS.toNanos(240), 0, MirrorState.MIRRORED, 12, 15);

    @Test
    void arrivesAsItWasSent() {
        final MemorySegment memory = Arena.ofAuto().allocate(Reply.BYTES);
        assertEquals(Reply.BYTES, new Reply(3, Reply.Outcome.STATUS, OWNER).write(memory, 0));

        assertEquals(new Reply(3, Reply.Outcome.STATUS, OWNER), Reply.read(memory, 0));
    }

    @Test
    void saysWhoOwnsAndWhatOfTheLogIsAcknowledged() {
        assertEquals("owns term 7, for 240 ms without a renewal, SERVING; log MIRRORED, acknowledged up to entry 12 of"
            + " 15", OWNER.toString());
        assertEquals("does not own: the other node owns term 8; log CATCHING_UP, no entry of 3 acknowledged",
            new StoreStatus(Tenure.Phase.STANDBY, 7, 0, 8, MirrorState.CATCHING_UP, 0, 3).toString());
        assertEquals("does not own, last owned term 7; no owner is seen; log ALONE, no entry",
            new StoreStatus(Tenure.Phase.STANDBY, 7, 0, 0, MirrorState.ALONE, 0, 0).toString());
    }
}
