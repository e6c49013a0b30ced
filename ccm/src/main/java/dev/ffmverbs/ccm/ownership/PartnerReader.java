// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.Port;
import java.util.concurrent.locks.LockSupport;

/**
 * READs the partner's block over the port of one session, one READ at a time. Used by one thread.
 *
 * <p>Completions are not announced, because a client may have ports with more partners than a process may have
 * descriptors: the thread looks for them, and sleeps in between.
 */
final class PartnerReader {

    private static final int LOOKS_BEFORE_SLEEPING = 500;
    private static final long SLEEP_NS = 50_000;

    private final ClientSession session;
    private final Port port;
    private final BlockFormat format;
    private final SendRequest request;
    private final WorkCompletions completions = WorkCompletions.allocate(1);
    private boolean failed;

    PartnerReader(final ClientSession session) {
        this.session = session;
        this.port = session.port(0);
        final MemoryRegion local = session.allocate(BlockFormat.LENGTH_BYTES);
        this.format = new BlockFormat(local.segment());
        this.request = SendRequest.allocate(1)
            .read(port.partnerMemory(), 0, BlockFormat.LENGTH_BYTES)
            .localMemory(local, 0, BlockFormat.LENGTH_BYTES);
    }

    /** Whether the port has failed, although the session goes on: it must be replaced. */
    boolean isBroken() {
        return failed && session.isOpen();
    }

    /**
     * READs the block. A port on which the READ does not complete in time has failed.
     *
     * @param limitNs longest time to wait.
     * @return the block; null if the port has failed or ended, or if the block is torn.
     */
    OwnershipBlock read(final long limitNs) {
        if (failed || !session.isOpen()) {
            return null;
        }
        if (port.queuePair().postSend(request) != 1) {
            failed = true;
            return null;
        }
        final long startNs = System.nanoTime();
        for (int looks = 0; session.isOpen(); looks++) {
            if (port.completionQueue().poll(completions) == 1) {
                failed = !completions.isSuccess(0);
                return failed ? null : format.read();
            }
            if (System.nanoTime() - startNs > limitNs) {
                break;
            }
            if (looks < LOOKS_BEFORE_SLEEPING) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, SLEEP_NS);
            }
        }
        failed = true;
        return null;
    }

    void replacePort() {
        session.reconnect();
    }

    @Override
    public String toString() {
        return "PartnerReader[" + session + ", failed=" + failed + "]";
    }
}
