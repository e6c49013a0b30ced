// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;

/**
 * The way to the partner's copy of a log: a header and records at the same places as in the log. WRITEs are executed in
 * order. Used by one thread at a time.
 */
interface CopyPort {

    /** Returned by {@link #findMismatch} if the port has failed. */
    long FAILED = -1;

    /** Name of the partner. */
    String partnerName();

    /** Whether requests that were posted may still complete. */
    boolean isUsable();

    /** Asks for a new port, unless the session with the partner has ended. */
    void reconnect();

    /**
     * Gets the memory that requests need. Called once, before any other request.
     *
     * @throws RuntimeException if there is none, or if the session has ended.
     */
    void open();

    /** Returns the most bytes that one WRITE carries. */
    int slotBytes();

    /** Returns the number of WRITEs that have not completed. */
    long outstandingWrites();

    /** Whether another WRITE can be posted before one completes. */
    boolean hasRoom();

    /** Waits at most this long until another WRITE can be posted. Returns false if none can be. */
    boolean awaitRoom(long waitNs);

    /** Takes completions and returns whether there were any. If none arrives for too long, the port has failed. */
    boolean poll();

    /** Waits until nothing is outstanding. Returns false if the port has failed. */
    boolean drain();

    /** Returns the number of the last record whose WRITE has succeeded, along with all before it. */
    long heldSequence();

    /** Sets which records the partner already has, without a WRITE over this port. */
    void startBehind(long sequence);

    /** WRITEs records of a log, at most a slot long, to the same place of the partner's copy. */
    void write(MemorySegment records, long start, long lengthBytes, long lastSequence);

    /** WRITEs the next update of the copy's header. */
    void writeHeader(LogHeader header, long lastSequence);

    /** WRITEs zeros to a part of the copy, at most a slot long. */
    void wipe(long start, long lengthBytes);

    /** READs the copy's header. Returns false if the port has failed. */
    boolean readHeader(LogHeader header);

    /**
     * READs a part of the partner's copy into the same place in this node's log. Returns false if the port has failed.
     */
    boolean read(MemorySegment records, long start, long lengthBytes);

    /**
     * READs a part of the partner's copy until it differs from this node's log.
     *
     * @return the number of bytes before the first that differs, at most {@code lengthBytes}; {@link #FAILED} if the
     *     port has failed.
     */
    long findMismatch(MemorySegment records, long start, long lengthBytes);
}
