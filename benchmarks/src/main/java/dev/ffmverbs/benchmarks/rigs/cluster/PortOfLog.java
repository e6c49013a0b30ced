// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.cluster;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.ccm.ClientRequirements;
import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.ClusterClient;
import dev.ffmverbs.ccm.Port;
import dev.ffmverbs.ccm.mirror.MirroredLog;

/**
 * The client of a mirrored log, and single WRITEs over its port while nothing of the log is outstanding. They show what
 * the connection takes without the log. Used by one thread, after the log is ready.
 */
final class PortOfLog implements ClusterClient {

    private final MirroredLog log;
    private final SendRequest request = SendRequest.allocate(1);
    private final WorkCompletions completions = WorkCompletions.allocate(1);
    private final long lengthBytes;
    private volatile ClientSession session;
    private Port port;

    /**
     * Creates the client.
     *
     * @param log         the log.
     * @param lengthBytes how much each WRITE carries. It goes to the end of the partner's copy, where no entries are.
     */
    PortOfLog(final MirroredLog log, final long lengthBytes) {
        this.log = log;
        this.lengthBytes = lengthBytes;
    }

    @Override
    public ClientRequirements requirements() {
        return log.requirements();
    }

    @Override
    public void partnerReady(final ClientSession begun) {
        session = begun;
        log.partnerReady(begun);
    }

    @Override
    public void sessionEnded(final ClientSession ended) {
        log.sessionEnded(ended);
    }

    /** Prepares the WRITEs. */
    void open() {
        final MemoryRegion zeros = session.allocate(lengthBytes);
        port = session.port(0);
        final long offset = requirements().memoryBytes() - lengthBytes;
        request.write(port.partnerMemory().address(offset, lengthBytes), port.partnerMemory().rkey())
            .localMemory(zeros, 0, lengthBytes);
    }

    /** WRITEs once, and waits until it has completed. Returns whether it succeeded. */
    boolean write() {
        port.queuePair().postSend(request);
        int count = 0;
        while (count == 0) {
            count = port.completionQueue().poll(completions);
        }
        return completions.isSuccess(0);
    }
}
